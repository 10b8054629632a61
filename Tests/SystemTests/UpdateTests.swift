import Foundation
import Support
import TestSupport
import Testing

/// `update`: a model that goes on learning from new rows.
@Suite(.timeLimit(.minutes(60)))
struct UpdateTests {
    /// A model of few rows, and many more of the same process.
    private func project(_ new: ProcessTable = ProcessTable(rows: 4000, seed: 5)) throws -> Project {
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable(rows: 600).text)
        try project.scratch.write("april.csv", new.text)
        try project.succeed("init --from process.csv --target defect")
        try project.succeed("train -q --register", allowing: [3])
        return project
    }

    @Test func moreRowsOfTheSameProcessMakeItBetter() throws {
        let project = try project()
        #expect(
            try project.succeed("update defect --data april.csv --dry-run").contains("would go on with defect v1.0.0: ")
        )
        #expect(try project.succeed("list --all --json").contains("v1.0.1") == false)
        let document = try project.json("update defect --data april.csv")
        #expect(document["passed"] as? Bool == true)
        #expect((document["registration"] as? [String: Any])?["version"] as? String == "v1.0.1")
        let new = try #require((document["on_new_rows"] as? [[String: Any]])?.first)
        let (before, after) = (try #require(new["baseline"] as? Double), try #require(new["candidate"] as? Double))
        #expect(after > before + 0.05, "\(before) -> \(after)")
        // What it was made from is on record.
        let shown = try project.json("show defect@v1.0.1")
        #expect("\(shown)".contains("v1.0.0"))
        let recipe = try project.shell("'\(Binary.path)' get defect@v1.0.1 --to out -q && cat out/training/recipe.json")
            .output
        #expect(recipe.contains("\"added\"") && recipe.contains("\"update\"") && recipe.contains("\"parent\""))
        // The rows that were kept from the first training still are, and the new ones are known to be learned from.
        #expect(try project.succeed("evaluate defect@v1.0.1").contains("on the test rows of the project: "))
        #expect(
            try project.mlops("evaluate defect@v1.0.1 --csv april.csv").errors.contains("was trained on these rows")
        )
        // It goes on again, and the same rows from the same version give the same bits.
        try project.scratch.write("may.csv", ProcessTable(rows: 800, seed: 9).text)
        let forgetful = try project.mlops("update defect@v1.0.1 --data may.csv --dry-run")
        #expect(forgetful.errors.contains("has learned from 1 more file, and goes on without"), "\(forgetful)")
        let (first, both) = (
            try project.json("update defect@v1.0.0 --data april.csv --dry-run"),
            try project.json("update defect@v1.0.1 --data may.csv --data april.csv --dry-run")
        )
        let counts = [first, both].map { [$0["old_rows"] as? Int ?? 0, $0["new_rows"] as? Int ?? 0] }
        // What was learned from, and seven tenths of the new rows, less those that are like a row that is kept.
        #expect(counts[1][0] == counts[0][0] + counts[0][1] && (530...560).contains(counts[1][1]), "\(counts)")
        try project.succeed("update defect@v1.0.1 --data may.csv --data april.csv --register", allowing: [3])
        #expect(try project.succeed("list --all").contains("v1.0.2"))
        // The optimizer counts on where it was.
        let steps = try ["v1.0.1", "v1.0.2"].map { version -> Int in
            try project.succeed("get defect@\(version) --to \(version) -q")
            let recipe = try JSONSerialization.jsonObject(
                with: Data(project.scratch.read("\(version)/training/recipe.json"))
            )
            let update = try #require((recipe as? [String: Any])?["update"] as? [String: Any])
            return try #require(update["steps"] as? Int)
        }
        let epochs = try project.shell("wc -l < v1.0.1/training/history.jsonl").output
        let trained = try #require(Int(epochs.trimmingCharacters(in: .whitespacesAndNewlines)))
        let rows = counts[0][0] + counts[0][1]
        let batch = try #require(Int(try project.shell("sed -n 's/.*batch_size: //p' mlops.yaml").output.dropLast()))
        #expect(steps[1] == steps[0] + trained * ((rows + batch - 1) / batch), "\(steps)")
        #expect(
            try project.fail("update defect@v1.0.2 --data april.csv --data may.csv", with: 15).contains(
                "defect v1.0.2 has learned from april.csv and may.csv already"
            )
        )
        #expect(try project.succeed("update defect@v1.0.0 --data april.csv").contains("already defect@v1.0.1"))
        try project.expectCleanStore()
    }

    /// Rows of a batch resemble each other, and their answer is a matter of chance: who learns from the rows of a batch
    /// that is kept from him would seem to know it.
    @Test func aGroupThatIsKeptStaysKept() throws {
        let project = try Project()
        let random = CounterRandom(seed: 4, stream: 1)
        let rows = (0..<1200).map { row -> String in
            let batch = UInt64(row % 60)
            let numbers = (0..<3).map { column in
                random.normal(at: batch * 4 + UInt64(column)) + 0.01
                    * random.normal(at: UInt64(1000 + row * 3 + column))
            }
            let answer = random.uniform(at: 100_000 + batch) < 0.5 ? "a" : "b"
            return "B\(batch),\(numbers.map { "\($0)" }.joined(separator: ",")),\(answer)\n"
        }
        try project.scratch.write("d.csv", "batch_id,x,y,z,answer\n" + rows[..<600].joined())
        try project.scratch.write("new.csv", "batch_id,x,y,z,answer\n" + rows[600...].joined())
        try project.succeed("init --from d.csv --target answer")
        try project.succeed("train -q --register", allowing: [3])
        let output = try project.succeed("update answer --data new.csv --register --json", allowing: [3])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        )
        for key in ["on_old_rows", "on_new_rows"] {
            let line = try #require((document[key] as? [[String: Any]])?.first)
            // 18 batches: half of them are right by chance, give or take three deviations of 12 %.
            #expect(try #require(line["candidate"] as? Double) < 0.86, "\(line)")
        }
    }

    /// The file that judges is not learned from, rows that are given twice count once, and other test rows judge nothing.
    @Test func filesOfTheirOwnAreKept() throws {
        let project = try Project()
        try project.scratch.write("train.csv", ProcessTable(rows: 600).text)
        let rows = ProcessTable(rows: 400, seed: 3).text
        try project.scratch.write("test.csv", rows.replacing(",B", with: ",T"))
        try project.scratch.write("april.csv", ProcessTable(rows: 800, seed: 5).text.replacing(",B", with: ",A"))
        try project.succeed("init --from train.csv --target defect")
        try project.shell(
            "sed -i 's|  target:|  test: {csv: test.csv}\\n  target:|; s|, test: 0.15}|}|' mlops.yaml; cp april.csv again.csv"
        )
        try project.succeed("train -q --register", allowing: [3])
        let refused = try project.fail("update defect --data test.csv", with: 15)
        #expect(refused.contains("all rows of test.csv belong to groups, times or rows that are kept"), "\(refused)")
        let once = try project.json("update defect --data april.csv --dry-run")
        let twice = try project.json("update defect --data april.csv --data again.csv --dry-run")
        #expect(once["new_rows"] as? Int == twice["new_rows"] as? Int)
        // One batch cannot be dealt out.
        try project.shell("(head -1 april.csv; grep ',A3,' april.csv) > batch.csv")
        let batch = try project.mlops("update defect --data batch.csv --dry-run")
        #expect(batch.errors.contains("all new rows are learned from"), "\(batch)")
        // Moved, and given by hand: they are the old rows still.
        try project.shell("mv train.csv moved.csv")
        let moved = try project.json("update defect --data april.csv --data moved.csv --dry-run")
        #expect(moved["old_rows"] as? Int == once["old_rows"] as? Int)
        try project.shell("mv moved.csv train.csv; head -20 test.csv > t; mv t test.csv")
        let other = try project.mlops("update defect --data april.csv --dry-run")
        #expect(other.errors.contains("the test rows are not those of defect v1.0.0"), "\(other)")
    }

    /// Who has forgotten a file once gets the rows dealt out as they were then, when all files are here again.
    @Test func aForgottenFileDoesNotConfuseTheNextUpdate() throws {
        let project = try project(ProcessTable(rows: 1600, seed: 5))
        for (name, seed) in [("may", 6), ("june", 7)] {
            try project.scratch.write("\(name).csv", ProcessTable(rows: 1600, seed: UInt64(seed)).text)
        }
        func plan(_ arguments: String) throws -> (new: Int, old: Int) {
            let document = try project.json("update \(arguments) --dry-run")
            return (try #require(document["new_rows"] as? Int), try #require(document["old_rows"] as? Int))
        }
        let april = try plan("defect --data april.csv")
        try project.succeed("update defect@v1.0.0 --data april.csv --register --epochs 1", allowing: [3])
        let may = try plan("defect@v1.0.1 --data may.csv")
        try project.succeed("update defect@v1.0.1 --data may.csv --register --epochs 1", allowing: [3])
        try project.succeed("get defect@v1.0.2 --to out -q")
        let recipe = try JSONSerialization.jsonObject(with: Data(project.scratch.read("out/training/recipe.json")))
        let data = try #require((recipe as? [String: Any])?["data"] as? [String: Any])
        let added = try #require(data["added"] as? [String])
        let after = try #require(data["dealt_after"] as? [String: [String]])
        #expect(after == [String(added[1].dropFirst("sha256:".count)): [try #require(data["train"] as? String)]])
        let june = try plan("defect@v1.0.2 --data june.csv --data april.csv --data may.csv")
        #expect(june.old == april.old + april.new + may.new)
        let other = try plan("defect@v1.0.2 --data may.csv --data june.csv --data april.csv")
        #expect(other == june)
        // What may was dealt out after is gone: its batches are learned from, and so judge nothing any more.
        try project.shell("mv process.csv gone.csv; cp june.csv process.csv")
        let lost = try project.mlops("update defect@v1.0.2 --data june.csv --data may.csv --dry-run")
        #expect(lost.status == 15 && lost.errors.contains("all new rows are learned from"), "\(lost)")
    }

    /// It begins anew, and says so wherever somebody may try to go on with it.
    @Test func aStoppedUpdateChangesNothing() throws {
        let project = try project()
        try project.shell("sed -i '/early_stopping/d; s/epochs: .*/epochs: 100000/' mlops.yaml")
        try project.succeed("train -q --register --set training.epochs=1", allowing: [3])
        for (signal, status) in [("INT", 130 as Int32), ("KILL", 137)] {
            let finished = try project.shell(
                """
                timeout --preserve-status -s \(signal) 1 '\(Binary.path)' update defect --data april.csv --epochs 1000000
                """
            )
            #expect(finished.status == status, "\(finished)")
            if signal == "INT" {
                #expect(finished.errors.contains("the update of defect has changed nothing"), "\(finished)")
                #expect(!finished.errors.contains("--resume"))
            }
        }
        #expect(try project.succeed("runs").contains("killed"))
        #expect(try project.fail("train --resume-run 3", with: 15).contains("is an update: it begins anew"))
        #expect(try project.fail("train --resume", with: 14).contains("no interrupted run to resume"))
        #expect(try project.fail("register --run 3", with: 15).contains("hint: it begins anew"))
        #expect(try project.shell("ls .mlops/runs/3").output.contains("checkpoint") == false)
        #expect(try project.succeed("list --all").contains("v1.0.1") == false)
    }

    /// The rows that a model goes on from, or is judged on, may come in the other form of a table.
    @Test func newRowsMayBeJSONLines() throws {
        let project = try project()
        let lines = ProcessTable(rows: 4000, seed: 5).text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let objects = lines.dropFirst().map { values in
            let pairs = zip(lines[0], values).map { name, value in
                let isMissing = ["", "NA", "-999"].contains(value)
                return "\"\(name)\": \(isMissing ? "null" : Double(value) == nil ? "\"\(value)\"" : "\(value)")"
            }
            return "{\(pairs.joined(separator: ", "))}\n"
        }
        try project.scratch.write("april.jsonl", objects.joined())
        func figures(_ file: String) throws -> String {
            let output = try project.succeed("evaluate defect@v1.0.0 --csv \(file) --no-record", allowing: [3])
            return output.replacing(file, with: "FILE")
        }
        #expect(try figures("april.jsonl") == figures("april.csv"))
        #expect(
            try project.succeed("update defect --data april.jsonl --dry-run").contains("would go on with defect v1.0.0")
        )
    }

    @Test func anUpdateThatHasBecomeWorseIsNotRegistered() throws {
        // The answers are turned around, and nothing stops the training early: what is learned from them is wrong.
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable(rows: 3000).text)
        try project.succeed("init --from process.csv --target defect")
        try project.shell("sed -i '/early_stopping/d; s/epochs: .*/epochs: 30/' mlops.yaml")
        try project.succeed("train -q --register", allowing: [3])
        try project.shell("sed 's/,yes$/,maybe/; s/,no$/,yes/; s/,maybe$/,no/' process.csv > wrong.csv")
        let finished = try project.mlops("update defect --data wrong.csv --only-new")
        #expect(finished.status == 3, "\(finished)")
        #expect(finished.output.contains("old rows, kept from training"))
        #expect(finished.output.contains("WORSE"))
        #expect(finished.output.contains("not registered; mlops register --run 2 does it anyway"))
        #expect(try project.succeed("list --all").contains("v1.0.1") == false)
    }

    @Test(arguments: [
        ("cut -d, -f1-7,9- april.csv", "column `sensor_3` is missing", 14 as Int32),
        ("sed '2s/,[a-z]*$/,perhaps/' april.csv", "the label `perhaps` is none of the classes", 1),
        ("head -1 april.csv", "expected rows of data, found none", 1),
        ("cat process.csv", "defect v1.0.0 has learned from other.csv already", 15),
    ])
    func rowsThatDoNotFitAreNamed(command: String, expected: String, code: Int32) throws {
        let project = try project()
        try project.shell("\(command) > other.csv")
        #expect(try project.fail("update defect --data other.csv", with: code).contains(expected))
        #expect(try project.succeed("list --all").contains("v1.0.1") == false)
    }

    @Test func whatCannotBeUpdatedIsSaid() throws {
        let project = try project()
        try project.fail("update defect --data nowhere.csv", with: 14)
        try project.fail("update defect@v9.0.0 --data april.csv", with: 14)
        try project.fail("update defect", with: 64)
        try project.scratch.write("model.bin", "weights")
        try project.succeed("register model.bin --model defect")
        let errors = try project.fail("update defect@latest --data april.csv", with: 15)
        #expect(errors.contains("only its own program can go on training it"))
    }

    @Test func withoutItsOldRowsItLearnsFromTheNewOnes() throws {
        let project = try project()
        try project.shell("mv process.csv moved.csv; cp april.csv process.csv")
        let finished = try project.mlops("update defect --data april.csv --register")
        // All rows are new to it, and it is judged by those of them that are kept.
        #expect(finished.status == 0, "\(finished)")
        #expect(
            finished.output.contains("on new rows, kept from training: ") && !finished.output.contains("on old rows")
        )
        #expect(finished.output.contains("next: mlops deploy defect@v1.0.1 --env staging"))
        #expect(finished.errors.contains("it goes on without them"))
        #expect(finished.output.contains("defect@v1.0.1"))
    }
}
