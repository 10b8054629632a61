import Foundation
import TestSupport
import Testing

extension Project {
    /// A project with two versions of a model of penguins, of which the first is live.
    static func withPenguins() throws -> Project {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        try project.succeed("deploy penguins@v1.0.0 --env production")
        return project
    }
}

extension ServedProject {
    /// The first row of the project's table, as a record and as tensors of the Open Inference Protocol.
    func firstRow(of project: Project) throws -> (record: String, tensors: String) {
        let lines = try project.shell("head -2 penguins.csv").output.split(separator: "\n").map {
            $0.split(separator: ",")
        }
        let values = Dictionary(zip(lines[0].map(String.init), lines[1].map(String.init)), uniquingKeysWith: { $1 })
        let metadata = try connect().get("/v2/models/penguins").json
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
}
