import Foundation
import TestSupport
import Testing

/// Folds through the life of a model: interruptions, what is refused, and what judges a version later.
@Suite(.timeLimit(.minutes(60)))
struct FoldLifeTests {
    private func write(_ project: Project, _ data: String = "", _ training: String = "", _ rest: String = "") throws {
        try project.scratch.write(
            "mlops.yaml",
            """
            model: folded
            task: classification
            data:
              train: {synthetic: {classification: {rows: 900, inputs: 24, classes: 4, seed: 5}}}
              validation: {folds: 3}
            \(data)
            network:
              - dense: {units: 100, activation: relu}
              - dropout: 0.3
              - dense: {units: 4, activation: softmax}
            training: {loss: sparse_categorical_crossentropy, epochs: 4, batch_size: 32\(training)}
            \(rest)
            """
        )
    }

    private func project(_ data: String = "", _ training: String = "", _ rest: String = "") throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try write(project, data, training, rest)
        return project
    }

    private func version(_ project: Project) throws -> String {
        let models = try #require(try project.json("list")["models"] as? [[String: Any]])
        let versions = try #require(models.first?["versions"] as? [[String: Any]])
        return try #require(versions.first?["digest"] as? String)
    }

    /// Kills the training as soon as a file is there, or is another than before.
    private func kill(_ project: Project, _ options: String, when file: String, with signal: String) throws -> Int32 {
        try project.shell(
            """
            stamp() { stat -c '%i %z' '.mlops/runs/1/\(file)' 2>/dev/null || true; }
            before=$(stamp)
            nice -n 10 '\(Binary.path)' train --threads 1 \(options) -q & run=$!
            while kill -0 $run 2>/dev/null && [ "$(stamp)" = "$before" ]; do sleep 0.001; done
            kill -\(signal) $run
            wait $run
            """
        ).status
    }

    /// Killed in several folds, behind one, and in the last training, then resumed: one digest, and the same figures.
    @Test func aKilledAndResumedTrainingGivesTheSameDigestAndFigures() throws {
        // Long enough to be killed everywhere, also where much else goes on.
        let options =
            ", early_stopping: {monitor: loss, patience: 90, restore_best_weights: true}, schedule: {cosine: {final: 0.1}}"
        let epochs = "--set training.epochs=90 --set data.train.synthetic.classification.rows=4000"
        let unbroken = try project("", options)
        try unbroken.succeed("train -q \(epochs)")
        let expected = try version(unbroken)
        let project = try project("", options)
        var moments = [
            ("folds/1/checkpoint.safetensors", "KILL"), ("folds/2/checkpoint.safetensors", "INT"),
            ("folds/2/checkpoint.safetensors", "KILL"), ("folds/2/result.safetensors", "KILL"),
            ("folds/3/result.safetensors", "KILL"), ("checkpoint.safetensors", "TERM"),
            ("checkpoint.safetensors", "KILL"),
        ]
        let (file, signal) = moments.removeFirst()
        #expect(try kill(project, epochs, when: file, with: signal) == 137)
        let shown = try project.json("runs show")
        #expect(shown["fold"] as? Int == 1 && shown["state"] as? String == "killed")
        #expect(try project.succeed("runs show").contains("fold 1 of 3: "))
        for (file, signal) in moments {
            let status = try kill(project, "--resume", when: file, with: signal)
            #expect([137, 130, 143].contains(status), "\(file)")
            let page = try project.succeed("runs show")
            #expect(page.contains("go on with it: mlops train --resume-run 1"), "\(page)")
        }
        try project.succeed("train --resume -q --threads 2")
        #expect(try version(project) == expected)
        let ended = try [unbroken, project].map { project in
            let run = try #require(try project.json("runs show")["run"] as? [String: Any])
            let parts = ["metrics", "cross_validation", "baselines", "epochs"].map { run[$0] ?? "" }
            return try JSONSerialization.data(withJSONObject: parts, options: .sortedKeys)
        }
        #expect(ended[0] == ended[1])
    }

    @Test(
        "What cannot be meant is refused with its place and a way out",
        arguments: [
            (
                "", ", schedule: {reduce_on_plateau: {patience: 1}}", 64,
                "there is no `val_loss` to watch", "reduce_on_plateau: {monitor: loss}"
            ),
            ("  split: {validation: 0.2}", "", 64, "a share of the rows or their folds, not both", "drop `data.split"),
            (
                "  split: {by_time: t}", "", 64, "folds and time do not go together",
                "split: {by_time: t, validation: 0.2}"
            ),
        ] as [(String, String, Int32, String, String)]
    )
    func whatCannotBeMeant(data: String, training: String, code: Int32, message: String, hint: String) throws {
        let project = try project(data, training)
        let errors = try project.fail("train", with: code)
        #expect(errors.contains(message) && errors.contains("mlops.yaml:") && errors.contains(hint), "\(errors)")
        #expect(try project.shell("ls .mlops/runs 2>/dev/null").output == "")
    }

    @Test(arguments: [
        ("1", "expected a whole number from 2 to 100"), ("101", "expected a whole number from 2 to 100"),
        ("{count: 5}", "expected a whole number"),
    ])
    func numbersOfFolds(text: String, message: String) throws {
        let project = try project()
        try project.shell("sed -i 's/folds: 3/folds: \(text)/' mlops.yaml")
        #expect(try project.fail("train", with: 64).contains(message))
    }

    @Test func fewerRowsThanFoldsAreRefusedAndRareClassesNamed() throws {
        let project = try project()
        let few = "--set data.train.synthetic.classification.rows="
        #expect(try project.fail("train \(few)8 --set data.validation.folds=9", with: 1).contains("into 9 folds"))
        let warned = try project.mlops("train \(few)10 --no-register")
        #expect(warned.errors.contains("class `3` has 2 rows for 3 folds: some folds do not judge it"), "\(warned)")
    }

    /// A training that watches its own rows needs no others, and goes on so in the end.
    @Test func aPlateauOfTheTrainingRowsWorks() throws {
        let project = try project("", ", schedule: {reduce_on_plateau: {monitor: loss, patience: 0, min_delta: 1}}")
        try project.succeed("train -q")
        let history = try #require(try project.json("runs show")["history"] as? [[String: Any]])
        let rates = history.compactMap { ($0["metrics"] as? [String: Double])?["learning_rate"] }
        #expect(rates.count == 4 && rates[0] == 0.001 && rates[3] < 0.0001)
    }

    /// A category that only one fold has: its network has a feature less, or refuses before anything is trained.
    @Test func foldsMayHaveOtherCategories() throws {
        let project = try Project()
        try project.succeed("init .")
        let rows = (0..<60).map { "\($0 == 7 ? "rare" : ["a", "b"][$0 % 2]),\($0 % 7),\(["a", "b"][$0 % 2])\n" }
        try project.scratch.write("t.csv", "c,x,y\n" + rows.joined())
        try project.scratch.write(
            "mlops.yaml",
            """
            model: rare
            data: {train: {csv: t.csv}, target: y, validation: {folds: 4}}
            features: {c: one_hot, x: standardize}
            network: [dense: {units: 2, activation: softmax}]
            training: {loss: sparse_categorical_crossentropy, epochs: 3}
            """
        )
        try project.succeed("train -q")
        #expect(try project.succeed("reproduce rare").contains("is reproduced"))
        try project.shell("sed -i 's/c: one_hot/c: {one_hot: {unknown: error}}/' mlops.yaml")
        let errors = try project.fail("train", with: 1)
        #expect(
            errors.contains(
                /line 9, row 8, column `c`: expected one of `a`, `b`, found `rare`, when fold [1-4] is held/
            )
        )
        #expect(try project.shell("ls .mlops/runs").output == "1\n")
    }

    @Test func divergenceNamesTheFold() throws {
        let project = try project("", ", optimizer: {sgd: {learning_rate: 1000000}}")
        let errors = try project.fail("train", with: 1)
        #expect(errors.contains("it was fold 1/3 that did not go well"), "\(errors)")
        #expect(try project.succeed("runs show").contains("fold 1/3: "))
    }

    @Test func anUpdateIsRefused() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's/^  split: .*/  validation: {folds: 3}/; s/epochs: 60/epochs: 5/' mlops.yaml")
        try project.succeed("train -q --register", allowing: [3])
        try project.shell("head -40 penguins.csv > new.csv")
        let errors = try project.fail("update penguins --data new.csv", with: 15)
        #expect(errors.contains("was judged by 3 folds") && errors.contains("hint: train a new version"), "\(errors)")
    }

    @Test func externalTrainersAreRefused() throws {
        let project = try Project(template: "external/scikit-learn")
        try project.shell("sed -i 's/^  split: .*/  validation: {folds: 3}/' mlops.yaml")
        let errors = try project.fail("train", with: 64)
        #expect(errors.contains("folds are for networks: the program of `trainer` is run once"), "\(errors)")
    }

    @Test func testRowsJudgeAVersionLater() throws {
        let gate =
            "gates: {accuracy: {at_least: 0.3}}\nenvironments: {production: {directory: live, requires: [validate]}}"
        let project = try project("  split: {test: 0.2}", "", gate)
        try project.succeed("train -q")
        let errors = try project.fail("evaluate folded --on validation", with: 14)
        #expect(errors.contains("was judged by 3 folds, and has learned from the rows of all of them"), "\(errors)")
        #expect(try project.succeed("evaluate folded").contains("on the test rows of the project: 180 rows"))
        #expect(try project.succeed("validate folded").contains("180 test rows fit the model"))
        try project.succeed("deploy folded --env production")
        #expect(try project.succeed("train --dry-run").contains("720 rows in 3 folds, 180 to test"))

        // Without any, nothing can be told.
        try write(project, "", "", gate)
        try project.succeed("train -q")
        let finished = try project.mlops("validate folded@latest")
        #expect(finished.status == 3 && finished.output.contains("has learned from all rows"), "\(finished)")
    }

    @Test func foldsBeginWithTheWeightsOfAVersion() throws {
        let project = try project()
        try project.succeed("train -q")
        try write(project, "", ", transfer: {from: folded@v1.0.0, freeze: [dense]}")
        try project.shell("sed -i 's/^model: .*/model: tuned/' mlops.yaml")
        try project.succeed("train -q")
        #expect(try project.succeed("reproduce tuned").contains("is reproduced"))
        let losses = try ["1", "2"].map { run in
            let shown = try project.json("runs show \(run)")["run"] as? [String: Any]
            let folds = try #require((shown?["cross_validation"] as? [String: Any])?["statistics"] as? [String: Any])
            return try #require((folds["loss"] as? [String: Double])?["mean"])
        }
        // Each fold has begun with what the other model had learned.
        #expect(losses[1] < losses[0])
    }

    @Test func numbersAreLearnedInFoldsToo() throws {
        let project = try Project(template: "examples/regression")
        let source = try project.shell("cat mlops.yaml").output
        #expect(source.contains("regression"))
        try project.shell(
            """
            sed -i '/validation:/d; /^  split:/d' mlops.yaml
            sed -i 's/^data:/data:\\n  validation: {folds: 4}/; s/epochs: [0-9]*/epochs: 8/' mlops.yaml
            """
        )
        let options = "--set training.standardize_target=true --register"
        let output = try project.succeed("train \(options)", allowing: [3])
        #expect(
            output.contains("  r2 ") && output.contains("on out-of-fold rows of 4 folds, mean "),
            "\(output)"
        )
        let name = try #require(try project.json("list")["models"] as? [[String: Any]]).first?["name"] as? String
        #expect(try project.succeed("reproduce \(name ?? "")").contains("is reproduced"))
    }
}
