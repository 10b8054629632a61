internal import GRDB
internal import Support

/// What models were asked and what they said, on the disk of the machine that served them.
///
/// Rows are recorded as a fair sample with weights, requests are counted one and all. It is a database of SQLite that other tools read
/// (`docs/prediction-log.md`), and holds no more than its limits say: what is oldest goes first. Several processes may write at once.
package final class PredictionLog: Sendable {
    /// How much is kept.
    package struct Limits: Sendable, Hashable {
        /// Bytes on the disk.
        package var bytes = 1_000_000_000
        /// Seconds for which a prediction is kept.
        package var seconds = 30 * 86_400.0
        /// Seconds for which the counts of requests are kept, which take little.
        package var countSeconds = 400 * 86_400.0

        package init() {}

        /// What the database may take beside the journal of what is being written.
        var databaseBytes: Int { max(bytes - 8_000_000, bytes / 2) }
    }

    package let path: String
    private let limits: Limits
    private let database: DatabasePool

    /// Opens the log, or makes it, for writing.
    ///
    /// Only its owner can read what it makes. Throws ``MonitoringError``: what stands there is no log (12), or it cannot be written.
    package init(at path: String, limits: Limits = Limits()) throws {
        self.path = path
        self.limits = limits
        try FileSystem.createDirectory(Path.parent(path), permissions: 0o700)
        if !FileSystem.exists(path) { _ = try File(appendingTo: path, permissions: 0o600) }
        database = try Self.reporting(path) {
            let database = try DatabasePool(path: path, configuration: Self.configuration(limits))
            try database.write { try PredictionTables.prepare($0) }
            return database
        }
    }

    private static func configuration(_ limits: Limits) -> Configuration {
        var configuration = Configuration()
        // Another server, or somebody who reads, lets go soon.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try database.execute(sql: "PRAGMA journal_size_limit = 4000000")
        }
        return configuration
    }

    /// Writes down predictions and counts in one act, and lets the oldest go beyond the limits.
    ///
    /// Counts are added to those of the same minute. Throws ``MonitoringError`` when it cannot be written, as on a full disk; what
    /// stood there before still does.
    package func record(
        _ predictions: [RecordedPrediction],
        _ counts: [AskedVersion: RequestCounts],
        at now: Double
    ) async throws {
        let limits = limits
        do {
            try await database.write { database in
                var tables = PredictionTables(database)
                for prediction in predictions { try tables.insert(prediction) }
                let minute = Int64((now / 60).rounded(.down)) * 60
                for (version, counts) in counts { try tables.add(counts, to: version, at: minute) }
                try tables.forget(before: now - limits.seconds, countsBefore: now - limits.countSeconds)
                try tables.shrink(to: limits.databaseBytes)
            }
        } catch let error as DatabaseError {
            throw Self.failure(path, error)
        }
    }

    /// Runs an act of the database, whose errors it puts in our words.
    static func reporting<Result>(_ path: String, _ act: () throws -> Result) throws -> Result {
        do {
            return try act()
        } catch let error as DatabaseError {
            throw failure(path, error)
        }
    }

    private static func failure(_ path: String, _ error: DatabaseError) -> MonitoringError {
        let isDamaged = [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode)
        return MonitoringError(
            message: "the prediction log `\(path)`: \(error.message ?? error.resultCode.description)",
            kind: isDamaged ? .integrity : .failed,
            hints: isDamaged ? ["put it aside; a new one is made when a server starts"] : []
        )
    }
}
