internal import Archiving
internal import Support

/// Reads an IDX file of bytes, such as MNIST's images and labels, compressed with gzip or not.
///
/// The format: two zero bytes, the type of the numbers, the number of dimensions, each length in four bytes with the
/// most significant first, and the numbers (yann.lecun.com/exdb/mnist).
package final class IDXReader: RowReader {
    package let source: String
    package let fields: [Field]
    /// The number of rows.
    package let rows: Int
    private var reader: GzipReader
    private var next = 0

    /// Opens a file and reads its header; rows of one value have a field of that name and no shape.
    package init(path: String, field: String = Field.image) throws {
        var reader = try DataFile.reader(of: path)
        let start = try reader.bytes(4)
        guard start.count == 4 else { throw IDXReader.truncated(path) }
        guard start[0] == 0, start[1] == 0, (1...8).contains(start[3]) else {
            throw DatasetError(.init(path), "this is no IDX file: it does not begin with 00 00", kind: .integrity)
        }
        guard start[2] == 8 else {
            throw DatasetError(
                .init(path),
                "expected an IDX file of bytes (type 8), found type \(start[2])",
                hint: "convert the numbers to a .npy file"
            )
        }
        var shape: [Int] = []
        for _ in 0..<Int(start[3]) {
            let bytes = try reader.bytes(4)
            guard bytes.count == 4 else { throw IDXReader.truncated(path) }
            shape.append(bytes.reduce(0) { $0 << 8 | Int($1) })
        }
        let size = shape.dropFirst().reduce((1, false)) { total, length in
            let (product, overflow) = total.0.multipliedReportingOverflow(by: length)
            return (product, total.1 || overflow)
        }
        guard !size.1, size.0 > 0, size.0 <= 1 << 30 else {
            throw DatasetError(
                .init(path),
                "rows of shape \(Array(shape.dropFirst())) are impossible",
                kind: .integrity
            )
        }
        source = path
        rows = shape[0]
        fields = [Field(field, .number, shape: Array(shape.dropFirst()))]
        self.reader = reader
    }

    package func read(upTo limit: Int) throws -> RawRows? {
        guard next < rows else {
            guard try reader.bytes(1).isEmpty else {
                throw DatasetError(
                    .init(source),
                    "data follows the \(rows) rows that the header announces",
                    kind: .integrity
                )
            }
            return nil
        }
        // A header may announce more than there is: memory grows with what was read.
        let width = fields[0].width
        let count = max(1, min(limit, rows - next, (1 << 24) / width))
        let bytes = try reader.bytes(count * width)
        guard bytes.count == count * width else {
            throw DatasetError(
                .init(source),
                "expected \(rows) rows, found \(next + bytes.count / width): the file is cut off",
                kind: .integrity,
                hint: "copy or download the file again"
            )
        }
        next += count
        return RawRows(count: count, columns: [RawColumn(fields[0], .bytes(bytes))])
    }

    private static func truncated(_ path: String) -> DatasetError {
        DatasetError(.init(path), "the file ends within its header", kind: .integrity)
    }
}

extension GzipReader {
    /// The next bytes, fewer than `count` only at the end of the file.
    mutating func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            var span = bytes.mutableSpan
            var all = unsafe span.mutableBytes
            var rest = all._mutatingExtracting(droppingFirst: filled)
            let read = try read(into: &rest)
            if read == 0 { break }
            filled += read
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
