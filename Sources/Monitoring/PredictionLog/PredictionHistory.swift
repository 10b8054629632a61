internal import GRDB
internal import Support

/// What a prediction log says, for those who only read.
package final class PredictionHistory: Sendable {
    private let path: String
    private let database: DatabaseQueue

    /// Opens a log that a server may be writing to; `nil` where there is none.
    ///
    /// Throws ``MonitoringError``: what stands there is no log (12), or it cannot be read.
    package init?(at path: String) throws {
        guard FileSystem.isFile(path) else { return nil }
        self.path = path
        let form: Int
        (database, form) = try PredictionLog.reporting(path) {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let database = try DatabaseQueue(path: path, configuration: configuration)
            return (database, try database.read { try PredictionTables.form(of: $0) })
        }
        // It is about to be made.
        if form == 0 { return nil }
    }

    /// The newest predictions of a model, newest first.
    package func predictions(of model: String, limit: Int) throws -> [RecordedPrediction] {
        try PredictionLog.reporting(path) {
            try database.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT time, request, weight, inputs, outputs, version.version, digest, revision
                        FROM prediction JOIN version ON version.id = prediction.version
                        WHERE model = ? ORDER BY time DESC, prediction.id DESC LIMIT ?
                        """,
                    arguments: [model, limit]
                ).map { row in
                    RecordedPrediction(
                        version: AskedVersion(
                            model: model,
                            version: row["version"],
                            digest: row["digest"],
                            revision: row["revision"]
                        ),
                        time: row["time"],
                        request: row["request"],
                        weight: row["weight"],
                        inputs: row["inputs"],
                        outputs: row["outputs"]
                    )
                }
            }
        }
    }

    /// What became of the requests that came under each revision of a model.
    package func requests(of model: String) throws -> [Int: RequestCounts] {
        try PredictionLog.reporting(path) {
            try database.read { database in
                var counts: [Int: RequestCounts] = [:]
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT revision, sum(answered) AS answered, sum(failed) AS failed, sum(refused) AS refused
                        FROM requests JOIN version ON version.id = requests.version WHERE model = ? GROUP BY revision
                        """,
                    arguments: [model]
                )
                for row in rows {
                    counts[row["revision"]] = RequestCounts(
                        answered: row["answered"],
                        failed: row["failed"],
                        refused: row["refused"]
                    )
                }
                return counts
            }
        }
    }
}
