import Foundation
import TestSupport
import Testing

/// Data and recipes that are odd, and the rule or the error that each has.
@Suite(.timeLimit(.minutes(10)))
struct OddInputTests {
    private func project() throws -> Project {
        let project = try Project()
        let rows = (0..<60).map { row in "\(row * 7 % 13),\(row * 5 % 11),\(row % 3 == 0 ? "x" : "y")" }
        try project.scratch.write("t.csv", (["a,b,k"] + rows).joined(separator: "\n"))
        try project.scratch.write(
            "mlops.yaml",
            """
            model: odd
            task: classification
            data: {train: {csv: t.csv}, target: k, split: {validation: 0.2}}
            features: {"*": standardize}
            network: [dense: {units: 4, activation: relu}, dense: {units: 2, activation: softmax}]
            training: {loss: sparse_categorical_crossentropy, epochs: 3, seed: 1}
            """
        )
        try project.succeed("init .")
        return project
    }

    private func metrics(_ project: Project, _ setting: String) throws -> [String: Double] {
        let run = try project.json("train -q --no-register --set \(setting)")["run"] as? [String: Any]
        return try #require(run?["metrics"] as? [String: Double])
    }

    @Test func aBatchLargerThanTheDataIsAllOfThem() throws {
        let project = try project()
        let whole = try metrics(project, "training.batch_size=full")
        #expect(try metrics(project, "training.batch_size=1000") == whole)
        #expect(try metrics(project, "training.batch_size=8") != whole)
    }

    @Test func aClassWithoutRowsIsNamed() throws {
        let project = try project()
        let finished = try project.mlops(
            "train -q --no-register --set 'data.classes=[x, y, z]' --set 'network=[dense: {units: 3, activation: softmax}]'"
        )
        #expect(finished.status == 0)
        #expect(finished.errors.contains("no validation row is of class `z`, which has 0 rows in all"), "\(finished)")
        // A class that nobody has named is an error.
        let errors = try project.fail("train -q --no-register --set 'data.classes=[x, z]'", with: 1)
        #expect(errors.contains("`y`"), "\(errors)")
    }

    @Test func gradientsThatExplodeEndTheTraining() throws {
        let project = try project()
        let errors = try project.fail(
            "train -q --no-register --set 'training.optimizer={sgd: {learning_rate: 100000}}' --set training.epochs=200 "
                + "--set 'network=[dense: 16, dense: 2]' --set 'training.loss={sparse_categorical_crossentropy: {from_logits: true}}'",
            with: 1
        )
        #expect(errors.contains(/diverged in epoch [0-9]+, step [0-9]+: the loss is nan/), "\(errors)")
        #expect(errors.contains("global_clipnorm"), "\(errors)")
    }
}
