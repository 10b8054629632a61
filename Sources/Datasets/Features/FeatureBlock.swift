/// Some rows of one column on their way through a chain of transforms.
package struct FeatureBlock {
    /// What the rows hold at this point of the chain.
    enum Values {
        /// `rows` times `width` numbers, row after row; NaN where one is missing.
        case numbers([Double])
        case text(TextColumn)
        /// The place of the one among `width` zeros; below zero where there is none.
        case oneHot([Int32])
    }

    /// The number of rows.
    let rows: Int
    /// The number of values per row; 1 for text.
    var width: Int
    var values: Values
    /// Ones where a value was missing, `indicatorWidth` per row; they are put behind the values at the end.
    var indicators: [Double] = []
    var indicatorWidth = 0

    /// Takes the given rows out of a column, or all.
    init(_ column: RawColumn, rows: [Int]? = nil) {
        self.rows = rows?.count ?? column.count
        width = column.field.width
        if case .text(let texts) = column.values {
            values = .text(rows.map { texts.selecting($0) } ?? texts)
        } else {
            values = .numbers(column.numbers(of: rows))
        }
    }

    /// The numbers, for a step that takes some; a one among zeros is written out.
    var numbers: [Double] {
        switch values {
        case .numbers(let numbers): return numbers
        case .oneHot(let places):
            var numbers = [Double](repeating: 0, count: rows * width)
            for (row, place) in places.enumerated() where place >= 0 { numbers[row * width + Int(place)] = 1 }
            return numbers
        case .text: preconditionFailure("a step that takes numbers follows one that gives them")
        }
    }

    /// The texts, for a step that takes some.
    var text: TextColumn {
        guard case .text(let column) = values else {
            preconditionFailure("a step that takes text comes before those that take numbers")
        }
        return column
    }

    /// Replaces every number by a function of it and of its place in the row.
    @inline(__always)
    mutating func update(_ change: (_ number: Double, _ place: Int) -> Double) {
        var numbers = numbers
        values = .numbers([])
        var span = numbers.mutableSpan
        if width == 1 {
            for index in 0..<span.count { span[index] = change(span[index], 0) }
        } else {
            for start in stride(from: 0, to: span.count, by: width) {
                for place in 0..<width { span[start + place] = change(span[start + place], place) }
            }
        }
        values = .numbers(numbers)
    }
}

/// A value that a step cannot do anything with.
struct FeatureFault: Error {
    /// The row within the block, from 0.
    let row: Int
    let message: String
    let hint: String?

    init(row: Int, _ message: String, hint: String? = nil) {
        self.row = row
        self.message = message
        self.hint = hint
    }
}
