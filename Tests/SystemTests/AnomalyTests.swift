import Foundation
import Support
import TensorFiles
import TestSupport
import Testing

/// `task: anomaly`: a model that learns what is normal, from its first row to its rollback.
@Suite(.timeLimit(.minutes(60)))
struct AnomalyTests {
    private static let network =
        "[dense: {units: 16, activation: tanh}, dense: {units: 2}, dense: {units: 16, activation: tanh}, dense: {units: 4}]"

    private func write(
        _ project: Project,
        data: String =
            "{train: {csv: train.csv}, validation: {csv: validation.csv}, test: {csv: test.csv}, target: state}",
        features: String = "{'*': standardize}",
        network: String = AnomalyTests.network,
        training: String = "{optimizer: {adam: {learning_rate: 0.01}}, epochs: 60, seed: 3}",
        rest: String = "gates: {roc_auc: {at_least: 0.9}, false_alarm_rate: {at_most: 0.05}}"
    ) throws {
        try project.scratch.write(
            "mlops.yaml",
            """
            model: sensors
            task: anomaly
            data: \(data)
            features: \(features)
            network: \(network)
            training: \(training)
            \(rest)
            environments: {production: {directory: deployed}}
            """
        )
    }

    private func project() throws -> Project {
        let project = try Project()
        try project.scratch.write("train.csv", SensorTable(normal: 900, isLabeled: false).text)
        try project.scratch.write("validation.csv", SensorTable(normal: 300, faulty: 40, seed: 2).text)
        try project.scratch.write("test.csv", SensorTable(normal: 300, faulty: 40, seed: 3).text)
        try write(project)
        try project.succeed("init .")
        return project
    }

    @Test func theTemplateTrainsAsItStands() throws {
        let project = try Project(template: "anomaly")
        let output = try project.succeed("train")
        #expect(output.contains("distance to the mean 0.5"), "\(output)")
        #expect(output.contains("the 0.99 quantile of 500 normal rows that were not learned from"))
        #expect(output.contains("expected false alarms: 0.0100 [0.0033-0.0204] of new normal rows"))
        #expect(output.contains("registered pump@v1.0.0"))
        #expect(output.contains("on the test rows: roc_auc 0.9") && output.contains(", false_alarm_rate 0.0"))
        let readme = try project.shell("sed -n '/^```/,/^```/p' README.md | grep '^mlops' | tail -n +2").output
        for line in readme.split(separator: "\n").dropFirst() {
            let finished = try project.shell("PATH='\(Binary.folder)':$PATH; \(line)")
            #expect(finished.status == 0 && !finished.output.isEmpty, "\(line)\n\(finished)")
        }
        // It is judged by faults that it has never seen, and its data can be made again.
        let judged = try project.json("evaluate pump")
        let metrics = try #require(judged["metrics"] as? [String: Double])
        #expect(try #require(metrics["roc_auc"]) > 0.9 && #require(metrics["false_alarm_rate"]) < 0.03)
        #expect((judged["decision"] as? [String: Any])?["score"] != nil)
    }

    @Test func answersAreScoresAndWhatTheyMean() throws {
        let project = try project()
        try project.succeed("train -q")
        let lines = try project.succeed("predict test.csv --keep state").split(separator: "\n")
        #expect(lines[0] == "state,score,anomaly" && lines.count == 341)
        let answers = lines.dropFirst().map { $0.split(separator: ",") }
        // The threshold is that of the package, and decides.
        let document = try JSONSerialization.jsonObject(with: Data(try project.succeed("predict test.csv --json").utf8))
        let root = try #require(document as? [String: Any])
        let threshold = try #require(root["threshold"] as? Double)
        #expect(root["rows"] as? Int == 340)
        for answer in answers {
            let score = try #require(Float(answer[1]))
            #expect((Double(score) > threshold) == (answer[2] == "true"))
        }
        let rows = try #require(root["predictions"] as? [[String: Any]])
        #expect(rows[7]["anomaly"] as? Bool == (answers[7][2] == "true"))
        let jsonLine = try project.succeed("predict test.csv --output-format jsonl --keep state").split(
            separator: "\n"
        )[0]
        #expect(jsonLine == "{\"state\":\"normal\",\"anomaly\":\(answers[0][2]),\"score\":\(answers[0][1])}")
        try project.succeed("predict test.csv --output answers.npy")
        let array = try NPY.decode(project.scratch.read("answers.npy"), source: "answers.npy")
        #expect(array.shape == [340, 2])
        let numbers = try array.floats()
        for (row, answer) in answers.enumerated() {
            #expect(numbers[2 * row] == Float(answer[1]) && (numbers[2 * row + 1] == 1) == (answer[2] == "true"))
        }
        // A row alone has the bits that it has among others.
        for row in [1, 150, 340] {
            try project.shell("sed -n '1p;\(row + 1)p' test.csv > one.csv")
            #expect(
                try project.succeed("predict one.csv").split(separator: "\n")[1]
                    == answers[row - 1][1...].joined(separator: ",")
            )
        }
        let signature = try project.json("show sensors")["signature"]
        #expect("\(try #require(signature))".contains("anomaly"))
        let shown = try project.succeed("show sensors")
        #expect(shown.contains("outputs: score: float32, anomaly: bool"))
    }

    /// The promise of the threshold, on fresh rows: the interval of the report holds what is found.
    @Test func falseAlarmsAreAsRareAsItIsSaid() throws {
        let project = try project()
        try write(project, rest: "decision: {quantile: 0.95}")
        let trained = try project.json("train -q")
        let decision = try #require((trained["run"] as? [String: Any])?["decision"] as? [String: Any])
        let score = try #require(decision["score"] as? [String: Any])
        #expect(score["quantile"] as? Double == 0.95 && score["rows"] as? Int == 300)
        let interval = try #require(score["interval"] as? [String: Double])
        let expected = try #require(score["false_alarm_rate"] as? Double)
        let (lower, upper) = (try #require(interval["lower"]), try #require(interval["upper"]))
        #expect(lower < expected && expected < upper && abs(expected - 0.05) < 0.005)
        try project.scratch.write("fresh.csv", SensorTable(normal: 6000, seed: 77, isLabeled: false).text)
        let finished = try project.mlops("evaluate sensors --csv fresh.csv --json")
        #expect(finished.errors.contains("no label says what these rows are"))
        let judged = try #require(
            try JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any]
        )
        let rate = try #require((judged["metrics"] as? [String: Double])?["false_alarm_rate"])
        // Generous: the interval holds 95 % of such trainings, and the rows that are counted have a chance of their own.
        #expect(rate > lower / 2 && rate < upper * 1.5, "\(rate) in \(lower)...\(upper)")
        #expect((judged["intervals"] as? [String: Any])?["false_alarm_rate"] != nil)
        #expect((judged["metrics"] as? [String: Double])?["roc_auc"] == nil)
    }

    @Test func itLivesLikeOtherModels() throws {
        let project = try project()
        try project.succeed("train -q --threads 1")
        #expect(try project.succeed("train --threads 2").contains("already sensors@v1.0.0"))
        #expect(try project.succeed("reproduce sensors").contains("is reproduced"))
        try project.succeed("deploy sensors --env production")
        try project.scratch.write(
            "tests/behaviour.yaml",
            """
            defaults: {a: 0.5, b: 0.2, c: 0.35, d: 0.3}
            cases:
              - name: a usual row is normal
                rows: {}
                expect: normal
              - name: sensors that contradict each other are not
                rows: [{c: 1.2}, {d: -0.9}]
                expect: anomalous
              - name: the further away, the higher the score
                rows: {c: 1.2}
                increase: {c: 0.5}
                expect_change: {score: up}
            """
        )
        #expect(try project.succeed("test sensors").contains("4 cases, all pass"))
        // More normal rows: it goes on learning, and its threshold is chosen again.
        try project.scratch.write("more.csv", SensorTable(normal: 500, faulty: 30, seed: 9).text)
        let updated = try project.json("update sensors --data more.csv --register")
        #expect((updated["new_rows"] as? Int) == 500, "faulty rows are not learned from")
        #expect((updated["on_old_rows"] as? [[String: Any]])?.compactMap { $0["metric"] as? String }.count == 2)
        #expect(try project.succeed("reproduce sensors@v1.0.1 --data more.csv").contains("is reproduced"))
        let difference = try project.succeed("diff sensors@v1.0.0 sensors@v1.0.1")
        #expect(difference.contains("`anomalous` above a score of ") && difference.contains("largest changes"))
        #expect(difference.contains("score") && difference.contains("golden rows"))
        #expect(try project.succeed("validate sensors --env production").contains("against what serves"))
        try project.succeed("deploy sensors@v1.0.1 --env production")
        #expect(try project.succeed("rollback production").contains("v1.0.1 -> v1.0.0"))
        #expect(try project.succeed("migrate export sensors --to directory --output out").contains("wrote"))
        let page = try project.shell("cat out/README.md").output
        #expect(page.contains("((x - features) ** 2).mean(axis=1") && page.contains("A row is an anomaly when"))
        try project.succeed("migrate export sensors --to safetensors --output w.safetensors")
        #expect(
            try project.succeed("migrate import w.safetensors --model back").contains("an anomaly above a score of")
        )
        #expect(
            try project.succeed("predict test.csv --model back")
                == project.succeed("predict test.csv --model sensors")
        )
        // Today's scores beside those of the test rows: those of faulty rows have drifted.
        try project.succeed("predict test.csv --output reference.csv")
        try project.scratch.write("today.csv", SensorTable(normal: 100, faulty: 250, seed: 12).text)
        try project.succeed("predict today.csv --output current.csv")
        let drift = try project.succeed("monitor --reference reference.csv --current current.csv", allowing: [3])
        #expect(drift.contains("score    DRIFT") || drift.contains("score  DRIFT"), "\(drift)")
        try project.expectCleanStore()
    }

    /// Stopped and resumed, against one unbroken run: the same bits.
    @Test func aResumedTrainingIsTheSame() throws {
        let project = try project()
        let slow = "--set training.epochs=10000 --set training.batch_size=8"
        let stopped = try project.shell(
            """
            '\(Binary.path)' train --threads 1 \(slow) & run=$!
            while kill -0 $run 2>/dev/null && [ ! -e .mlops/runs/1/checkpoint.safetensors ]; do sleep 0.001; done
            kill -TERM $run; wait $run
            """
        )
        #expect(stopped.status == 143, "\(stopped)")
        let resumed = try project.succeed("train --resume --threads 2", allowing: [3])
        #expect(resumed.contains("registered sensors@v1.0.0"), "\(resumed)")
        #expect(try project.succeed("train \(slow)", allowing: [3]).contains("already sensors@v1.0.0"))
    }

    @Test func arraysAndPicturesNeedNoLabels() throws {
        let project = try project()
        try project.scratch.write("train.npy", SensorTable(normal: 800).array)
        try project.scratch.write("fresh.npy", SensorTable(normal: 200, faulty: 0, seed: 5).array)
        try write(
            project,
            data: "{train: {inputs: train.npy}, split: {validation: 0.3}}",
            features: "{inputs: standardize}",
            rest: "gates: {false_alarm_rate: {at_most: 0.05}}"
        )
        let output = try project.succeed("train")
        #expect(output.contains("false_alarm_rate 0.0") && output.contains("distance to the mean 0"))
        #expect(try project.succeed("evaluate sensors --inputs fresh.npy").contains("200 rows"))
        try project.scratch.write("more.npy", SensorTable(normal: 300, seed: 6).array)
        #expect(try project.succeed("update sensors --data more.npy --dry-run").contains("would go on with"))
        // Pictures beside each other in a folder, given back by a network that ends in their shape.
        try project.shell(
            "mkdir parts; for f in $(ls \(Self.parts)/ok | head -150); do cp \(Self.parts)/ok/$f parts/; done; "
                + "mkdir judged; cp -r \(Self.parts)/ok \(Self.parts)/scratch judged/"
        )
        try write(
            project,
            data: "{train: {folder: parts, channels: 1}, validation: {folder: judged}, normal: ok}",
            features: "{image: [resize: [8, 8], standardize]}",
            network: "[flatten, dense: {units: 8}, dense: {units: 64}, reshape: [8, 8]]",
            rest: "decision: {quantile: 0.9}"
        )
        #expect(try project.succeed("train").contains("the 0.9 quantile of 160 normal rows"))
        #expect(try project.succeed("predict judged --model sensors").hasPrefix("file,score,anomaly\n"))
    }

    private static let parts = URL(filePath: #filePath)
        .appending(path: "../../../templates/projects/inspection/parts").standardized.path()

    @Test func whatJudgesMustBeThere() throws {
        let project = try project()
        let finished = try project.mlops("train --no-register --set data.validation.csv=train.csv")
        #expect(finished.status == 3 && finished.output.contains("gate roc_auc not defined"), "\(finished)")
        #expect(finished.errors.contains("the gate on roc_auc cannot be met"), "\(finished)")
        try project.succeed("train -q")
        try project.scratch.write("more.csv", SensorTable(normal: 200, seed: 9).text)
        try project.shell("mv validation.csv elsewhere.csv")
        let errors = try project.fail("update sensors --data more.csv", with: 15)
        #expect(errors.contains("is chosen again behind an update: the quantile 0.99 takes at least 99"), "\(errors)")
    }

    /// A mistake in the project, its exit code and what is said about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var data = "{train: {csv: train.csv}, validation: {csv: validation.csv}, target: state}"
        var network = AnomalyTests.network
        var training = "{epochs: 1}"
        var rest = ""
        var status: Int32 = 64
        let message: String

        var testDescription: String { message }
    }

    @Test(arguments: [
        Mistake(
            network: "[dense: {units: 3}]",
            message: "the last layer `dense`: expected 4 outputs, one for each feature that goes in, received 3"
        ),
        Mistake(
            network: "[dense: {units: 4}, reshape: [2, 2]]",
            message:
                "the last layer `reshape`: expected 4 outputs, one for each feature that goes in, received shape [2, 2]"
        ),
        Mistake(
            data: "{train: {csv: train.csv}, split: {validation: 0.1}}",
            message: "the quantile 0.99 takes at least 99 normal rows that are not learned from, found 90"
        ),
        Mistake(data: "{train: {csv: train.csv}}", message: "add to data: split: {validation: 0.2}"),
        Mistake(rest: "decision: {quantile: 0.999}", message: "takes at least 999 normal rows"),
        Mistake(rest: "decision: {threshold: 0.5}", message: "is a quantile of the scores of normal rows"),
        Mistake(rest: "gates: {accuracy: {at_least: 0.9}}", message: "`accuracy` is not for an anomaly task"),
        Mistake(training: "{epochs: 1, loss: binary_crossentropy}", message: "the losses are: mse, mae, huber"),
        Mistake(training: "{epochs: 1, class_weights: balanced}", message: "`class_weights` are for a classification"),
        Mistake(data: "{train: {csv: train.csv}, classes: [a, b]}", message: "say which rows are normal"),
        Mistake(
            data: "{train: {csv: validation.csv}, target: state, normal: fine, split: {validation: 0.4}}",
            status: 1,
            message: "no row is of the class `fine`, which is learned; the labels are: normal, "
        ),
        Mistake(
            data: "{train: {csv: train.csv}, target: stat, split: {validation: 0.2}}",
            status: 14,
            message: "there is no column `stat`"
        ),
    ])
    func whatCannotBeIsSaid(mistake: Mistake) throws {
        let project = try project()
        try write(
            project,
            data: mistake.data,
            network: mistake.network,
            training: mistake.training,
            rest: mistake.rest
        )
        let errors = try project.fail("train", with: mistake.status)
        #expect(errors.contains(mistake.message), "\(errors)")
    }

    @Test func keysOfOtherTasksStayTheirs() throws {
        let project = try Project(template: "tabular")
        #expect(try project.fail("train --set data.normal=x", with: 64).contains("is for `task: anomaly`"))
        #expect(
            try project.fail("train --set decision.quantile=0.9", with: 64).contains(
                "`quantile` is for `task: anomaly`"
            )
        )
        #expect(
            try project.fail("train --set gates.false_alarm_rate.at_most=1", with: 64)
                .contains("is not for a classification")
        )
    }
}
