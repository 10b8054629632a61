import TestSupport
import Testing

/// Optimizers, schedules and clipping as the project file writes them.
@Suite(.timeLimit(.minutes(60)))
struct RecipeTests {
    private func project(_ training: String) throws -> Project {
        let project = try Project()
        try project.scratch.write(
            "mlops.yaml",
            """
            model: recipe
            task: classification
            data:
              train: {synthetic: {classification: {rows: 300, inputs: 8, classes: 3, seed: 5}}}
              split: {validation: 0.2}
            network: [dense: {units: 16, activation: relu}, dense: {units: 3, activation: softmax}]
            training: {loss: sparse_categorical_crossentropy, epochs: 4, batch_size: 32, seed: 1, \(training)}
            gates: {accuracy: {at_least: 0}}
            """
        )
        try project.succeed("init .")
        return project
    }

    private func history(_ project: Project) throws -> String {
        try project.shell("cat .mlops/runs/1/package/training/history.jsonl").output
    }

    @Test(arguments: [
        "optimizer: {adamw: {learning_rate: 0.01, weight_decay: 0.1, clipnorm: 0.5}}",
        "optimizer: {rmsprop: {rho: 0.8, momentum: 0.5, centered: true, clipvalue: 0.1}}",
        "optimizer: {sgd: {learning_rate: 0.1, nesterov: true, momentum: 0.9, global_clipnorm: 1}}",
    ])
    func anOptimizerTrainsAndGivesTheSameBitsAgain(training: String) throws {
        let project = try project(training)
        try project.succeed("train -q --threads 1")
        let again = try project.json("train -q --threads 2")["registration"] as? [String: Any]
        #expect(again?["changed"] as? Bool == false)
        try project.succeed("verify recipe")
    }

    @Test func aScheduleIsInTheHistory() throws {
        let project = try project("optimizer: {adam: {learning_rate: 0.01}}, schedule: {step: {every: 2, factor: 0.1}}")
        try project.succeed("train -q")
        let lines = try history(project).split(separator: "\n")
        #expect(lines.map { $0.contains(#""learning_rate":0.01"#) } == [true, true, false, false])
        #expect(lines.suffix(2).allSatisfy { $0.contains(#""learning_rate":0.001"#) })
    }

    @Test(arguments: [
        "constant: {warmup: 2}", "cosine: {final: 0.1, warmup: 1}", "cosine",
        "exponential: {every: 2, staircase: true}",
        "step: {at: [1, 3]}", "reduce_on_plateau: {monitor: loss, patience: 1, minimum: 0.0001, warmup: 0.5}",
    ])
    func everyScheduleTrains(schedule: String) throws {
        let project = try project("schedule: {\(schedule)}".replacing("{cosine}", with: "cosine"))
        try project.succeed("train -q")
        #expect(try history(project).contains("learning_rate"))
    }

    @Test(arguments: [
        ("optimizer: rmsprob", "unknown optimizer `rmsprob`", "did you mean `rmsprop`?"),
        ("optimizer: {adam: {weight_decay: 0.1}}", "`weight_decay` is an option of adamw", "kernel_regularizer"),
        ("optimizer: {adam: {epsilon: 0}}", "epsilon", "1e-30"),
        (
            "optimizer: {sgd: {clipnorm: 1, clipvalue: 1}}", "expected one of clipnorm, global_clipnorm and clipvalue",
            ""
        ),
        ("optimizer: {rmsprop: {beta_1: 0.9}}", "unknown key `beta_1`", ""),
        ("augmentation: {flip: sideways}", "expected one of horizontal, vertical, both", ""),
        ("augmentation: {}", "expected at least one of flip", "flip: horizontal"),
        ("augmentation: {zoom: 2}", "unknown key `zoom`", ""),
        ("augmentation: {noise: 0.1}", "expected pictures, [height, width]", ""),
        ("schedule: cosin", "unknown schedule `cosin`", "did you mean `cosine`?"),
        ("schedule: {step: {factor: 0.5}}", "expected either every: EPOCHS or at: [EPOCH, ...]", ""),
        ("schedule: {cosine: {length: 3}}", "unknown key `length`", ""),
        (
            "schedule: {reduce_on_plateau: {monitor: val_acuracy}}", "found `val_acuracy`",
            "did you mean `val_accuracy`?"
        ),
        ("schedule: {exponential: {factor: 2}}", "factor", ""),
    ])
    func whatCannotBeIsNamed(training: String, message: String, hint: String) throws {
        let errors = try project(training).fail("train", with: 64)
        #expect(errors.contains("mlops.yaml:") && errors.contains(message) && errors.contains(hint), "\(errors)")
    }

    @Test func weightsOfRowsAreAColumn() throws {
        let project = try Project()
        let lines = (0..<200).map { "\($0 % 10),\(Double($0 % 10) * 2 + ($0 < 100 ? 0 : 50)),\($0 < 100 ? 1 : 0)" }
        try project.scratch.write("line.csv", "x,y,weight\n" + lines.joined(separator: "\n") + "\n")
        try project.scratch.write(
            "mlops.yaml",
            """
            model: line
            task: regression
            data: {train: {csv: line.csv}, target: y, sample_weights: weight}
            features: {x: standardize}
            network: [dense: 1]
            training: {loss: mse, optimizer: {adam: {learning_rate: 0.1}}, epochs: 200, batch_size: 50}
            gates: {root_mean_squared_error: {at_most: 1000}}
            """
        )
        try project.succeed("init .")
        try project.succeed("train -q")
        // Only the rows that count are learned from; the column may be missing where nothing is learned.
        try project.scratch.write("new.csv", "x\n3\n")
        let answer = try project.succeed("predict new.csv -q").split(separator: "\n").last
        #expect(abs((answer.flatMap { Double($0) } ?? 0) - 6) < 0.5, "\(answer ?? "")")
        #expect(try project.succeed("predict line.csv -q").split(separator: "\n").count == 201)
        try project.shell("sed -i 's/,1$/,-1/' line.csv")
        let errors = try project.fail("train", with: 1)
        #expect(
            errors.contains("line.csv, line 2") && errors.contains("expected a weight of at least 0, found -1"),
            "\(errors)"
        )
        #expect(try project.fail("train --set data.sample_weights=y", with: 1).contains("cannot be the weight"))
        #expect(try project.fail("train --set data.sample_weights=z", with: 14).contains("`z`"))
    }

    @Test func aPlateauWithoutValidationRowsIsRefused() throws {
        let project = try project("schedule: reduce_on_plateau")
        let errors = try project.fail("train --set data.split.validation=0", with: 64)
        #expect(errors.contains("expected validation data for a reduction of the learning rate"), "\(errors)")
    }
}
