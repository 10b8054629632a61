internal import Support
internal import TensorFiles

/// Reads the rows of an NPY file; each is one number or one tensor.
package final class NPYRowReader: RowReader {
    package let source: String
    package let fields: [Field]
    private let isDouble: Bool
    private var reader: NPYReader
    private var next = 0

    /// Opens a file, whose first dimension counts the rows.
    package init(path: String, field: String = Field.inputs) throws {
        let reader = try NPYReader(path: path)
        guard !reader.shape.isEmpty else {
            throw DatasetError(.init(path), "expected rows, found a single number")
        }
        guard reader.rowSize > 0 else {
            throw DatasetError(.init(path), "rows of shape \(Array(reader.shape.dropFirst())) have no values")
        }
        source = path
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
            let numbers = try tensor.doubles()
            try check(numbers.firstIndex { !$0.isFinite }.map { ($0, numbers[$0]) })
            values = .doubles(numbers)
        } else {
            let numbers = try tensor.floats()
            try check(numbers.firstIndex { !$0.isFinite }.map { ($0, Double(numbers[$0])) })
            values = .floats(numbers)
        }
        next += tensor.shape[0]
        return RawRows(count: tensor.shape[0], columns: [RawColumn(fields[0], values)])
    }

    private func check(_ bad: (index: Int, value: Double)?) throws {
        guard let bad else { return }
        let (row, column) = bad.index.quotientAndRemainder(dividingBy: reader.rowSize)
        throw DatasetError.notFinite(
            .init(source, row: next + row + 1, column: fields[0].valueNames[column]),
            bad.value
        )
    }
}
