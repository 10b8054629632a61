import Foundation
import TestSupport
import Testing

/// `validate`: whether a version may take the place of what serves.
@Suite(.timeLimit(.minutes(60)))
struct ValidationTests {
    private func findings(_ document: [String: Any]) throws -> [String: String] {
        let list = try #require(document["findings"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: list.map { ($0["name"] as? String ?? "", $0["verdict"] as? String ?? "") }
        )
    }

    private func report(_ project: Project, _ arguments: String, status: Int32) throws -> [String: Any] {
        let finished = try project.mlops("\(arguments) --json")
        #expect(finished.status == status, "\(finished)")
        return try #require(try JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
    }

    @Test func aGoodVersionIsValidAndMayBeRequiredToBe() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's|{directory: deployed/production}|{requires: [validate]}|' mlops.yaml")
        try project.succeed("train -q")
        #expect(
            try project.fail("deploy penguins --env production", with: 15).contains(
                "run it: mlops validate penguins@v1.0.0"
            )
        )
        let first = try report(project, "validate penguins", status: 0)
        #expect(
            try findings(first) == ["package": "pass", "inputs and outputs": "pass", "data": "pass", "gates": "pass"]
        )
        try project.succeed("deploy penguins --env production")
        // The same network from another seed is not surely worse.
        try project.succeed("train -q --set training.seed=3")
        let second = try report(project, "validate penguins --env production", status: 0)
        #expect(try findings(second)["against what serves"] == "pass")
        let comparisons = try #require(second["comparisons"] as? [[String: Any]])
        #expect(comparisons.first?["metric"] as? String == "accuracy")
        #expect(comparisons.first?["difference"] is [String: Any])
        try project.succeed("deploy penguins --env production")
    }

    @Test func aWorseVersionIsFoundOut() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("deploy penguins --env production")
        try project.succeed(
            "train -q --register --set training.epochs=1 --set training.optimizer.adam.learning_rate=0.00001",
            allowing: [3]
        )
        let finished = try project.mlops("validate penguins --env production")
        #expect(finished.status == 3)
        #expect(finished.output.contains("NOT VALID"))
        #expect(finished.output.contains("FAIL  gates"))
        #expect(finished.output.contains("FAIL  against what serves"))
        #expect(finished.output.contains("difference -0."))
    }

    @Test func otherInputsAreNoticed() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("deploy penguins --env production")
        try project.shell("sed -i '/^  sex: one_hot/d; s/ignore: .year./ignore: [year, sex]/' mlops.yaml")
        try project.succeed("train -q")
        let document = try report(project, "validate penguins --env production", status: 3)
        #expect(try findings(document)["inputs and outputs"] == "fail")
        #expect(try findings(document)["package"] == "pass")
    }

    @Test func otherDataAreNoJudge() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.shell("sed -i 2d penguins.csv")
        let finished = try project.mlops("validate penguins")
        #expect(finished.status == 3)
        #expect(finished.output.contains("cannot be told"))
        #expect(finished.output.contains("the training data are not those of penguins v1.0.0"))
        #expect(try project.fail("validate penguins --env nowhere", with: 14).contains("nowhere"))
    }
}
