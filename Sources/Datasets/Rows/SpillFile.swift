internal import Support

/// A temporary file of columns, in the byte order of this machine and without a name.
final class SpillFile {
    private let file: File
    private var end = 0

    /// Where a column lies.
    struct Column {
        fileprivate let field: Field
        fileprivate let kind: Kind
        fileprivate let offset: Int

        /// The type of the values, and how many there are.
        fileprivate enum Kind {
            case bytes(Int)
            case floats(Int)
            case doubles(Int)
            case text(rows: Int, distinct: Int, bytes: Int)
        }
    }

    /// Makes the file, which only this process can read, and takes its name away.
    init(in folder: String) throws(SystemError) {
        file = try File(temporaryWithPrefix: "\(folder)/mlops-")
        try FileSystem.removeFile(file.path)
    }

    func write(_ column: RawColumn) throws(SystemError) -> Column {
        let start = end
        let kind: Column.Kind
        switch column.values {
        case .bytes(let values):
            kind = .bytes(values.count)
            try append(values)
        case .floats(let values):
            kind = .floats(values.count)
            try append(values)
        case .doubles(let values):
            kind = .doubles(values.count)
            try append(values)
        case .text(let texts):
            let (bytes, ends) = texts.storage
            kind = .text(rows: texts.count, distinct: ends.count, bytes: bytes.count)
            try append(texts.codes)
            try append(ends)
            try append(bytes)
        }
        return Column(field: column.field, kind: kind, offset: start)
    }

    func read(_ column: Column) throws(SystemError) -> RawColumn {
        var position = column.offset
        switch column.kind {
        case .bytes(let count): return RawColumn(column.field, .bytes(try take(count, 0 as UInt8, &position)))
        case .floats(let count): return RawColumn(column.field, .floats(try take(count, 0 as Float, &position)))
        case .doubles(let count): return RawColumn(column.field, .doubles(try take(count, 0 as Double, &position)))
        case .text(let rows, let distinct, let bytes):
            let codes = try take(rows, 0 as Int32, &position)
            let ends = try take(distinct, 0 as Int, &position)
            let table = ByteTable(bytes: try take(bytes, 0 as UInt8, &position), ends: ends)
            return RawColumn(column.field, .text(TextColumn(codes: codes, table: table)))
        }
    }

    private func append<Value: BitwiseCopyable>(_ values: [Value]) throws(SystemError) {
        let bytes = unsafe values.span.bytes
        try file.write(bytes, at: end)
        end += bytes.byteCount
    }

    private func take<Value: BitwiseCopyable>(
        _ count: Int,
        _ zero: Value,
        _ position: inout Int
    ) throws(SystemError) -> [Value] {
        var values = [Value](repeating: zero, count: count)
        var span = values.mutableSpan
        var bytes = unsafe span.mutableBytes
        let read = try file.read(into: &bytes, at: position)
        precondition(read == bytes.byteCount, "nobody else writes a file without a name")
        position += read
        return values
    }
}
