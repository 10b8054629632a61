internal import Support

/// Reads an NPY file some rows at a time, in memory that does not depend on its length.
package struct NPYReader: ~Copyable {
    private let file: File
    private let header: NPYHeader
    private var next = 0

    /// Opens a file and checks its header and its length; messages call it `source`, if that is given.
    package init(path: String, source: String? = nil) throws {
        let source = source ?? path
        let file = try File(reading: path)
        let size = try file.size()
        let prefixLength = try NPYHeader.prefixLength(file.bytes(in: 0..<min(8, size)), source: source)
        let prefix = try file.bytes(in: 0..<prefixLength)
        let start = prefixLength + (try NPYHeader.textLength(prefix, source: source))
        let header = try NPYHeader(text: file.bytes(in: prefixLength..<start), dataStart: start, source: source)
        try header.checkSize(size, source: source)
        self.header = header
        self.file = file
    }

    package var elementType: ElementType { header.elementType }
    /// The shape of the whole array.
    package var shape: [Int] { header.shape }
    /// The length of the first dimension; 1 for a single number.
    package var rows: Int { header.rows }
    /// The number of elements per row.
    package var rowSize: Int { header.rowSize }

    /// The next rows, at most `limit`, as a tensor in C order; `nil` after the last.
    package mutating func rows(upTo limit: Int) throws -> Tensor? {
        precondition(limit > 0, "at least one row is asked for")
        let count = min(limit, rows - next)
        guard count > 0 else { return nil }
        let data = header.isFortranOrder ? try columns(count) : try sequence(count)
        next += count
        return header.tensor(rows: count, data)
    }

    private borrowing func sequence(_ count: Int) throws -> [UInt8] {
        let size = rowSize * elementType.size
        return try file.bytes(in: header.dataStart + next * size..<header.dataStart + (next + count) * size)
    }

    /// In Fortran order each column is contiguous, and a block of rows is a piece of every column.
    private borrowing func columns(_ count: Int) throws -> [UInt8] {
        let size = elementType.size
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * rowSize * size)
        for column in 0..<rowSize {
            let start = header.dataStart + (column * rows + next) * size
            bytes += try file.bytes(in: start..<start + count * size)
        }
        return bytes
    }
}
