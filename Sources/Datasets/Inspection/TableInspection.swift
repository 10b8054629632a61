package import Support

/// What a look at a whole table shows, for a project that is to be written for it.
package struct TableInspection: Sendable {
    /// How the table is written, as far as that can be seen.
    package let format: CSVFormat
    package let rows: Int
    /// The columns in the order of the file.
    package let columns: [ColumnInspection]

    /// The column of this name.
    package func column(_ name: String) -> ColumnInspection? {
        columns.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The share of the values of all columns that are missing.
    package var missingShare: Double {
        let values = rows * columns.count
        return values == 0 ? 0 : Double(columns.reduce(0) { $0 + $1.missing }) / Double(values)
    }

    /// The rows that the types are guessed by, before the whole table is read.
    private static let sampleRows = 8192

    /// Reads the table: its beginning to guess, then all of it to know.
    ///
    /// What contradicts the guess changes it: a new word for a missing value, or a column of text after all.
    ///
    /// - Throws: ``DatasetError`` for a table that cannot be read.
    package init(path: String, cancellation: Cancellation = Cancellation()) throws {
        var guess = try TableGuess(path: path, rows: Self.sampleRows)
        while true {
            do {
                let columns = try TableInspection.read(path, guess, cancellation)
                // A number such as -999 is seen to stand for nothing only when all others are known.
                let sentinels = columns.compactMap(\.sentinel)
                if guess.addMarkers(sentinels) { continue }
                format = guess.format
                self.columns = columns
                rows = columns.first?.rows ?? 0
                break
            } catch let surprise as TableSurprise {
                guess.learn(from: surprise)
            }
        }
        guard rows > 0 else { throw DatasetError.noRows(path) }
    }

    private static func read(
        _ path: String,
        _ guess: TableGuess,
        _ cancellation: Cancellation
    ) throws -> [ColumnInspection] {
        let reader = try CSVRowReader(path: path, format: guess.format)
        try reader.select(zip(reader.header, guess.kinds).map { Field($0, $1 == .number ? .number : .text) })
        var accumulators = zip(reader.header, guess.kinds).map { ColumnAccumulator(name: $0, kind: $1) }
        while let rows = try reader.readNamingSurprises() {
            try cancellation.check()
            for (index, column) in rows.columns.enumerated() { accumulators[index].add(column) }
        }
        return accumulators.map { $0.finish() }
    }
}

/// A text in a column of numbers.
struct TableSurprise: Error {
    let column: Int
    let text: String
}

extension CSVRowReader {
    /// The next rows; throws ``TableSurprise`` for a text in a column of numbers.
    fileprivate func readNamingSurprises() throws -> RawRows? {
        do {
            return try read(upTo: RowStore.blockRows)
        } catch let error as DatasetError {
            guard let fault = unreadNumber else { throw error }
            throw TableSurprise(column: fault.column, text: fault.text)
        }
    }
}
