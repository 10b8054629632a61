/// The rows of a table, as far as a comparison needs them.
package struct TableSample: Sendable, Hashable {
    /// A column of one kind or the other.
    package enum Values: Sendable, Hashable {
        case numbers(NumericSample)
        case texts(CategorySample)
    }

    /// A column with its name.
    package struct Column: Sendable, Hashable {
        package let name: String
        package let values: Values

        package init(_ name: String, _ values: Values) {
            self.name = name
            self.values = values
        }
    }

    /// The number of rows.
    package let rows: Int
    /// The columns, in the order of the table.
    package let columns: [Column]
    private let places: [String: Int]

    /// A table of columns that all have this number of rows.
    ///
    /// - Throws: ``MonitoringError`` when two columns have one name.
    package init(rows: Int, columns: [Column]) throws(MonitoringError) {
        precondition(columns.allSatisfy { $0.values.rows == rows }, "all columns have the same number of rows")
        var places: [String: Int] = [:]
        for (place, column) in columns.enumerated() {
            guard places.updateValue(place, forKey: column.name) == nil else { throw .twice(column.name) }
        }
        self.rows = rows
        self.columns = columns
        self.places = places
    }

    /// The column of this name, if there is one.
    package subscript(name: String) -> Values? { places[name].map { columns[$0].values } }
}

extension TableSample.Values {
    /// What a column holds.
    package enum Kind: String, Codable, Sendable {
        case number, text
    }

    package var kind: Kind {
        switch self {
        case .numbers: .number
        case .texts: .text
        }
    }

    /// The number of rows.
    package var rows: Int {
        switch self {
        case .numbers(let sample): sample.rows
        case .texts(let sample): sample.rows
        }
    }

    /// The rows without a value.
    package var missingCount: Int {
        switch self {
        case .numbers(let sample): sample.missingCount
        case .texts(let sample): sample.missingCount
        }
    }

    /// The values that have a distribution: finite numbers, or texts.
    package var count: Int {
        switch self {
        case .numbers(let sample): sample.distribution.count
        case .texts(let sample): sample.distribution.count
        }
    }
}
