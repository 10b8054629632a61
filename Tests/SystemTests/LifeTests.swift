import Foundation
import TestSupport
import Testing

/// The life of a model, on the command line.
@Suite(.timeLimit(.minutes(60)))
struct LifeTests {
    @Test func deployRollbackAndTheRest() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train")
        try project.succeed("train --set training.seed=7")
        #expect(try project.succeed("deploy penguins@v1.0.0 --env production").contains("golden rows"))
        try project.succeed("mark penguins@v1.0.0 good --env production --reason 'two shifts'")
        let second = try project.json("deploy penguins@v1.0.1 --env production")
        #expect(second["from"] as? String == "v1.0.0")
        #expect((second["last_good"] as? [String: Any])?["is_proven"] as? Bool == true)
        #expect(try project.shell("readlink deployed/production/penguins/current").output.contains("v1.0.1"))

        // From any directory, with nothing but the store's place.
        let away = try Shell.run(
            "'\(Binary.path)' rollback production --incident INC-1",
            in: "/",
            environment: ["MLOPS_STORE": project.store, "MLOPS_ACTOR": "bert"]
        )
        #expect(away.status == 0, "\(away)")
        #expect(away.output.contains("last good: marked good by anna, \"two shifts\""))
        let undo = try #require(
            away.output.split(separator: "\n").first { $0.hasPrefix("undo: ") }.map { $0.dropFirst(6) }
        )
        #expect(undo.contains("unhold penguins@v1.0.1"))
        #expect(try project.shell("readlink deployed/production/penguins/current").output.contains("v1.0.0"))
        #expect(try project.shell("ls deployed/production/penguins/current/").output.contains("weights.safetensors"))

        #expect(try project.json("rollback production")["changed"] as? Bool == false)
        #expect(try project.fail("deploy penguins@v1.0.1 --env production", with: 15).contains("held"))
        try project.fail("rollback production --to v1.0.1", with: 15)
        // The line that it has named brings everything back to what it was.
        #expect(try project.shell("function mlops() { '\(Binary.path)' \"$@\"; }; \(undo)").status == 0)
        let undone = try project.json("status")
        let place = try #require((undone["environments"] as? [[String: Any]])?.first)
        #expect((place["last_good"] as? [String: Any])?["version"] as? String == "v1.0.0")
        #expect((place["held"] as? [Any])?.isEmpty == true)
        #expect(try project.json("deploy penguins@v1.0.1 --env production")["changed"] as? Bool == false)
        let status = try project.json("status")
        let line = try #require((status["environments"] as? [[String: Any]])?.first)
        #expect(line["serving"] as? String == "v1.0.1")
        try project.expectCleanStore()
    }

    @Test func theStoryEndsAtA() throws {
        let project = try Project(template: "tabular")
        for seed in [1, 2, 3] { try project.succeed("train -q --set training.seed=\(seed)") }
        try project.succeed("deploy penguins@v1.0.0 --env production")
        try project.succeed("mark penguins@v1.0.0 good --env production")
        for version in ["v1.0.1", "v1.0.2"] {
            try project.succeed("deploy penguins@\(version) --env production")
            try project.succeed("rollback production")
        }
        let line = try #require((try project.json("status")["environments"] as? [[String: Any]])?.first)
        #expect(line["serving"] as? String == "v1.0.0")
        #expect((line["held"] as? [[String: Any]])?.compactMap { $0["version"] as? String } == ["v1.0.1", "v1.0.2"])
        // Everything else is held: there is nowhere left to go.
        try project.succeed("mark penguins@v1.0.0 bad --env production")
        let history = try project.json("history production")
        #expect(((history["models"] as? [[String: Any]])?.first?["deployments"] as? [Any])?.count == 7)
    }

    /// Every line that a report prints to undo it is typed as it stands, also where an environment runs two models.
    @Test func theUndoLinesWorkAsTheyStand() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", "environments: {production: {directory: live}}\n")
        for model in ["one", "two"] {
            for content in ["a", "b"] {
                try project.scratch.write("file.txt", model + content)
                try project.succeed("register file.txt --model \(model)")
            }
            try project.succeed("deploy \(model)@v1.0.0 --env production")
        }
        var undo = try #require(try project.json("deploy two@v1.1.0 --env production")["undo"] as? String)
        #expect(undo == "mlops rollback production two")
        for expected in ["v1.0.0", "v1.1.0", "v1.0.0"] {
            let lines = undo.components(separatedBy: " && ").map { String($0.dropFirst("mlops ".count)) }
            for line in lines.dropLast() { try project.succeed(line) }
            let report = try project.json(try #require(lines.last))
            #expect(report["to"] as? String == expected && report["changed"] as? Bool == true)
            undo = try #require(report["undo"] as? String)
        }
        #expect(try project.shell("cat live/two/current/file.txt live/one/current/file.txt").output == "twoaonea")
        let errors = try project.fail("rollback production", with: 64)
        #expect(
            errors.contains("hint: mlops rollback production two")
                && errors.contains("hint: mlops rollback production one")
        )
    }

    @Test func nothingToRollBackTo() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        #expect(try project.fail("rollback production", with: 14).contains("no environment"))
        try project.succeed("deploy penguins --env production")
        #expect(try project.fail("rollback production", with: 15).contains("nothing to roll back to"))
        try project.fail("rollback production --expect v9.9.9", with: 13)
    }

    @Test func aDryRunWritesNothing() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        try project.succeed("deploy penguins@v1.0.0 --env production")
        let before = try project.shell("cd .mlops/store.git && git for-each-ref && find . -type f | sort").output
        #expect(
            try project.succeed("deploy penguins@v1.0.1 --env production --dry-run").contains(
                "would go: penguins v1.0.0 -> v1.0.1"
            )
        )
        try project.succeed("mark penguins@v1.0.0 good --env production --dry-run")
        try project.succeed("hold penguins@v1.0.1 --everywhere --dry-run")
        try project.succeed("environment apply --dry-run")
        try project.succeed("evaluate penguins --dry-run")
        try project.succeed("register penguins.csv --model other --dry-run")
        try project.succeed("rollback production --to v1.0.0 --dry-run")
        try project.succeed("init other --dry-run")
        let plan = try project.succeed("train --dry-run")
        #expect(plan.contains("would train penguins: 199 rows, 67 to validate, 67 to test"), "\(plan)")
        #expect(try project.shell("ls .mlops/runs").output == "1\n2\n")
        try project.succeed("maintain --dry-run")
        let after = try project.shell("cd .mlops/store.git && git for-each-ref && find . -type f | sort").output
        #expect(before == after)
    }

    @Test func filesOfAnotherToolLiveTheSameLife() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", "model: other\nenvironments: {production: {directory: live}}\n")
        for version in ["one", "two"] { try project.scratch.write("\(version)/model.bin", version) }
        try project.succeed("register one --model other")
        try project.succeed("register two --model other")
        try project.succeed("deploy other@v1.0.0 --env production")
        try project.succeed("deploy other@v1.1.0 --env production")
        #expect(try project.shell("cat live/other/current/model.bin").output == "two")
        try project.succeed("rollback production")
        #expect(try project.shell("cat live/other/current/model.bin").output == "one")
        try project.succeed("get other@v1.1.0 --to out")
        #expect(try project.shell("cat out/model.bin").output == "two")
        #expect(try project.fail("get other@v1.1.0 --to out", with: 15).contains("already"))
        #expect(
            try project.fail("predict one/model.bin --model other", with: 15).contains("a model of another framework")
        )
    }

    @Test func predictionsComeBackInEveryFormat() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let csv = try project.succeed("predict penguins.csv")
        #expect(csv.split(separator: "\n").count == 334)
        #expect(csv.hasPrefix("y_pred,p_Adelie,p_Chinstrap,p_Gentoo\n"))
        try project.succeed("predict penguins.csv --output p.csv --threads 2")
        #expect(try project.shell("cat p.csv").output == csv)
        try project.succeed("predict penguins.csv --output p.npy")
        #expect(try project.shell("head -c 6 p.npy | tail -c 5").output == "NUMPY")
        let lines = try project.succeed("predict penguins.csv --run 1 --output-format jsonl")
        #expect(lines.split(separator: "\n").count == 333)
        let document = try project.json("predict penguins.csv")
        #expect((document["predictions"] as? [[String: Any]])?.count == 333)
        #expect(document["model"] as? String == "penguins@v1.0.0")
        #expect(try project.mlops("predict penguins.csv --json --output-format csv").status == 64)
        #expect(try project.fail("predict penguins.csv --output p.xyz", with: 64).contains("add: --output-format"))
        // The columns may stand in any order; one that the model needs may not be missing.
        try project.shell("awk -F, 'BEGIN{OFS=\",\"}{print $7,$6,$5,$4,$3,$2}' penguins.csv > reordered.csv")
        #expect(try project.succeed("predict reordered.csv") == csv)
        try project.shell("cut -d, -f1-4 penguins.csv > missing.csv")
        #expect(try project.fail("predict missing.csv", with: 14).contains("columns are missing"))
    }

    @Test(.enabled(if: Judges.areInstalled, "make test installs the judges"))
    func gtoReadsVersionsAndAssignments() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        for version in ["v1.0.0", "v1.0.1"] { try project.succeed("deploy penguins@\(version) --env production") }
        try project.succeed("rollback production")
        let shown = try Shell.run("'\(Judges.path)/gto' show --repo '\(project.store)' --plain")
        #expect(
            shown.output.split(separator: "\n").last?.split(separator: " ") == ["penguins", "v1.0.1", "v1.0.0"],
            "\(shown)"
        )
        let history = try Shell.run("'\(Judges.path)/gto' history --repo '\(project.store)' penguins --plain")
        #expect(history.output.components(separatedBy: "assignment").count == 4, "\(history)")
        #expect(history.output.components(separatedBy: "registration").count == 3, "\(history)")
    }
}
