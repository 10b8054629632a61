import Foundation
import TestSupport
import Testing

/// How a training is watched while it goes on, and looked at afterwards: runs, histories, lines of JSON.
@Suite(.timeLimit(.minutes(60)))
struct WatchingTests {
    private func tabular(_ training: String = "") throws -> Project {
        let project = try Project(template: "tabular")
        try project.succeed("train -q \(training)")
        return project
    }

    private func runs(_ project: Project, _ arguments: String = "runs") throws -> [[String: Any]] {
        try #require(try project.json(arguments)["runs"] as? [[String: Any]])
    }

    @Test func aRunIsShownWithItsCurves() throws {
        let project = try tabular()
        let page = try project.succeed("runs show", environment: ["LC_ALL": "C.UTF-8"])
        for part in [
            "run 1 of penguins: finished, registered as penguins@v1.0.0\n", "\n60 of 60 epochs in ", " samples/s\n",
            "on validation rows: accuracy ", "gate accuracy ", "⠤⠤ loss 0.7379 to ", "⠄⠄ val_loss ", "⠤⠤ accuracy ",
            "next: mlops show penguins@v1.0.0",
        ] { #expect(page.contains(part), "\(part)\n\(page)") }
        #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 } && !page.contains("\u{1B}"), "\(page)")
        let plain = try project.succeed("runs show 1", environment: ["LC_ALL": "C"])
        #expect(plain.contains("* loss 0.7379") && plain.utf8.allSatisfy { $0 < 128 }, "\(plain)")

        let document = try project.json("runs show 1")
        #expect(document["state"] as? String == "finished" && document["is_resumable"] as? Bool == false)
        #expect((document["run"] as? [String: Any])?["planned_epochs"] as? Int == 60)
        let history = try #require(document["history"] as? [[String: Any]])
        #expect(history.compactMap { $0["epoch"] as? Int } == Array(0..<60))
        let member = try project.scratch.read(".mlops/runs/1/package/training/history.jsonl")
        #expect(try project.scratch.read(".mlops/runs/1/history.jsonl") == member)
        // A run of an older tool has the history of its package only.
        try project.shell("rm .mlops/runs/1/history.jsonl")
        #expect(try project.succeed("runs show 1", environment: ["LC_ALL": "C"]).contains("* loss 0.7379"))
    }

    /// Colours only on a terminal, and not against the wish of who sits there.
    @Test(arguments: [("", true), ("NO_COLOR=1", false), ("TERM=dumb", false)])
    func coloursOnATerminal(setting: String, areThere: Bool) throws {
        let project = try tabular()
        let line = "env -u NO_COLOR LC_ALL=C.UTF-8 TERM=xterm \(setting) \(Binary.path) runs show"
        let shown = try project.shell("script -qec '\(line)' /dev/null")
        #expect(shown.status == 0 && shown.output.contains("\u{1B}[36m") == areThere, "\(shown)")
    }

    @Test func theListIsWhatItWas() throws {
        let project = try tabular()
        try project.succeed("train -q --no-register --set training.seed=7")
        #expect(try project.succeed("runs") == project.succeed("runs list"))
        #expect(try runs(project).count == 2)
        #expect(try runs(project, "runs --limit 1").compactMap { $0["run"] as? Int } == [2])
        #expect(try project.succeed("runs show").hasPrefix("run 2 of penguins: finished\n"))
        #expect(try project.succeed("runs show").contains("next: mlops register --run 2"))
        let errors = try project.fail("runs show 3", with: 14)
        #expect(errors.contains("there is no run 3") && errors.contains("hint: runs: 1, 2"), "\(errors)")
        try project.fail("runs --limit 0", with: 64)
    }

    @Test func withoutRunsTheWayToOneIsNamed() throws {
        let errors = try Project(template: "tabular").fail("runs show", with: 14)
        #expect(
            errors.contains("there are no runs yet") && errors.contains("hint: train one: mlops train"),
            "\(errors)"
        )
    }

    /// Looked at while it is trained, after a kill, after a half-written line, and when it has been resumed.
    @Test func aRunIsShownWhileItTrainsAndAfterAKill() throws {
        let project = try SlowProject.make()
        let seen = try project.shell(
            """
            '\(Binary.path)' train -q --threads 1 --set training.epochs=400 & run=$!
            count() { cat .mlops/runs/1/history.jsonl 2>/dev/null | wc -l; }
            for i in $(seq 500); do [ "$(count)" -ge 3 ] && break; sleep 0.02; done
            '\(Binary.path)' runs show --json
            kill -KILL $run; wait $run 2>/dev/null; true
            """
        )
        let live = try #require(try JSONSerialization.jsonObject(with: Data(seen.output.utf8)) as? [String: Any])
        #expect(live["state"] as? String == "training")
        #expect(try #require(live["history"] as? [Any]).count >= 3)

        // What a kill in the middle of a line leaves, behind epochs that the checkpoint does not have.
        try project.shell(
            """
            cd .mlops/runs/1
            for i in 1 2; do tail -1 history.jsonl | sed "s/:[0-9]*,/:9$i,/" >> history.jsonl; done
            printf '{"epoch":93,"metr' >> history.jsonl
            """
        )
        let killed = try project.json("runs show")
        #expect(killed["state"] as? String == "killed" && killed["is_resumable"] as? Bool == true)
        let epochs = try #require(killed["history"] as? [[String: Any]]).compactMap { $0["epoch"] as? Int }
        #expect(epochs.suffix(2) == [91, 92] && (killed["run"] as? [String: Any])?["epochs"] as? Int == epochs.count)
        #expect(try project.succeed("runs show").contains("go on with it: mlops train --resume-run 1"))

        try project.succeed("train -q --resume --threads 2")
        let history = try project.scratch.read(".mlops/runs/1/history.jsonl")
        #expect(try project.scratch.read(".mlops/runs/1/package/training/history.jsonl") == history)
        #expect(history.count { $0 == UInt8(ascii: "\n") } == 400)
    }

    @Test func anInterruptedRunHasAllItsEpochs() throws {
        let project = try SlowProject.make()
        try SlowProject.stop(project, "--set training.epochs=2000", by: "INT", afterEpochs: 3)
        let document = try project.json("runs show")
        #expect(document["state"] as? String == "interrupted" && document["is_resumable"] as? Bool == true)
        let run = try #require(document["run"] as? [String: Any])
        #expect(try runs(project).first?["epochs"] as? Int == (document["history"] as? [Any])?.count)
        #expect(run["planned_epochs"] as? Int == 2000)
    }

    @Test func aDivergedRunIsShown() throws {
        let project = try Project(template: "examples/simple-net")
        try project.fail("train --set training.optimizer=sgd --set training.optimizer.sgd.learning_rate=1", with: 1)
        let page = try project.succeed("runs show", environment: ["LC_ALL": "C"])
        #expect(
            page.contains(": diverged\n") && page.contains("diverged in epoch") && page.contains("* loss"),
            "\(page)"
        )
    }

    @Test func aProgramHasNoEpochsHere() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write(
            "mlops.yaml",
            """
            model: other
            task: regression
            data: {train: {csv: rows.csv}, target: y, split: {validation: 0.5}}
            trainer: {command: [sh, train.sh]}
            predictor: {command: [sh, predict.sh]}
            """
        )
        try project.scratch.write("rows.csv", "x,y\n" + (0..<8).map { "\($0),\($0)\n" }.joined())
        try project.scratch.write("train.sh", "echo learning; false")
        try project.scratch.write("predict.sh", "false")
        let errors = try project.fail("train --tensorboard logs", with: 64)
        #expect(errors.contains("only the program of `trainer` knows its epochs"), "\(errors)")
        try project.mlops("train -q")
        let page = try project.succeed("runs show")
        #expect(page.contains("failed") && page.contains("epochs of a program are not recorded"), "\(page)")
    }

    /// Curves stand in the report of a training as soon as there is more than a point.
    @Test func aTrainingEndsWithItsCurve() throws {
        let project = try Project(template: "tabular")
        let utf8 = ["LC_ALL": "C.UTF-8"]
        let report = try project.succeed("train", environment: utf8)
        #expect(
            report.contains(/\nloss {6}█[▁-█]{23}  0\.7379 to \S+\nval_loss  [▁-█]{24}  \S+ to \S+\n60 epochs/),
            "\(report)"
        )
        let plain = try project.succeed("train --no-register", environment: ["LC_ALL": "C"])
        #expect(plain.contains(/\nloss {6}0\.7379 to \S+\nval_loss  \S+ to \S+\n60 epochs/), "\(plain)")
        let single = try project.mlops("train --no-register --set training.epochs=1", environment: utf8)
        #expect(!single.output.contains("\nloss"), "\(single)")
    }
}

/// Lines of JSON for those who watch by machine.
@Suite(.timeLimit(.minutes(60)))
struct ProgressEventTests {
    private func events(_ finished: Finished) throws -> [[String: Any]] {
        try finished.errors.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    @Test func eachEpochIsALine() throws {
        let project = try Project(template: "tabular")
        let finished = try project.mlops("train --json")
        #expect(finished.status == 0)
        _ = try #require(try JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
        let lines = try events(finished)
        #expect(lines.compactMap { $0["epoch"] as? Int } == Array(1...60))
        for line in lines {
            #expect(line["event"] as? String == "epoch" && line["run"] as? Int == 1 && line["epochs"] as? Int == 60)
            let metrics = try #require(line["metrics"] as? [String: Double])
            #expect(metrics.keys.sorted() == ["accuracy", "loss", "val_accuracy", "val_loss"])
            #expect(line["samples_per_second"] is Double && line["seconds"] is Double)
        }
        let keys = try #require(finished.errors.split(separator: "\n").first).matches(of: /"([a-z_]+)":/).map(\.1)
        let outer = keys.filter { !["accuracy", "loss", "val_accuracy", "val_loss"].contains($0) }
        #expect(outer == outer.sorted())
        #expect(try project.mlops("train --json --quiet --no-register").errors == "")
        #expect(try project.mlops("train --format=json --no-register --threads 2").errors.contains(#""event":"epoch""#))
    }

    /// A line is there as soon as its epoch is over, and the error that ends it all is a line like the others.
    @Test func linesComeWhileItTrainsAndTheErrorIsTheLast() throws {
        let project = try SlowProject.make()
        let finished = try project.shell(
            """
            '\(Binary.path)' train --json --threads 1 --set training.epochs=2000 2> events > out & run=$!
            for i in $(seq 500); do [ "$(cat events | wc -l)" -ge 2 ] && break; sleep 0.02; done
            kill -INT $run; wait $run; status=$?
            cat events >&2; cat out; exit $status
            """
        )
        #expect(finished.status == 130 && finished.output == "", "\(finished)")
        let lines = try events(finished)
        #expect(lines.count >= 3 && lines.dropLast().allSatisfy { $0["event"] as? String == "epoch" })
        let error = try #require(lines.last?["error"] as? [String: Any])
        #expect(error["kind"] as? String == "cancelled" && error["exit_code"] as? Int == 130)
        #expect(lines.last?["event"] as? String == "error")
    }

    @Test func warningsAndNotesAreLinesToo() throws {
        let project = try Project(template: "examples/simple-net")
        let finished = try project.mlops(
            "train --json --set training.optimizer=sgd --set training.optimizer.sgd.learning_rate=1"
        )
        let lines = try events(finished)
        let warning = try #require(lines.first { $0["event"] as? String == "warning" })
        #expect((warning["message"] as? String)?.contains("the last good weights are in") == true)
        #expect((lines.last?["error"] as? [String: Any])?["kind"] as? String == "failed")
        let quiet = try project.mlops(
            "train --json -q --set training.optimizer=sgd --set training.optimizer.sgd.learning_rate=1"
        )
        #expect(try events(quiet).compactMap { $0["event"] as? String } == ["warning", "error"])
    }

    @Test func anUpdateTellsItsEpochsToo() throws {
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable(missing: 0).text)
        try project.scratch.write("april.csv", ProcessTable(seed: 5, missing: 0).text)
        try project.succeed("init --from process.csv --target defect")
        try project.succeed("train -q --register --set training.epochs=5", allowing: [3])
        let finished = try project.mlops("update defect --data april.csv --epochs 3 --json --tensorboard logs")
        #expect([0, 3].contains(finished.status), "\(finished)")
        let lines = try events(finished).filter { $0["event"] as? String == "epoch" }
        #expect(lines.compactMap { $0["epoch"] as? Int } == [1, 2, 3])
        #expect(lines.allSatisfy { $0["run"] as? Int == 2 && $0["epochs"] as? Int == 3 })
        let page = try project.succeed("runs show 2", environment: ["LC_ALL": "C"])
        #expect(page.contains("an update of v1.0.0") && page.contains("3 of 3 epochs"), "\(page)")
        #expect(
            try project.shell("ls logs/defect/run-2/train logs/defect/run-2/validation").output.contains("tfevents")
        )
    }
}

/// A network that trains for some seconds, so that it can be looked at, stopped and killed.
enum SlowProject {
    static func make() throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write(
            "mlops.yaml",
            """
            model: slow
            task: classification
            data:
              train: {synthetic: {classification: {rows: 6000, inputs: 64, classes: 8, seed: 5}}}
              split: {validation: 0.1}
            network:
              - dense: {units: 200, activation: relu}
              - dropout: 0.3
              - dense: {units: 8, activation: softmax}
            training:
              loss: sparse_categorical_crossentropy
              optimizer: adam
              schedule: {cosine: {final: 0.1}}
              epochs: 12
              batch_size: 32
              seed: 42
            """
        )
        return project
    }

    /// Trains until the history has so many epochs, and sends a signal then.
    static func stop(_ project: Project, _ options: String, by signal: String, afterEpochs epochs: Int) throws {
        try project.shell(
            """
            '\(Binary.path)' train -q --threads 1 \(options) & run=$!
            count() { cat .mlops/runs/1/history.jsonl 2>/dev/null | wc -l; }
            for i in $(seq 3000); do [ "$(count)" -ge \(epochs) ] && break; sleep 0.01; done
            kill -\(signal) $run; wait $run 2>/dev/null; true
            """
        )
    }
}
