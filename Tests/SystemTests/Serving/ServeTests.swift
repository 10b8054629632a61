import Foundation
import TestSupport
import Testing

/// What callers of `mlops serve` get.
@Suite(.timeLimit(.minutes(60)))
struct ServeTests {
    /// Every protocol gives the same answer, which is the one of `mlops predict`.
    @Test func allProtocolsAnswerTheSame() throws {
        let project = try Project.withPenguins()
        let served = try ServedProject("penguins@v1.0.0", in: project)
        try served.waitUntilReady()
        let (record, tensors) = try served.firstRow(of: project)
        let connection = try served.connect()
        let inference = try connection.post("/v2/models/penguins/infer", tensors)
        #expect(inference.status == 200, "\(inference.text)")
        let outputs = try #require(try inference.json["outputs"] as? [[String: Any]])
        let probabilities = try #require(outputs[0]["data"] as? [Double])
        let label = (outputs[1]["data"] as? [String])?.first
        let predicted = try connection.post("/v1/models/penguins:predict", #"{"instances":[\#(record)]}"#).json
        let prediction = try #require((predicted["predictions"] as? [[String: Any]])?.first)
        #expect(prediction["probabilities"] as? [Double] == probabilities && prediction["class"] as? String == label)
        let invoked = try connection.post("/invocations", #"{"dataframe_records":[\#(record)]}"#).json
        #expect((invoked["predictions"] as? [[String: Any]])?.first?["probabilities"] as? [Double] == probabilities)
        let csv = try project.shell("head -2 penguins.csv").output
        #expect(
            try connection.ask("POST", "/invocations", headers: [("Content-Type", "text/csv")], body: Array(csv.utf8))
                .text
                == connection.post("/invocations", #"{"dataframe_records":[\#(record)]}"#).text
        )
        try project.scratch.write("row.csv", csv)
        let document = try project.json("predict row.csv --model penguins@v1.0.0")
        let answer = try #require((document["predictions"] as? [[String: Any]])?.first)
        #expect(answer["prediction"] as? String == label)
        let named = try #require(answer["probabilities"] as? [String: Double])
        let classes = try #require(
            (try connection.get("/v2/models/penguins").json["parameters"] as? [String: Any])?["classes"] as? [String]
        )
        #expect(classes.map { named[$0] } == probabilities)
    }

    /// Whoever deploys and rolls back under load sees no request fail, and each answer is that of one version.
    @Test func deploymentsAndRollbacksFailNobody() throws {
        let project = try Project.withPenguins()
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        let (_, tensors) = try served.firstRow(of: project)
        let load = try Load(served, path: "/v2/models/penguins/infer", bodies: [tensors])
        for _ in 0..<5 {
            try project.succeed("deploy penguins@v1.0.1 --env production")
            #expect(
                try served.connect().post("/v2/models/penguins/infer", tensors).headers["mlops-model-version"]
                    == "penguins@v1.0.1"
            )
            try project.succeed("rollback production --no-hold")
            #expect(
                try served.connect().post("/v2/models/penguins/infer", tensors).headers["mlops-model-version"]
                    == "penguins@v1.0.0"
            )
        }
        let (answers, failures) = load.end()
        #expect(failures == [] && !answers.isEmpty)
        let bodies = Dictionary(grouping: answers, by: \.version).mapValues { Set($0.map(\.body)) }
        #expect(Set(bodies.keys) == ["penguins@v1.0.0", "penguins@v1.0.1"])
        #expect(bodies.values.allSatisfy { $0.count == 1 })
        let status = try project.succeed("status production")
        #expect(status.contains("serves v1.0.0"), "\(status)")
        served.running.stop()
        #expect(served.running.output.contains("0 failed"))
    }

    /// A server that has died confirms nothing: who does not want to wait for it says so.
    @Test func nobodyIsWaitedFor() throws {
        let project = try Project.withPenguins()
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        try project.succeed("deploy penguins@v1.0.1 --env production")
        served.running.kill()
        let report = try project.mlops("rollback production --timeout 1")
        #expect(report.status == 16 && report.output.contains("PROBLEM: has not answered"), "\(report)")
        try project.succeed("unhold penguins@v1.0.1 --env production")
        #expect(try project.mlops("deploy penguins@v1.0.1 --env production --timeout 0").status == 16)
        let silent = try project.succeed("rollback production --verify none")
        #expect(silent.contains("nobody was asked whether it serves v1.0.0 now"), "\(silent)")
        #expect(!silent.contains("PROBLEM"))
        try project.fail("rollback production --verify everything", with: 64)
    }
}
