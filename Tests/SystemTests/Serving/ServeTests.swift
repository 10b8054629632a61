import Foundation
import TestSupport
import Testing

/// What callers of `mlops serve` get.
@Suite(.timeLimit(.minutes(60)))
struct ServeTests {
    /// A project with two versions of a model of penguins, of which the first is live.
    private func project() throws -> Project {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        try project.succeed("deploy penguins@v1.0.0 --env production")
        return project
    }

    /// The first row of the project's table, as a record and as tensors of the Open Inference Protocol.
    private func row(_ served: ServedProject, _ project: Project) throws -> (record: String, tensors: String) {
        let lines = try project.shell("head -2 penguins.csv").output.split(separator: "\n").map {
            $0.split(separator: ",")
        }
        let values = Dictionary(zip(lines[0].map(String.init), lines[1].map(String.init)), uniquingKeysWith: { $1 })
        let metadata = try served.connect().get("/v2/models/penguins").json
        let inputs = try #require(metadata["inputs"] as? [[String: Any]])
        var (record, tensors): ([String], [String]) = ([], [])
        for input in inputs {
            let name = try #require(input["name"] as? String)
            let isText = input["datatype"] as? String == "BYTES"
            let text = try #require(values[name])
            let value = isText ? "\"\(text)\"" : text
            record.append("\"\(name)\":\(value)")
            tensors.append(
                #"{"name":"\#(name)","datatype":"\#(isText ? "BYTES" : "FP32")","shape":[1],"data":[\#(value)]}"#
            )
        }
        return ("{\(record.joined(separator: ","))}", #"{"inputs":[\#(tensors.joined(separator: ","))]}"#)
    }

    /// Every protocol gives the same answer, which is the one of `mlops predict`.
    @Test func allProtocolsAnswerTheSame() throws {
        let project = try project()
        let served = try ServedProject("penguins@v1.0.0", in: project)
        try served.waitUntilReady()
        let (record, tensors) = try row(served, project)
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
        let project = try project()
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        let (_, tensors) = try row(served, project)
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
}
