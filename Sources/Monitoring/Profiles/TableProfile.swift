package import Support

/// What is kept of a table to compare others with: `profile.json` in a package.
///
/// It depends on the values of the table alone, not on the order of its rows, and holds no time, path or host.
package struct TableProfile: JSONDocument, Hashable {
    package static let schema = Schema("profile", 1)

    /// What is kept of a column, by its kind.
    package enum Values: Sendable, Hashable {
        case numbers(NumericProfile)
        case texts(CategoryProfile)
    }

    /// What is kept of a column.
    package struct Column: Sendable, Hashable {
        package let name: String
        /// The number of rows.
        package let rows: Int
        /// The rows without a value.
        package let missing: Int
        package let values: Values
    }

    /// The number of rows.
    package let rows: Int
    /// The columns, in the order of the table.
    package let columns: [Column]

    /// What is kept of a table.
    package init(_ table: TableSample) {
        rows = table.rows
        columns = table.columns.map { column in
            let values: Values =
                switch column.values {
                case .numbers(let sample): .numbers(NumericProfile(sample))
                case .texts(let sample): .texts(CategoryProfile(sample))
                }
            return Column(name: column.name, rows: table.rows, missing: column.values.missingCount, values: values)
        }
    }
}

extension TableSample {
    /// The table that a profile remembers.
    ///
    /// - Throws: ``MonitoringError`` for a profile that cannot be one of a table.
    package init(_ profile: TableProfile) throws(MonitoringError) {
        var columns: [Column] = []
        for column in profile.columns {
            guard let values = column.sample, values.rows == profile.rows else { throw .damaged(column.name) }
            columns.append(Column(column.name, values))
        }
        try self.init(rows: profile.rows, columns: columns)
    }
}

extension TableProfile.Column {
    /// The column that is remembered; `nil` when its figures contradict each other.
    fileprivate var sample: TableSample.Values? {
        guard rows >= 0, (0...rows).contains(missing) else { return nil }
        switch values {
        case .numbers(let profile):
            let others = profile.infinite.addingReportingOverflow(profile.invalid)
            guard !others.overflow, (0...(rows - missing)).contains(others.partialValue),
                profile.isConsistent(count: rows - missing - others.partialValue)
            else { return nil }
            return .numbers(
                NumericSample(
                    NumericDistribution(profile),
                    missingCount: missing,
                    infiniteCount: profile.infinite,
                    invalidCount: profile.invalid
                )
            )
        case .texts(let profile):
            guard profile.isConsistent(count: rows - missing) else { return nil }
            return .texts(CategorySample(CategoryDistribution(profile), missingCount: missing))
        }
    }
}

extension TableProfile.Column: Codable {
    private enum CodingKeys: String, CodingKey { case name, kind, rows, missing }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let values: TableProfile.Values =
            switch try container.decode(TableSample.Values.Kind.self, forKey: .kind) {
            case .number: .numbers(try NumericProfile(from: decoder))
            case .text: .texts(try CategoryProfile(from: decoder))
            }
        try self.init(
            name: container.decode(String.self, forKey: .name),
            rows: container.decode(Int.self, forKey: .rows),
            missing: container.decode(Int.self, forKey: .missing),
            values: values
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(rows, forKey: .rows)
        try container.encode(missing, forKey: .missing)
        switch values {
        case .numbers(let profile):
            try container.encode(TableSample.Values.Kind.number, forKey: .kind)
            try profile.encode(to: encoder)
        case .texts(let profile):
            try container.encode(TableSample.Values.Kind.text, forKey: .kind)
            try profile.encode(to: encoder)
        }
    }
}
