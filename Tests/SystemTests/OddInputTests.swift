import Foundation
import Support
import TestSupport
import Testing

/// Data and recipes that are odd, and the rule or the error that each has.
@Suite(.timeLimit(.minutes(60)))
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

    /// What no machine has memory for, and what cannot be followed: an error before there is a run, also in a dry run.
    @Test(
        arguments: [
            (
                "--set 'network=[reshape: [2, 1, 1], conv2d: {filters: 4, kernel_size: 2, padding: same, "
                    + "dilation_rate: 134217728}, flatten, dense: {units: 2, activation: softmax}]'",
                "fewer than 2,147,483,648 numbers in a row with the zeros around it"
            ),
            (
                "--set 'network=[dense: 134217728, dense: {units: 2, activation: softmax}]'",
                "GB of memory, and this machine has"
            ),
            (
                "--set 'network=[reshape: [2, 1, 1], zero_padding2d: 20000, global_max_pooling2d, "
                    + "dense: {units: 2, activation: softmax}]' --set training.batch_size=full",
                "choose a smaller batch_size"
            ),
            (
                "--set 'data.split={validation: 0}' --set 'training.early_stopping={monitor: val_loss}'",
                "validation data for early stopping by `val_loss`"
            ),
        ]
    )
    func whatCannotBeTrainedIsRefusedBeforeThereIsARun(settings: String, message: String) throws {
        let project = try project()
        for dryRun in ["", " --dry-run"] {
            let errors = try project.fail("train -q --no-register \(settings)\(dryRun)", with: 64)
            #expect(errors.contains(message), "\(errors)")
            // The line of what stands in the file, and no line for what was set.
            #expect(errors.contains("mlops.yaml:6:") || errors.contains("error: --set"), "\(errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: project.scratch(".mlops/runs/1")))
    }

    @Test func aClassWithoutPicturesIsNamed() throws {
        let project = try Project(template: "inspection")
        let folder = project.scratch("parts/dented")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let errors = try project.fail("train -q --no-register --dry-run", with: 1)
        #expect(errors.contains("parts/dented: the folder of this class has no pictures"), "\(errors)")
    }

    @Test(
        arguments: [
            ("training.class_weights={x: 0, y: 0}", "expected a class that counts"),
            ("training.schedule={step: {at: []}}", "expected at least one epoch"),
            (
                "network=[dense: {units: 2, activation: softmax, kernel_initializer: {random_uniform: {minval: 1, maxval: -1}}}]",
                "expected a minval of at most maxval"
            ),
        ]
    )
    func whatWouldMeanNothingIsRefused(setting: String, message: String) throws {
        let errors = try project().fail("train -q --no-register --set '\(setting)'", with: 64)
        #expect(errors.contains(message), "\(errors)")
    }

    /// Every optimizer and schedule of docs/training.md can be trained with.
    @Test func theExamplesOfThePageCanBeFollowed() throws {
        let project = try project()
        let page = try String(contentsOfFile: "\(Path.parent(#filePath))/../../docs/training.md", encoding: .utf8)
        var examples = 0
        for line in page.split(separator: "\n") {
            guard let match = line.wholeMatch(of: /(optimizer|schedule): ([^#]+?) *(#.*)?/) else { continue }
            try project.succeed("train -q --no-register --set 'training.\(match.1)=\(match.2)' --set training.epochs=2")
            examples += 1
        }
        #expect(examples == 9)
    }

    /// An option of another optimizer is not among those that an error offers.
    @Test func theKeysOfAnOptimizerAreItsOwn() throws {
        let errors = try project().fail(
            "train -q --no-register --set 'training.optimizer={adam: {momentun: 1}}'",
            with: 64
        )
        #expect(errors.contains("beta_1") && !errors.contains("weight_decay"), "\(errors)")
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
