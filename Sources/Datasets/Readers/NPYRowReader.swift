internal import Support
internal import TensorFiles

/// Reads the rows of an NPY file; each is one number or one tensor.
package final class NPYRowReader: RowReader {
    package let source: String
    package let fields: [Field]
    private let isDouble: Bool
    private var reader: NPYReader

    /// Opens a file, whose first dimension counts the rows; messages call it `source`, if that is given.
    package init(path: String, field: String = Field.inputs, source: String? = nil) throws {
        let reader = try NPYReader(path: path, source: source)
        let source = source ?? path
        guard !reader.shape.isEmpty else {
            throw DatasetError(.init(source), "expected rows, found a single number")
        }
        guard reader.rowSize > 0 else {
            throw DatasetError(.init(source), "rows of shape \(Array(reader.shape.dropFirst())) have no values")
        }
        self.source = source
        fields = [Field(field, .number, shape: Array(reader.shape.dropFirst()))]
        isDouble = [.float64, .int64, .uint64, .int32, .uint32].contains(reader.elementType)
        self.reader = reader
    }

    package func read(upTo limit: Int) throws -> RawRows? {
        guard let tensor = try reader.rows(upTo: max(1, min(limit, (1 << 24) / reader.rowSize))) else { return nil }
        let values: RawColumn.Values
        if tensor.elementType == .uint8 {
            values = .bytes(tensor.bytes)
        } else if isDouble {
            values = .doubles(try tensor.doubles())
        } else {
            values = .floats(try tensor.floats())
        }
        return RawRows(count: tensor.shape[0], columns: [RawColumn(fields[0], values)])
    }
}
