/// The values of one field in every row.
package struct RawColumn: Sendable, Equatable {
    /// The values, row after row; numbers in the width in which the source has them, NaN where they are missing.
    package enum Values: Sendable, Equatable {
        case bytes([UInt8])
        case floats([Float])
        case doubles([Double])
        case text(TextColumn)
    }

    package let field: Field
    package private(set) var values: Values

    package init(_ field: Field, _ values: Values) {
        self.field = field
        self.values = values
    }

    /// The number of rows.
    package var count: Int {
        switch values {
        case .bytes(let values): values.count / max(field.width, 1)
        case .floats(let values): values.count / max(field.width, 1)
        case .doubles(let values): values.count / max(field.width, 1)
        case .text(let column): column.count / max(field.width, 1)
        }
    }

    /// Adds the rows of `other`, which must be of the same field and type.
    mutating func append(_ other: RawColumn) {
        // The list is given up before it grows: with a second owner every append would copy all of it.
        let old = values
        values = .bytes([])
        switch consume old {
        case .bytes(var list):
            guard case .bytes(let more) = other.values else { break }
            list += more
            values = .bytes(list)
            return
        case .floats(var list):
            guard case .floats(let more) = other.values else { break }
            list += more
            values = .floats(list)
            return
        case .doubles(var list):
            guard case .doubles(let more) = other.values else { break }
            list += more
            values = .doubles(list)
            return
        case .text(var column):
            guard case .text(let more) = other.values else { break }
            column.append(more)
            values = .text(column)
            return
        }
        preconditionFailure("columns of the same type are joined")
    }

    /// The numbers of the given rows, or of all, row after row; a column of text has none.
    package func numbers(of rows: [Int]? = nil) -> [Double] {
        switch (values, rows) {
        case (.bytes(let values), nil): values.map { Double($0) }
        case (.floats(let values), nil): values.map { Double($0) }
        case (.doubles(let values), nil): values
        case (.bytes(let values), let rows?): gathered(values, rows) { Double($0) }
        case (.floats(let values), let rows?): gathered(values, rows) { Double($0) }
        case (.doubles(let values), let rows?): gathered(values, rows) { $0 }
        case (.text, _): preconditionFailure("a column of text has no numbers")
        }
    }

    /// The given rows.
    func selecting(_ rows: [Int]) -> RawColumn {
        if case .text(let texts) = values {
            let width = field.width
            let places = width == 1 ? rows : rows.flatMap { $0 * width..<($0 + 1) * width }
            return RawColumn(field, .text(texts.selecting(places)))
        }
        return RawColumn(field, .doubles(numbers(of: rows)))
    }

    @inline(__always)
    private func gathered<Number>(
        _ values: [Number],
        _ rows: [Int],
        _ convert: (Number) -> Double
    ) -> [Double] {
        let width = field.width
        var numbers = [Double](repeating: 0, count: rows.count * width)
        var target = numbers.mutableSpan
        let source = values.span
        var start = 0
        for row in rows {
            let from = row * width
            for index in 0..<width { target[start + index] = convert(source[from + index]) }
            start += width
        }
        return numbers
    }
}
