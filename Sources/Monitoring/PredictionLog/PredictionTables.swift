internal import GRDB
internal import Support

/// The tables of the prediction log, within one transaction.
struct PredictionTables {
    private let database: Database
    /// The numbers of versions that were looked up already.
    private var known: [AskedVersion: Int64] = [:]

    init(_ database: Database) { self.database = database }

    /// The form of the tables; a reader refuses a higher one.
    static let form = 1

    /// Makes the tables, unless they are there.
    ///
    /// Throws ``MonitoringError`` (12) for tables of a later form.
    static func prepare(_ database: Database) throws {
        let found = try form(of: database)
        guard found == 0 else { return }
        try database.execute(
            sql: """
                CREATE TABLE version (
                    id INTEGER PRIMARY KEY,
                    model TEXT NOT NULL,
                    version TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    UNIQUE (model, version, digest, revision)
                ) STRICT;
                CREATE TABLE prediction (
                    id INTEGER PRIMARY KEY,
                    time REAL NOT NULL,
                    version INTEGER NOT NULL REFERENCES version (id),
                    request TEXT,
                    weight REAL NOT NULL,
                    inputs TEXT NOT NULL,
                    outputs TEXT NOT NULL
                ) STRICT;
                CREATE INDEX prediction_by_time ON prediction (time);
                CREATE TABLE requests (
                    minute INTEGER NOT NULL,
                    version INTEGER NOT NULL REFERENCES version (id),
                    answered INTEGER NOT NULL,
                    failed INTEGER NOT NULL,
                    refused INTEGER NOT NULL,
                    PRIMARY KEY (minute, version)
                ) STRICT, WITHOUT ROWID;
                PRAGMA user_version = \(form);
                """
        )
    }

    /// The form that the tables have; 0 where there are none.
    static func form(of database: Database) throws -> Int {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= form else {
            throw MonitoringError(
                message: "the prediction log has form \(found), this program reads up to \(form)",
                kind: .integrity,
                hints: ["use a newer mlops"]
            )
        }
        return found
    }

    mutating func insert(_ prediction: RecordedPrediction) throws {
        let version = try number(of: prediction.version)
        let statement = try database.cachedStatement(
            sql: "INSERT INTO prediction (time, version, request, weight, inputs, outputs) VALUES (?, ?, ?, ?, ?, ?)"
        )
        try statement.execute(arguments: [
            prediction.time, version, prediction.request, prediction.weight, prediction.inputs, prediction.outputs,
        ])
    }

    mutating func add(_ counts: RequestCounts, to version: AskedVersion, at minute: Int64) throws {
        let number = try number(of: version)
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO requests (minute, version, answered, failed, refused) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET answered = answered + excluded.answered, failed = failed + excluded.failed,
                    refused = refused + excluded.refused
                """
        )
        try statement.execute(arguments: [minute, number, counts.answered, counts.failed, counts.refused])
    }

    private mutating func number(of version: AskedVersion) throws -> Int64 {
        if let number = known[version] { return number }
        let arguments: StatementArguments = [version.model, version.version, version.digest, version.revision]
        try database.execute(
            sql: "INSERT INTO version (model, version, digest, revision) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: arguments
        )
        let number = try Int64.fetchOne(
            database,
            sql: "SELECT id FROM version WHERE model = ? AND version = ? AND digest = ? AND revision = ?",
            arguments: arguments
        )
        known[version] = number
        return number ?? 0
    }

    /// Lets go what is older than two moments.
    func forget(before moment: Double, countsBefore countMoment: Double) throws {
        try database.execute(sql: "DELETE FROM prediction WHERE time < ?", arguments: [moment])
        try database.execute(sql: "DELETE FROM requests WHERE minute < ?", arguments: [Int64(countMoment)])
    }

    /// Lets the oldest predictions go, a half percent at a time, until the rest takes no more than so many bytes.
    func shrink(to bytes: Int) throws {
        while try used() > bytes {
            let oldest = try Int.fetchOne(database, sql: "SELECT (count(*) + 199) / 200 FROM prediction") ?? 0
            guard oldest > 0 else { break }
            try database.execute(
                sql: "DELETE FROM prediction WHERE id IN (SELECT id FROM prediction ORDER BY time LIMIT ?)",
                arguments: [oldest]
            )
        }
        // Pages that are free are written to again; a file that has become much too large, as after a lower limit, gives them back.
        if try page("page_count") * page("page_size") > bytes { try database.execute(sql: "PRAGMA incremental_vacuum") }
    }

    private func used() throws -> Int { (try page("page_count") - page("freelist_count")) * (try page("page_size")) }

    private func page(_ figure: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(figure)") ?? 0 }
}
