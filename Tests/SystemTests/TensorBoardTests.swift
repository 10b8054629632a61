import Foundation
import TestSupport
import Testing

/// Event files, read by TensorBoard itself.
@Suite(.timeLimit(.minutes(60)))
struct TensorBoardTests {
    /// What TensorBoard reads from a folder: for each tag the steps with their values, in the order of the files.
    private func scalars(_ project: Project, _ folder: String) throws -> [String: [Point]] {
        try project.scratch.write(
            "read.py",
            """
            import json, sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
            events.Reload()
            print(json.dumps({
                tag: [{"step": e.step, "value": e.value, "time": e.wall_time} for e in events.Scalars(tag)]
                for tag in events.Tags()["scalars"]
            }))
            """
        )
        let read = try project.shell("'\(Judges.path)/python' read.py '\(folder)' 2> errors.txt")
        let errors = try project.shell("cat errors.txt").output
        #expect(read.status == 0, "\(read)\(errors)")
        return try JSONDecoder().decode([String: [Point]].self, from: Data(read.output.utf8))
    }

    private struct Point: Decodable {
        let step: Int
        let value: Double
        let time: Double
    }

    private struct Epoch: Decodable {
        let epoch: Int
        let metrics: [String: Double]
    }

    /// That both folders of a run hold exactly what its history does.
    private func expectTheHistory(of run: Int, in directory: String, _ project: Project, model: String) throws {
        let lines = try project.scratch.read(".mlops/runs/\(run)/history.jsonl").split(separator: UInt8(ascii: "\n"))
        let history = try lines.map { try JSONDecoder().decode(Epoch.self, from: Data($0)) }
        var tags = ["train": Set<String>(), "validation": []]
        for name in history.flatMap(\.metrics.keys) {
            if name.hasPrefix("val_") {
                tags["validation"]?.insert(String(name.dropFirst(4)))
            } else {
                tags["train"]?.insert(name)
            }
        }
        for (part, names) in tags {
            let scalars = try scalars(project, "\(directory)/\(model)/run-\(run)/\(part)")
            #expect(Set(scalars.keys) == Set(names.map { "epoch_\($0)" }))
            for name in names {
                let points = try #require(scalars["epoch_\(name)"])
                #expect(points.map(\.step) == history.map(\.epoch))
                let expected = history.map { $0.metrics[part == "train" ? name : "val_\(name)"].map { Float($0) } }
                #expect(points.map { Float($0.value) } == expected)
                #expect(zip(points, points.dropFirst()).allSatisfy { $0.time <= $1.time })
            }
        }
    }

    @Test(.enabled(if: Judges.haveTensorBoard, "make test installs the judges"))
    func tensorBoardReadsWhatTheHistorySays() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q --tensorboard logs --set training.schedule=cosine")
        try expectTheHistory(of: 1, in: "logs", project, model: "penguins")
        // Numbers have another metric, and a training without validation rows has no folder for them.
        let numbers = try Project(template: "examples/regression")
        try numbers.succeed("train -q --no-register --tensorboard logs --set training.epochs=3", allowing: [3])
        let model = try numbers.shell("ls logs").output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(Set(try scalars(numbers, "logs/\(model)/run-1/train").keys) == ["epoch_loss", "epoch_mae"])
    }

    /// The program with its pages, asked as a browser would.
    @Test(.enabled(if: Judges.haveTensorBoard, "make test installs the judges"))
    func tensorBoardServesTheCurves() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q --tensorboard logs")
        try project.scratch.write(
            "serve.py",
            """
            import json, time, urllib.request
            from tensorboard import program
            board = program.TensorBoard()
            board.configure(argv=[None, "--logdir", "logs", "--port", "0"])
            url = board.launch() + "data/plugin/scalars/"
            for _ in range(100):
                tags = json.load(urllib.request.urlopen(url + "tags"))
                if len(tags) == 2: break
                time.sleep(0.2)
            print(json.dumps({run: sorted(tags[run]) for run in sorted(tags)}))
            print(len(json.load(urllib.request.urlopen(url + "scalars?tag=epoch_loss&run=penguins/run-1/train"))))
            """
        )
        let served = try project.shell("'\(Judges.path)/python' serve.py 2> errors.txt")
        let errors = try project.shell("tail -5 errors.txt").output
        let tags = #"["epoch_accuracy", "epoch_loss"]"#
        #expect(
            served.output == "{\"penguins/run-1/train\": \(tags), \"penguins/run-1/validation\": \(tags)}\n60\n",
            "\(served)\(errors)"
        )
    }

    /// Stopped, killed between two checkpoints, and resumed: every epoch once.
    ///
    /// The run remembers where its files are.
    @Test(.enabled(if: Judges.haveTensorBoard, "make test installs the judges"))
    func aResumedRunGoesOnWithoutDoubledEpochs() throws {
        let project = try SlowProject.make()
        try SlowProject.stop(project, "--tensorboard logs --set training.epochs=200", by: "INT", afterEpochs: 10)
        let before = try scalars(project, "logs/slow/run-1/train")["epoch_loss"]?.count ?? 0
        #expect((10..<190).contains(before))
        try SlowProject.stop(project, "--resume", by: "KILL", afterEpochs: before + 10)
        try project.succeed("train -q --resume")
        try expectTheHistory(of: 1, in: "logs", project, model: "slow")
        #expect(try project.shell("ls logs/slow/run-1/train | wc -l").output == "3\n")
        #expect(try project.json("runs show")["state"] as? String == "finished")
    }

    /// Asked for only when the run goes on: the epochs before are there all the same.
    @Test(.enabled(if: Judges.haveTensorBoard, "make test installs the judges"))
    func aRunThatWasNotWatchedFromTheStartIsWhole() throws {
        let project = try SlowProject.make()
        try SlowProject.stop(project, "--set training.epochs=200", by: "INT", afterEpochs: 2)
        try project.succeed("train -q --resume --tensorboard elsewhere/logs")
        try expectTheHistory(of: 1, in: "elsewhere/logs", project, model: "slow")
    }

    @Test func theDirectoryIsNoPartOfTheModel() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let again = try project.succeed("train --tensorboard \(project.path)/some-logs")
        #expect(again.contains("already penguins@v1.0.0: same recipe, data and seed, same bits"), "\(again)")
        #expect(try project.shell("grep -rl some-logs .mlops/runs/2/package").output == "")
        #expect(try project.shell("grep -rlz some-logs .mlops/store.git").output == "")
    }

    /// Nobody may want to lose a training because it can no longer be looked at.
    @Test func aTrainingGoesOnWhenItsEventFilesCannot() throws {
        let project = try Project(template: "tabular")
        try project.shell("mkdir -p logs/penguins/run-1; touch logs/penguins/run-1/validation")
        let finished = try project.mlops("train -q --tensorboard logs")
        #expect(finished.status == 0 && finished.errors.split(separator: "\n").count == 1, "\(finished)")
        #expect(finished.errors.hasPrefix("warning: the training goes on without TensorBoard: "), "\(finished)")
    }

    @Test func whereNothingCanBeWrittenNothingIsTrained() throws {
        let project = try Project(template: "tabular")
        for place in ["mlops.yaml", "mlops.yaml/logs", "/proc/logs"] {
            let errors = try project.fail("train --tensorboard \(place)", with: 1)
            #expect(errors.contains("event files cannot be written to `"), "\(errors)")
            #expect(errors.contains("hint: give --tensorboard a directory that you may write to"), "\(errors)")
            #expect(errors.split(separator: "\n").count == 2, "\(errors)")
        }
        #expect(try project.shell("ls .mlops/runs 2>/dev/null").output == "")
        try project.succeed("train --dry-run --tensorboard logs")
        #expect(try project.shell("ls").output == "mlops.yaml\npenguins.csv\npenguins.md\n")
    }
}
