import Foundation
import TestSupport
import Testing

/// What a server writes down of its requests, and what others read of it.
@Suite(.timeLimit(.minutes(60)))
struct RecordingTests {
    private static let log = ".mlops/predictions/production.sqlite"

    /// What Python's own reader of SQLite finds.
    private func query(_ project: Project, _ sql: String) throws -> String {
        try project.scratch.write(
            "query.py",
            "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*row)"
        )
        return try project.shell("python3 query.py '\(Self.log)' \"\(sql)\"").output.trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }

    @Test func requestsAreWrittenDown() throws {
        let project = try Project.withPenguins()
        do {
            let served = try ServedProject("production", in: project)
            try served.waitUntilReady()
            let (record, tensors) = try served.firstRow(of: project)
            let connection = try served.connect()
            let named = #"{"id":"first",\#(tensors.dropFirst())"#
            #expect(try connection.post("/v2/models/penguins/infer", named).status == 200)
            for _ in 0..<4 {
                #expect(
                    try connection.post("/v1/models/penguins:predict", #"{"instances":[\#(record),\#(record)]}"#).status
                        == 200
                )
            }
            #expect(try connection.post("/v2/models/penguins/infer", "{").status == 400)
            try project.succeed("deploy penguins@v1.0.1 --env production")
            #expect(try connection.post("/v2/models/penguins/infer", tensors).status == 200)
            served.running.stop()
        }
        #expect(try query(project, "select count(*), sum(weight) from prediction") == "10 10.0")
        #expect(
            try query(
                project,
                "select request, version.version from prediction join version on version.id = prediction.version where request is not null"
            ) == "first v1.0.0"
        )
        let lines = try project.shell("head -2 penguins.csv").output.split(separator: "\n").map {
            $0.split(separator: ",")
        }
        let (column, value) = (lines[0][1], lines[1][1])
        #expect(
            try query(project, "select distinct json_extract(inputs, '$.\(column)') from prediction") == value,
            "the raw columns, as they came"
        )
        #expect(try query(project, "select distinct json_type(outputs, '$.class') from prediction") == "text")
        let document = try project.json("history production")
        let entries = try #require((document["models"] as? [[String: Any]])?.first?["deployments"] as? [[String: Any]])
        let requests = entries.map { $0["requests"] as? [String: Int] }
        #expect(requests == [["answered": 1, "failed": 0, "refused": 0], ["answered": 5, "failed": 0, "refused": 1]])
        #expect(try project.succeed("history production").contains(/deploy +v1.0.0 .* 6 +\w/))
    }

    /// A sample stands for all, and a server that was killed leaves a log that the next one goes on with.
    @Test func moreRequestsAreSampled() throws {
        let project = try Project.withPenguins()
        var sent = 0
        for round in 0..<2 {
            let served = try ServedProject("production --threads 1 --log-rate 10", in: project)
            try served.waitUntilReady()
            let (_, tensors) = try served.firstRow(of: project)
            let load = try Load(served, path: "/v2/models/penguins/infer", bodies: [tensors])
            Thread.sleep(forTimeInterval: 2.5)
            let (answers, failures) = load.end()
            #expect(failures == [])
            sent += answers.count
            // What was answered within the last second is lost with the process.
            Thread.sleep(forTimeInterval: 1.5)
            if round == 0 { served.running.kill() } else { served.running.stop() }
        }
        let counted = try query(project, "select sum(answered) from requests")
        #expect(counted == "\(sent)")
        let figures = try query(project, "select count(*), round(sum(weight)) from prediction").split(separator: " ")
        let (kept, stood) = (try #require(Int(figures[0])), try #require(Double(figures[1])))
        #expect(kept >= 20 && kept <= 100, "10 a second, of \(sent)")
        #expect(abs(stood - Double(sent)) < 1, "\(stood) of \(sent)")
        #expect(try query(project, "pragma integrity_check") == "ok")
    }

    /// A disk that is full stops no answer, and is told of once.
    @Test func aFullDiskStopsNoAnswer() throws {
        let project = try Project.withPenguins()
        let served = try ServedProject("production", in: project, after: "trap '' XFSZ; ulimit -f 100")
        try served.waitUntilReady()
        let (_, tensors) = try served.firstRow(of: project)
        let load = try Load(served, path: "/v2/models/penguins/infer", bodies: [tensors])
        try served.running.waitFor { served.running.output.contains("requests are answered, and not recorded") }
        Thread.sleep(forTimeInterval: 2)
        let (answers, failures) = load.end()
        #expect(failures == [] && answers.count > 100)
        let metrics = try served.connect().get("/metrics").text
        #expect(metrics.contains(/mlops_unrecorded_requests_total [1-9]/))
        served.running.stop()
        #expect(served.running.output.contains("0 failed"))
        #expect(served.running.output.matches(of: /not recorded/).count == 1, "\(served.running.output)")
        #expect(try query(project, "pragma integrity_check") == "ok")
    }

    /// Who is about to deploy sees what callers would get.
    @Test func aRehearsalAsksWhatCallersAsked() throws {
        let project = try Project.withPenguins()
        #expect(try project.json("deploy penguins@v1.0.1 --env production --dry-run")["recorded"] == nil)
        let lines = try project.shell("cat penguins.csv").output.split(separator: "\n")
        do {
            let served = try ServedProject("production", in: project)
            try served.waitUntilReady()
            for start in stride(from: 1, to: lines.count, by: 50) {
                let table = ([lines[0]] + lines[start..<min(start + 50, lines.count)]).joined(separator: "\n")
                let type = [("Content-Type", "text/csv")]
                let answer = try served.connect().ask("POST", "/invocations", headers: type, body: Array(table.utf8))
                #expect(answer.status == 200, "\(answer.text)")
            }
            served.running.stop()
        }
        func answers(_ version: String) throws -> [String] {
            let document = try project.json("predict penguins.csv --model penguins@\(version)")
            return try #require(document["predictions"] as? [[String: Any]]).compactMap { $0["prediction"] as? String }
        }
        let expected = try zip(answers("v1.0.0"), answers("v1.0.1")).count { $0 != $1 }
        let document = try project.json("deploy penguins@v1.0.1 --env production --dry-run")
        let recorded = try #require(document["recorded"] as? [String: Any])
        let changes = try #require(recorded["changes"] as? [String: Any])
        #expect(changes["rows"] as? Int == lines.count - 1 && recorded["refused"] as? Int == 0)
        #expect(changes["flipped"] as? Int == expected && changes["changed"] as? Int ?? 0 > 0, "\(changes)")
        let text = try project.succeed("deploy penguins@v1.0.1 --env production --dry-run")
        #expect(text.contains(/of 3\d\d rows that callers asked from 20/), "\(text)")
    }

    /// What is no log is left alone, and nobody is kept from answering; who wants none gets none.
    @Test func serversGoOnWithoutALog() throws {
        let project = try Project.withPenguins()
        try project.shell(
            "mkdir -p .mlops/predictions && printf 'a diary, for the most part' > \(Self.log) && head -c 8192 /dev/zero >> \(Self.log)"
        )
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        #expect(served.running.output.contains("requests are answered, and not recorded"))
        served.running.stop()
        #expect(try project.shell("head -c 7 \(Self.log)").output == "a diary")
        try project.shell("rm -r .mlops/predictions")
        let silent = try ServedProject("production --no-log", in: project)
        try silent.waitUntilReady()
        silent.running.stop()
        #expect(try project.shell("ls .mlops").output.contains("predictions") == false)
    }
}
