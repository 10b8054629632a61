import Foundation
import TestSupport
import Testing

/// `diff`: in what two versions differ, and which answers change.
@Suite(.timeLimit(.minutes(60)))
struct DiffTests {
    private func changes(_ document: [String: Any], _ key: String) throws -> [String: [String]] {
        let list = try #require(document[key] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: list.map {
                ($0["key"] as? String ?? "", [$0["from"], $0["to"]].map { $0 is NSNull ? "" : "\($0 ?? "")" })
            }
        )
    }

    @Test func theSameIsTheSame() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let text = try project.succeed("diff @v1.0.0 penguins@latest --exit-code")
        #expect(text.hasPrefix("penguins v1.0.0 -> penguins v1.0.0\nthe same package  sha256:"))
        // A run has no digest yet, and holds the same.
        let run = try project.succeed("diff run:1 @v1.0.0 --exit-code")
        #expect(run.contains("answers: the same to the bit for 67 golden rows of penguins v1.0.0"), "\(run)")
        #expect(run.contains("the same: recipe, data, features, inputs and outputs, decision, metrics, files"))
    }

    /// What flips is what a deployment counts, which it does by code of its own.
    @Test func anotherRecipeIsShownKeyByKeyAndWhatFlips() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("deploy penguins --env production")
        try project.succeed(
            "train -q --register --set training.epochs=1 --set training.optimizer.adam.learning_rate=0.001 "
                + "--set training.loss=categorical_crossentropy",
            allowing: [3]
        )
        let document = try project.json("diff penguins@production penguins@latest")
        #expect(
            try changes(document, "recipe") == [
                "training.epochs": ["60", "1"], "training.optimizer.learning_rate": ["0.01", "0.001"],
                "training.loss": ["sparse_categorical_crossentropy", "categorical_crossentropy"],
            ]
        )
        #expect((document["data"] as? [Any])?.isEmpty == true && (document["signature"] as? [Any])?.isEmpty == true)
        #expect(document["recipe_differs"] as? Bool == true && document["behaviour_differs"] as? Bool == true)
        let metrics = try #require(document["metrics"] as? [[String: Any]])
        let accuracy = try #require(metrics.first { $0["name"] as? String == "accuracy" })
        let figures = ["from", "to", "difference"].compactMap { accuracy[$0] as? Double }
        #expect(figures.count == 3 && abs(figures[1] - figures[0] - figures[2]) < 1e-12 && figures[2] < 0, "\(figures)")
        let golden = try #require(document["golden_rows"] as? [String: Any])
        let deployment = try project.json("deploy penguins --env production --dry-run")
        let flips = try #require(deployment["flips"] as? [String: Any])
        #expect(golden["rows"] as? Int == flips["rows"] as? Int)
        #expect(golden["flipped"] as? Int == flips["flips"] as? Int && golden["flipped"] as? Int != 0)
        let (mine, theirs) = (golden["flips"] as? [[String: Any]], flips["changes"] as? [[String: Any]])
        #expect(try #require(mine) as NSArray == (try #require(theirs)) as NSArray)
        // The largest change is that of the outputs, as the packages have them.
        let largest = try #require((golden["largest"] as? [[String: Any]])?.first)
        let before = try #require(largest["before"] as? Double), after = try #require(largest["after"] as? Double)
        #expect(abs(abs(after - before) - (golden["max_difference"] as? Double ?? 0)) < 1e-6)
        let text = try project.mlops("diff penguins@production penguins@latest --exit-code")
        #expect(text.status == 3)
        #expect(text.output.contains("training.epochs                   60 -> 1\n"), "\(text)")
        #expect(text.output.contains("the same: data, features, inputs and outputs, decision"))
        #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    /// Another seed deals the rows out otherwise, and the features learn from others: the golden rows are found again in
    /// the data of the project, and in no other place.
    @Test func goldenRowsAreFoundAgainWhenTheFeaturesHaveLearnedOtherwise() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        let document = try project.json("diff penguins@v1.0.0 penguins@v1.0.1")
        let features = try #require(document["features"] as? [String: Any])
        #expect((features["relearned"] as? [String])?.count == 4)
        #expect((document["golden_rows"] as? [String: Any])?["rows"] as? Int == 67)
        #expect(try changes(document, "recipe") == ["training.seed": ["42", "7"]])
        // The rows are those of the second one: it answers them as its golden outputs say, and predicts them so.
        let first = try #require(
            ((document["golden_rows"] as? [String: Any])?["largest"] as? [[String: Any]])?.first
        )
        #expect(first["from"] is String && first["to"] is String)
        let elsewhere = try Project()
        let away = try elsewhere.succeed("diff penguins@v1.0.0 penguins@v1.0.1 --store '\(project.store)'")
        #expect(away.contains("answers: cannot be compared: the features are others, and the golden rows"), "\(away)")
        // Rows that have been changed since are not those rows.
        try project.shell("sed -i '2,300s/\\.[0-9]/.5/' penguins.csv")
        #expect(try project.succeed("diff penguins@v1.0.0 penguins@v1.0.1").contains("cannot be compared"))
        try project.shell("rm penguins.csv")
        #expect(try project.succeed("diff penguins@v1.0.0 penguins@v1.0.1").contains("cannot be compared"))
    }

    @Test func columnsStepsAndThresholdsAreNamed() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's/units: 3, /units: 2, /; s/accuracy: .*/accuracy: {at_least: 0.5}/' mlops.yaml")
        try project.shell("sed -i 's/^Gentoo/Adelie/' penguins.csv; echo 'decision: {maximize: f1}' >> mlops.yaml")
        try project.succeed("train -q --set training.epochs=4")
        try project.shell("sed -i '/^  sex: one_hot/d; s/ignore: .year./ignore: [year, sex]/' mlops.yaml")
        try project.shell(
            "sed -i 's/bill_length_mm: standardize/bill_length_mm: [clip: {min: 35}, min_max]/' mlops.yaml"
        )
        try project.succeed("train -q --set training.epochs=4 --set 'decision={threshold: {of: Chinstrap, at: 0.125}}'")
        let document = try project.json("diff penguins@v1.0.0 penguins@latest")
        let features = try #require(document["features"] as? [String: Any])
        #expect(features["removed"] as? [String] == ["sex"] && features["added"] as? [String] == [])
        let changed = try #require(features["changed"] as? [[String: String]])
        #expect(changed == [["column": "bill_length_mm", "from": "standardize", "to": "clip, min_max"]])
        #expect(document["signature"] as? [String] == ["input `sex: string` is gone"])
        #expect((document["decision_to"] as? [String: Any])?["threshold"] as? Double == 0.125)
        #expect(document["decision_differs"] as? Bool == true)
        #expect(try changes(document, "recipe")["network.input_shape"] != nil)
        #expect(try changes(document, "recipe")["decision.threshold"] == ["", "0.125"])
        let text = try project.succeed("diff penguins@v1.0.0 penguins@latest")
        #expect(text.contains("  removed  sex\n  changed  bill_length_mm  standardize -> clip, min_max\n"), "\(text)")
        #expect(text.contains("-> `Chinstrap` from 0.1250 on"), "\(text)")
        #expect(text.contains("  input `sex: string` is gone\n"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
    }

    @Test func aRegressionShowsItsLargestChanges() throws {
        let project = try Project(template: "examples/regression")
        try project.succeed("train -q")
        try project.succeed("train -q --register --set training.epochs=2", allowing: [3])
        let document = try project.json("diff regression@v1.0.0 run:2")
        let golden = try #require(document["golden_rows"] as? [String: Any])
        #expect(golden["flipped"] == nil && golden["rows"] as? Int == 500)
        #expect((golden["largest"] as? [Any])?.count == 5)
        let text = try project.succeed("diff regression@v1.0.0 run:2")
        #expect(text.contains("    ROW   BEFORE    AFTER\n"), "\(text)")
    }

    /// The shared bytes are those of the pieces that git stores once, as the manifests list them.
    @Test func whatIsStoredOnceIsCounted() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.shell("mkdir m; head -c 9000000 /dev/urandom > m/a.bin; echo one > m/b.txt; echo gone > m/c.txt")
        try project.succeed("register m --model m")
        try project.shell("rm m/c.txt; echo two, longer > m/b.txt; echo new > m/d.txt")
        try project.succeed("register m --model m")
        let document = try project.json("diff m@v1.0.0 m@v1.1.0")
        let members = try #require(document["members"] as? [String: Any])
        func paths(_ key: String) -> [String] {
            (members[key] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
        }
        #expect(paths("added") == ["d.txt"] && paths("removed") == ["c.txt"] && paths("changed") == ["b.txt"])
        #expect(members["same"] as? Int == 1)
        func pieces(_ version: String) throws -> [String: Int] {
            let manifest = try project.shell("git --git-dir .mlops/store.git show 'm@\(version)^{commit}:model.json'")
            let object = try JSONSerialization.jsonObject(with: Data(manifest.output.utf8)) as? [String: Any]
            let chunks = try #require(object?["chunks"] as? [[String: Any]])
            return Dictionary(
                chunks.map { ($0["blob"] as? String ?? "", $0["size"] as? Int ?? 0) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        let (old, new) = (try pieces("v1.0.0"), try pieces("v1.1.0"))
        let shared = new.filter { old[$0.key] != nil }.reduce(0) { $0 + $1.value }
        #expect(members["shared_bytes"] as? Int == shared && shared > 1_000_000)
        #expect(document["golden_rows_problem"] as? String == "m v1.1.0 has no golden rows")
        #expect(try project.mlops("diff m@v1.0.0 m@v1.1.0 --exit-code").status == 3)
        let text = try project.succeed("diff m@v1.0.0 m@v1.1.0")
        #expect(
            text.contains("  changed  b.txt  4 B -> 12 B\n") && text.contains("are stored once for both"),
            "\(text)"
        )
    }

    /// A model of another framework is asked by the program of the project, and without one not at all.
    @Test func modelsOfOtherFrameworksAreAskedByTheirProgram() throws {
        let project = try Project()
        let rows = (0..<200).map { "\(Double($0 % 20) / 10),\($0 % 2 == 0 ? "a" : "b")\n" }
        try project.scratch.write("rows.csv", "x,y\n" + rows.joined())
        try project.scratch.write("train.sh", "echo 0.75 > \"$MLOPS_MODEL_DIR/limit\"\n")
        try project.scratch.write(
            "predict.sh",
            """
            read limit < "$MLOPS_MODEL_DIR/limit"
            awk -F, -v limit="$limit" 'BEGIN { print "p_a,p_b" }
              NR > 1 { print ($1 < limit ? "0.9,0.1" : "0.2,0.8") }' "$MLOPS_INPUT" > "$MLOPS_OUTPUT"
            """
        )
        try project.scratch.write(
            "mlops.yaml",
            """
            model: limit
            task: classification
            data: {train: {csv: rows.csv}, target: y, split: {validation: 0.2}}
            trainer: {command: [sh, train.sh], parameters: {seed: 1}}
            predictor: {command: [sh, predict.sh]}
            """
        )
        try project.succeed("init")
        try project.succeed("train -q")
        try project.shell("sed -i s/0.75/1.25/ train.sh")
        try project.succeed("train -q --set trainer.parameters.depth=3")
        let document = try project.json("diff limit@v1.0.0 limit@v1.1.0")
        let recipe = try changes(document, "recipe")
        #expect(recipe["trainer.parameters.depth"] == ["", "3"] && recipe["trainer.files.train.sh"]?.count == 2)
        // Of the golden rows those from 0.75 to 1.25 flip.
        try project.succeed("get limit@v1.1.0 --to got")
        let count = try project.shell("tail -n +2 got/golden/inputs.csv | awk '$1 >= 0.75 && $1 < 1.25' | wc -l").output
        let golden = try #require(document["golden_rows"] as? [String: Any])
        #expect(golden["flipped"] as? Int == Int(count.dropLast()) && golden["rows"] as? Int == 40)
        let flips = try #require(golden["flips"] as? [[String: Any]])
        #expect(flips.count == 1 && flips[0]["from"] as? String == "b" && flips[0]["to"] as? String == "a")
        #expect(document["features"] == nil)
        let elsewhere = try Project()
        let away = try elsewhere.succeed("diff limit@v1.0.0 limit@v1.1.0 --store '\(project.store)'")
        #expect(
            away.contains(
                "answers: cannot be compared: limit v1.0.0 is a model of another framework, which mlops cannot run by itself"
            )
        )
        #expect(try project.shell("ls -A .mlops/work").output == "")
    }

    @Test func anImportIsComparedByItsNetwork() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("migrate export penguins --to safetensors --output w.safetensors")
        try project.succeed("migrate import w.safetensors --network mlops.yaml")
        let text = try project.mlops("diff penguins@v1.0.0 penguins@v1.1.0 --exit-code")
        #expect(text.status == 3 && text.output.contains("the weights of penguins v1.1.0 were imported"), "\(text)")
        #expect(text.output.contains("answers: the same to the bit for 67 golden rows of penguins v1.1.0"))
        let document = try project.json("diff penguins@v1.0.0 penguins@v1.1.0")
        #expect(document["behaviour_differs"] as? Bool == false && document["recipe_differs"] as? Bool == true)
        #expect((document["recipe"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: [
        ("diff penguins@v1.0.0 penguins@v9.0.0", 14, "there is no version v9.0.0"),
        ("diff nothing@v1.0.0 penguins", 14, "there is no model `nothing`"),
        ("diff penguins@nowhere penguins", 14, "no environment that runs it"),
        ("diff penguins run:9", 14, "there is no run 9"), ("diff penguins run:x", 64, "names no run"),
        ("diff penguins", 64, "Missing expected argument '<new>'"),
    ])
    func whatCannotBeMeantIsNamed(arguments: String, code: Int32, message: String) throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        #expect(try project.fail(arguments, with: code).contains(message))
    }

    @Test func aDamagedVersionIsFoundOut() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.epochs=50")
        let find = "git --git-dir .mlops/store.git rev-parse 'penguins@v1.1.0^{commit}:archive/000000.tar.zst'"
        let damage = """
            file=.mlops/store.git/objects/$(\(find) | sed 's|..|&/|'); chmod u+w $file
            printf '\\xff\\xfe' | dd of=$file bs=1 seek=3000 conv=notrunc status=none
            """
        #expect(try project.shell(damage).status == 0)
        #expect(try project.fail("diff penguins@v1.0.0 penguins@v1.1.0", with: 12).contains("damaged"))
        #expect(try project.fail("migrate export penguins@v1.1.0 --to safetensors", with: 12).contains("damaged"))
        #expect(try project.fail("migrate export penguins@v1.1.0 --to directory", with: 12).contains("damaged"))
        #expect(try project.shell("ls -A").output.contains("penguins-v1.1.0") == false)
        #expect(try project.shell("ls -A").output.contains(".tmp-") == false)
    }
}
