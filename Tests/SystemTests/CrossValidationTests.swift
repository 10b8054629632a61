import Foundation
import Support
import TensorFiles
import TestSupport
import Testing

/// `data: {validation: {folds: N}}`: networks that are judged by rows that they have not seen, and a model of all rows.
@Suite(.timeLimit(.minutes(60)))
struct CrossValidationTests {
    private static let penguins = """
        model: penguins
        task: classification
        data:
          train: {csv: penguins.csv}
          target: species
          ignore: [year]
          validation: {folds: 4}
          split: {test: 0.2}
        features:
          island: one_hot
          sex: one_hot
          "*": [impute: median, standardize]
        network:
          - dense: {units: 16, activation: relu}
          - dropout: 0.2
          - dense: {units: 3, activation: softmax}
        training:
          loss: sparse_categorical_crossentropy
          optimizer: {adam: {learning_rate: 0.01}}
          schedule: {cosine: {final: 0.1}}
          epochs: 60
          batch_size: 16
          class_weights: balanced
          early_stopping: {patience: 4, restore_best_weights: true}
        gates:
          accuracy: {at_least: 0.9}
        """

    private func penguins(_ change: (String) -> String = { $0 }) throws -> Project {
        let project = try Project(template: "tabular")
        try project.scratch.write("mlops.yaml", change(Self.penguins))
        return project
    }

    private func crossValidation(_ run: [String: Any]) throws -> (results: [[String: Any]], [String: [String: Double]])
    {
        let folds = try #require(run["cross_validation"] as? [String: Any])
        let results = try #require(folds["results"] as? [[String: Any]])
        return (results, try #require(folds["statistics"] as? [String: [String: Double]]))
    }

    @Test func theModelIsJudgedByItsFoldsAndTrainedOnAllRows() throws {
        let project = try penguins()
        let output = try project.succeed("train")
        #expect(output.contains(" on out-of-fold rows of 4 folds, majority class "), "\(output)")
        #expect(output.contains("over the folds, mean (standard deviation): accuracy "), "\(output)")
        #expect(output.contains("on the test rows: accuracy "), "\(output)")
        let shown = try project.json("runs show")
        let run = try #require(shown["run"] as? [String: Any])
        #expect(run["measured_on"] as? String == "out-of-fold")
        let (results, statistics) = try crossValidation(run)
        let accuracies = results.compactMap { ($0["metrics"] as? [String: Double])?["accuracy"] }
        let rows = results.compactMap { $0["rows"] as? Int }
        let best = results.compactMap { $0["best_epoch"] as? Int }
        #expect(accuracies.count == 4 && rows.reduce(0, +) == 266)
        // All rows together are the rows of the folds.
        let right = zip(accuracies, rows).reduce(0) { $0 + $1.0 * Double($1.1) }
        let metrics = try #require(run["metrics"] as? [String: Double])
        #expect(abs((metrics["accuracy"] ?? 0) - right / 266) < 1e-9)
        let mean = accuracies.reduce(0, +) / 4
        let deviation = (accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
        #expect(abs((statistics["accuracy"]?["mean"] ?? 0) - mean) < 1e-12)
        #expect(abs((statistics["accuracy"]?["standard_deviation"] ?? -1) - deviation) < 1e-12)
        // The model learns for as long as the folds did best, and stops by itself.
        let epochs = Int((Double(best.reduce(0, +)) / 4).rounded())
        let history = try #require(shown["history"] as? [[String: Any]])
        #expect(history.count == epochs && run["epochs"] as? Int == epochs && run["planned_epochs"] as? Int == epochs)
        #expect(history.allSatisfy { ($0["metrics"] as? [String: Double])?["val_loss"] == nil })
        let page = try project.succeed("runs show")
        #expect(page.contains("FOLD  ROWS  EPOCHS  BEST  VAL_LOSS  ACCURACY\n"), "\(page)")
        for (fold, stopped) in results.compactMap({ $0["epochs"] as? Int }).enumerated() {
            #expect(stopped == min(60, best[fold] + 4))
            let lines = try project.shell("wc -l < .mlops/runs/1/folds/\(fold + 1)/history.jsonl").output
            #expect(lines == "\(stopped)\n")
        }
        // The version knows it as well.
        let member = try project.shell("tr -d ' \\n' < .mlops/runs/1/package/training/cross-validation.json").output
        #expect(member.contains(#""epochs":\#(epochs),"folds":[{"best_epoch":\#(best[0]),"#), "\(member)")
        #expect(try project.shell("cat .mlops/runs/1/package/training/recipe.json").output.contains(#""folds" : 4"#))
        #expect(try project.succeed("show").contains("training/cross-validation.json"))
        #expect(try project.succeed("train").contains("already penguins@v1.0.0"))
        #expect(try project.succeed("reproduce penguins").contains("is reproduced"))
        let small = try project.mlops("train -q --json --threads 2", environment: ["MLOPS_MEMORY": "1K"])
        #expect(small.status == 0 && small.output.contains(#""changed" : false"#), "\(small)")
    }

    @Test func theFoldIsSaidWhileItTrains() throws {
        let project = try penguins()
        let line = "'\(Binary.path)' train --json --tensorboard logs --set training.epochs=3"
        let events = try project.shell("\(line) 2>&1 >/dev/null | grep '\"event\":\"epoch\"'").output
        let epochs = try events.split(separator: "\n").map { text in
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
        #expect(epochs.map { $0["fold"] as? Int ?? 0 } == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 0, 0, 0])
        #expect(epochs.prefix(12).allSatisfy { $0["folds"] as? Int == 4 })
        let folders = try project.shell("cd logs/penguins/run-1 && find . -type d | sort | tr '\\n' ' '").output
        let folds = (1...4).map { "./fold-\($0) ./fold-\($0)/train ./fold-\($0)/validation" }.joined(separator: " ")
        #expect(folders == ". \(folds) ./train ")
    }

    /// What answers to rows that it has learned by heart says nothing about others.
    @Test func whatIsLearnedByHeartIsNotCounted() throws {
        let project = try Project()
        try project.succeed("init .")
        let random = CounterRandom(seed: 1, stream: 1)
        let rows = (0..<200).map { row in
            let numbers = (0..<12).map { String(format: "%.4f", random.normal(at: UInt64(row * 13 + $0))) }
            return numbers.joined(separator: ",") + (random.uniform(at: UInt64(row * 13 + 12)) < 0.5 ? ",a\n" : ",b\n")
        }
        let header = (0..<12).map { "x\($0)" }.joined(separator: ",") + ",y\n"
        try project.scratch.write("noise.csv", header + rows.joined())
        try project.scratch.write(
            "mlops.yaml",
            """
            model: noise
            data: {train: {csv: noise.csv}, target: y, validation: {folds: 5}}
            features: {"*": standardize}
            network: [dense: {units: 128, activation: relu}, dense: {units: 2, activation: softmax}]
            training: {loss: sparse_categorical_crossentropy, optimizer: {adam: {learning_rate: 0.01}}, epochs: 150}
            """
        )
        try project.succeed("train -q --no-register")
        let shown = try project.json("runs show")
        let run = try #require(shown["run"] as? [String: Any])
        let accuracy = try #require((run["metrics"] as? [String: Double])?["accuracy"])
        #expect(abs(accuracy - 0.5) < 0.15, "\(accuracy)")
        let last = try #require((shown["history"] as? [[String: Any]])?.last?["metrics"] as? [String: Double])
        #expect((last["accuracy"] ?? 0) > 0.98, "\(last)")
    }

    /// What `cross_val_predict` of scikit-learn says; see the script beside the files.
    private struct Reference: Decodable {
        let classification: Classification
        let regression: Regression

        struct Classification: Decodable {
            let probabilities: [Double]
            let metrics: [String: Double]
            let log_loss_mean: Double
            let log_loss_deviation: Double
        }

        struct Regression: Decodable {
            let predictions: [Double]
            let metrics: [String: Double]
        }

        static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

        static func read() throws -> Reference {
            let data = try Data(contentsOf: folder.appending(path: "cross-validation.json"))
            return try JSONDecoder().decode(Reference.self, from: data)
        }
    }

    /// A project whose folds are the five batches of a table.
    private func batches(_ target: String, _ rest: String) throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        let table = Reference.folder.appending(path: "cross-validation.csv").path()
        try project.shell("cp '\(table)' table.csv")
        try project.scratch.write(
            "mlops.yaml",
            """
            model: batches
            data:
              train: {csv: table.csv}
              target: \(target)
              ignore: [\(target == "label" ? "value" : "label")]
              split: {by_group: batch}
              validation: {folds: 5}
            features: {"*": standardize}
            \(rest)
            """
        )
        try project.succeed("train -q --no-register")
        return project
    }

    /// The largest difference of an answer of a fold from the reference, where each fold is the batch that it is nearest to.
    private func largestDifference(_ project: Project, from expected: [Double], column: Int) throws -> Double {
        let table = try String(decoding: project.scratch.read("table.csv"), as: UTF8.self).split(separator: "\n")
            .dropFirst()
        let batches = Dictionary(grouping: table.enumerated()) { $0.element.prefix(2) }
            .mapValues { rows in rows.map { expected[$0.offset] } }
        var (found, largest): (Set<Substring>, Double) = ([], 0)
        for fold in 1...5 {
            let bytes = try project.scratch.read(".mlops/runs/1/folds/\(fold)/result.safetensors")
            let outputs = try #require(try Safetensors.decode(bytes, source: "fold \(fold)").tensors["outputs"])
            let values = try outputs.floats()
            let said = (0..<outputs.shape[0]).map { Double(values[$0 * outputs.shape[1] + column]) }
            let differences = batches.mapValues { rows in zip(rows, said).map { abs($0 - $1) }.max() ?? .infinity }
            let nearest = try #require(differences.min { $0.value < $1.value })
            found.insert(nearest.key)
            largest = max(largest, nearest.value)
        }
        #expect(found.count == 5)
        return largest
    }

    @Test func probabilitiesAreThoseOfCrossValPredict() throws {
        let reference = try Reference.read().classification
        let project = try batches(
            "label",
            """
            network: [dense: {units: 1, activation: sigmoid, kernel_regularizer: {l2: 0.003125}}]
            training:
              {loss: binary_crossentropy, optimizer: {sgd: {learning_rate: 1, momentum: 0.9}}, epochs: 1000, batch_size: full}
            """
        )
        let difference = try largestDifference(project, from: reference.probabilities, column: 0)
        #expect(difference < 2e-5, "\(difference)")
        let run = try #require(try project.json("runs show")["run"] as? [String: Any])
        let metrics = try #require(run["metrics"] as? [String: Double])
        for (name, value) in reference.metrics { #expect(abs((metrics[name] ?? -1) - value) < 1e-5, "\(name)") }
        let (_, statistics) = try crossValidation(run)
        #expect(abs((statistics["log_loss"]?["mean"] ?? -1) - reference.log_loss_mean) < 1e-5)
        #expect(abs((statistics["log_loss"]?["standard_deviation"] ?? -1) - reference.log_loss_deviation) < 1e-5)
    }

    @Test func numbersAreThoseOfCrossValPredict() throws {
        let reference = try Reference.read().regression
        let project = try batches(
            "value",
            """
            network: [dense: {units: 1}]
            training:
              {loss: mse, optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}, epochs: 600, batch_size: full}
            """
        )
        let difference = try largestDifference(project, from: reference.predictions, column: 0)
        #expect(difference < 2e-5, "\(difference)")
        let run = try #require(try project.json("runs show")["run"] as? [String: Any])
        let metrics = try #require(run["metrics"] as? [String: Double])
        for (name, value) in reference.metrics { #expect(abs((metrics[name] ?? -1) - value) < 1e-5, "\(name)") }
    }

    @Test func theThresholdIsChosenOnAllRows() throws {
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable(rows: 600).text)
        try project.succeed("init --from process.csv --target defect")
        try project.shell(
            """
            sed -i 's/^  split:.*/  split: {by_group: batch_id}\\n  validation: {folds: 4}/; s/epochs: [0-9]*/epochs: 5/' mlops.yaml
            sed -i '/^decision:/d' mlops.yaml; echo 'decision: {min_recall: 0.8}' >> mlops.yaml
            """
        )
        let output = try project.succeed("train --register", allowing: [3])
        #expect(output.contains("out-of-fold rows of 4 folds") && output.contains("decision: "), "\(output)")
        let run = try #require(try project.json("runs show")["run"] as? [String: Any])
        #expect(try #require((run["metrics"] as? [String: Double])?["recall"]) >= 0.8)
        let (results, _) = try crossValidation(run)
        #expect(results.compactMap { $0["rows"] as? Int }.reduce(0, +) == 600)
        #expect(try project.succeed("reproduce defect").contains("is reproduced"))
    }
}
