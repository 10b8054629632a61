import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(60)))
struct TrainingTests {
    /// A network that trains for some seconds, so that it can be killed.
    private static let slow = """
        model: slow
        task: classification
        data:
          train: {synthetic: {classification: {rows: 6000, inputs: 64, classes: 8, seed: 5}}}
          split: {validation: 0.1}
        network:
          - dense: {units: 200, activation: relu}
          - dropout: 0.3
          - dense: {units: 8, activation: softmax}
        training: {loss: sparse_categorical_crossentropy, optimizer: adam, epochs: 12, batch_size: 32, seed: 42}
        """

    private func digest(_ project: Project, run: Int = 1) throws -> String {
        try project.succeed("register --run \(run) -q")
        return try #require(try project.shell("ls .mlops/runs/\(run)/package").status == 0 ? version(project) : nil)
    }

    private func version(_ project: Project) throws -> String? {
        let models = try project.json("list")["models"] as? [[String: Any]]
        return (models?.first?["versions"] as? [[String: Any]])?.first?["digest"] as? String
    }

    private func slowProject() throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", Self.slow)
        return project
    }

    /// One digest: on one thread and two, a second time, and with the kernels of every instruction set at hand.
    @Test func theSameBitsHoweverItRuns() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train --threads 1")
        let digest = try #require(try version(project))
        for (options, environment) in [
            ("--threads 2", [:]), ("--threads 1", ["MLOPS_KERNELS": "baseline"]), ("", [:]),
        ] as [(String, [String: String])] {
            let output = try project.succeed("train \(options)", environment: environment)
            #expect(output.contains("already penguins@v1.0.0"), "\(output)")
        }
        let models = try project.json("list --all")["models"] as? [[String: Any]]
        #expect(models?.first?["count"] as? Int == 1)
        #expect(try version(project) == digest)
    }

    /// Killed with -9 after several of its checkpoints and resumed, against one unbroken run: the same digest.
    @Test func featuresThatDoNotFitIntoMemoryGiveTheSameBits() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let finished = try project.mlops("train -q --json", environment: ["MLOPS_MEMORY": "1K"])
        #expect(finished.status == 0 && finished.output.contains(#""changed" : false"#), "\(finished)")
        let errors = try project.fail("train", with: 64, environment: ["MLOPS_MEMORY": "much"])
        #expect(errors.contains("expected bytes such as 500M or 2G, found `much`"))
    }

    @Test func aKilledAndResumedRunGivesTheSameDigest() throws {
        let unbroken = try slowProject()
        let epochs = "--set training.epochs=400"
        try unbroken.succeed("train --threads 1 \(epochs)")
        let expected = try #require(try version(unbroken))
        let project = try slowProject()
        for attempt in 0..<4 {
            // It watches for a new checkpoint, so that the kill comes in time however fast the machine is.
            let finished = try project.shell(
                """
                stamp() { stat -c '%i %z' .mlops/runs/1/checkpoint.safetensors 2>/dev/null || true; }
                before=$(stamp)
                '\(Binary.path)' train --threads 1 \(attempt == 0 ? epochs : "--resume") -q & run=$!
                while kill -0 $run 2>/dev/null && [ "$(stamp)" = "$before" ]; do sleep 0.002; done
                sleep 0.0\(attempt * 13 % 10)
                kill -KILL $run
                wait $run
                """
            )
            #expect(finished.status == 137, "\(finished)")
        }
        try project.succeed("train --resume --threads 2")
        #expect(try version(project) == expected)
    }

    @Test func ctrlCLeavesACheckpointAndExit130() throws {
        let project = try slowProject()
        let finished = try project.shell(
            "timeout --preserve-status -s INT 1 '\(Binary.path)' train --threads 1 --set training.epochs=2000"
        )
        #expect(finished.status == 130)
        #expect(finished.errors.contains("go on with it: mlops train --resume"), "\(finished)")
        let run = try #require((try project.json("runs")["runs"] as? [[String: Any]])?.first)
        #expect(run["status"] as? String == "interrupted")
        #expect(try #require(run["epochs"] as? Int) > 0)
        #expect(try project.shell("ls .mlops/runs/1/checkpoint.safetensors").status == 0)
        // The hint works as it stands: the run remembers what was set.
        let resumed = try project.shell(
            "timeout --preserve-status -s TERM 1 '\(Binary.path)' train --resume --threads 1"
        )
        #expect(resumed.status == 143)
        #expect(resumed.errors.contains("after a checkpoint of run 1"), "\(resumed)")
    }

    @Test func resumingAfterTheProjectChangedIsRefused() throws {
        let project = try slowProject()
        _ = try project.shell("timeout -s KILL 1 '\(Binary.path)' train --threads 1 --set training.epochs=2000 -q")
        let errors = try project.fail(
            "train --resume --set training.epochs=2000 --set training.batch_size=64",
            with: 15
        )
        #expect(errors.contains("the project file is not what run 1 began with"))
    }

    @Test func aGateThatIsNotMetEndsWithThreeAndRegistersNothing() throws {
        let project = try Project(template: "tabular")
        let finished = try project.mlops("train --set training.epochs=1 --set gates.accuracy.at_least=0.999")
        #expect(finished.status == 3, "\(finished)")
        #expect(finished.output.contains("FAIL"))
        #expect(try project.json("list")["models"] as? [String] == [])
        try project.succeed("register --run 1")
        #expect(try project.json("list")["models"] as? [[String: Any]] != nil)
    }

    @Test func aDivergingTrainingStopsAndSaysWhere() throws {
        let project = try Project(template: "examples/regression")
        let errors = try project.fail(
            "train --set training.optimizer=sgd --set training.optimizer.sgd.learning_rate=1000",
            with: 1
        )
        #expect(errors.contains(/diverged in epoch 1, step [1-9]/))
        #expect(errors.contains("hint: lower the learning rate"))
        let run = try #require((try project.json("runs")["runs"] as? [[String: Any]])?.first)
        #expect(run["status"] as? String == "diverged")
        try project.fail("register --run 1", with: 15)
        // There is nothing to go on with: it would diverge again.
        try project.fail("train --resume", with: 14)
        try project.fail("train --resume-run 1", with: 15)
    }

    /// It diverges after some epochs: the weights of the last sound one stay.
    @Test func aDivergingTrainingKeepsItsLastGoodCheckpoint() throws {
        let project = try Project(template: "examples/simple-net")
        let errors = try project.fail(
            "train --set training.optimizer=sgd --set training.optimizer.sgd.learning_rate=1",
            with: 1
        )
        #expect(errors.contains(/diverged in epoch [2-9], step 1/), "\(errors)")
        #expect(errors.contains("the last good weights are in .mlops/runs/1/checkpoint.safetensors"))
        let bytes = try project.scratch.read(".mlops/runs/1/checkpoint.safetensors")
        let size = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + size])) as? [String: [String: Any]]
        )
        let kernels = header.filter { $0.key.hasSuffix("kernel") }
        #expect(!kernels.isEmpty)
        for (_, tensor) in kernels {
            let offsets = try #require(tensor["data_offsets"] as? [Int])
            let words = bytes[(8 + size + offsets[0])..<(8 + size + offsets[1])].chunks(of: 4)
            #expect(words.allSatisfy { Float(bitPattern: $0.reversed().reduce(0) { $0 << 8 | UInt32($1) }).isFinite })
        }
    }

    /// Another amount of rows gives other weights for the classes, and yet it is the same recipe.
    @Test func balancedWeightsOfNewDataAreNoNewRecipe() throws {
        let project = try Project(template: "tabular")
        let balanced = "--set training.class_weights=balanced --register"
        try project.mlops("train -q \(balanced)")
        try project.shell("sed -i '2d' penguins.csv")
        #expect(try project.mlops("train \(balanced)").output.contains("registered penguins@v1.0.1"))
        #expect(try project.mlops("train --register").output.contains("registered penguins@v1.1.0"))
    }

    @Test(
        "Every template trains and passes its gate",
        arguments: ["tabular", "examples/mlp-dropout", "examples/regression", "examples/simple-net"]
    )
    func templatesTrain(name: String) throws {
        let project = try Project(template: name)
        let output = try project.succeed("train")
        #expect(output.contains("pass") && output.contains("registered"))
    }
}

extension ArraySlice {
    fileprivate func chunks(of size: Int) -> [ArraySlice] {
        stride(from: startIndex, to: endIndex, by: size).map { self[$0..<Swift.min($0 + size, endIndex)] }
    }
}
