import Foundation
import TestSupport
import Testing

/// The life of a model, on the command line.
@Suite(.timeLimit(.minutes(5)))
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
        #expect(away.output.contains("undo: mlops rollback production --to v1.0.1 --force"))
        #expect(try project.shell("readlink deployed/production/penguins/current").output.contains("v1.0.0"))
        #expect(try project.shell("ls deployed/production/penguins/current/").output.contains("weights.safetensors"))

        #expect(try project.json("rollback production")["changed"] as? Bool == false)
        #expect(try project.fail("deploy penguins@v1.0.1 --env production", with: 15).contains("held"))
        try project.fail("rollback production --to v1.0.1", with: 15)
        try project.succeed("rollback production --to v1.0.1 --force")
        try project.succeed("unhold penguins@v1.0.1 --env production")
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
            let report = try project.json(String(undo.dropFirst("mlops ".count)))
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

    @Test func aRequiredCheckThatNobodyGaveIsNamed() throws {
        let project = try Project(template: "tabular")
        try project.shell(
            "sed -i 's|{directory: deployed/production}|{directory: deployed/production, requires: [test]}|' mlops.yaml"
        )
        try project.succeed("train -q")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("`test` was never run"))
        try project.fail("deploy penguins --env production --skip-checks", with: 64)
        #expect(
            try project.succeed("deploy penguins --env production --skip-checks --reason 'it is late'").contains(
                "CHECKS SKIPPED"
            )
        )
        #expect(try project.succeed("status").contains("CHECKS SKIPPED"))
        // Rules that differ from the recorded ones are refused until they are applied.
        try project.shell("sed -i 's|requires: .test.|requires: [evaluate]|' mlops.yaml")
        try project.succeed("train -q --set training.seed=9")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("proposes other rules"))
        #expect(try project.succeed("environment apply --dry-run").contains("requires: [test] -> [evaluate]"))
        try project.succeed("environment apply")
        try project.fail("deploy penguins --env production", with: 15)
        // Rows that it has learned from prove nothing.
        try project.succeed("evaluate penguins --on train")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("on training rows only"))
        try project.succeed("evaluate penguins")
        try project.succeed("deploy penguins --env production")
    }

    @Test func theHintNamesNoVerbThatDoesNotExist() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's|{directory: deployed/production}|{requires: [evaluate, validate]}|' mlops.yaml")
        try project.succeed("train -q")
        let errors = try project.fail("deploy penguins --env production", with: 15)
        #expect(errors.contains("hint: run it: mlops evaluate penguins@v1.0.0\n"))
        #expect(errors.contains("hint: no verb of this mlops gives `validate` yet"))
        #expect(!errors.contains("mlops validate"))
    }

    /// An evaluation says what the gates of the project say, and no longer counts when these or the data change.
    @Test func anEvaluationIsJudgedAndGrowsStale() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's|{directory: deployed/production}|{requires: [evaluate]}|' mlops.yaml")
        try project.succeed("train -q")
        let passed = try project.json("evaluate penguins")
        #expect(passed["verdict"] as? String == "pass")
        #expect((passed["gates"] as? [[String: Any]])?.first?["metric"] as? String == "accuracy")
        try project.succeed("deploy penguins --env production --dry-run")
        try project.shell("sed -i 's/at_least: 0.9/at_least: 0.9999/' mlops.yaml")
        let stale = try project.fail("deploy penguins --env production", with: 15)
        #expect(stale.contains("`evaluate` is stale: the gates"), "\(stale)")
        let failed = try project.mlops("evaluate penguins")
        #expect(failed.status == 3 && failed.output.contains("FAIL"), "\(failed)")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("`evaluate` says fail"))
        try project.shell("sed -i 's/at_least: 0.9999/at_least: 0.9/' mlops.yaml && sed -i '2d' penguins.csv")
        try project.succeed("evaluate penguins")
        try project.succeed("deploy penguins --env production --dry-run")
        try project.shell("sed -i '2d' penguins.csv")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("`evaluate` is stale"))
        // Where nothing is asked, nothing is answered.
        try project.shell("sed -i '/^gates:/,+1d' mlops.yaml")
        #expect(try project.json("evaluate penguins")["verdict"] as? String == "inconclusive")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("asked nothing"))
        #expect(try project.succeed("show penguins").contains("stale: the gates"))
    }

    /// A store beside the project: the project file says where it is, or the environment does.
    @Test func theStoreMayStandElsewhere() throws {
        let project = try Project()
        try project.succeed("init --template tabular work --store registry/models.git")
        #expect(try project.shell("ls -d registry/models.git work/.mlops/store.git").output == "registry/models.git\n")
        let train = try project.shell("cd work && MLOPS_ACTOR=anna '\(Binary.path)' train -q")
        #expect(train.status == 0, "\(train)")
        #expect(try project.shell("git --git-dir registry/models.git tag").output == "penguins@v1.0.0\n")
        let deploy = try project.shell(
            "cd work && '\(Binary.path)' deploy --env production -q && ls deployed/production/penguins/current/"
        )
        #expect(deploy.output.contains("weights.safetensors"), "\(deploy)")
        // From anywhere, as the recorded directory is absolute; a second project may share the store.
        let status = try Shell.run("'\(Binary.path)' status --store '\(project.path)/registry/models.git'")
        #expect(status.output.contains("v1.0.0"), "\(status)")
        try project.succeed("init other", environment: ["MLOPS_STORE": "\(project.path)/registry/models.git"])
        #expect(try project.shell("ls -A other/.mlops").output == "")
        try project.scratch.write("file", "x")
        try project.fail("init third --store file", with: 10)
        #expect(try project.shell("ls third").status != 0)
    }

    @Test(arguments: ["a@b", "", "Fashion", "latest", "v1"])
    func aNameThatCannotBeIsRefused(name: String) throws {
        let project = try Project(template: "tabular")
        #expect(try project.fail("register penguins.csv --model '\(name)'", with: 64).contains("cannot be the name"))
        #expect(try project.json("list")["models"] as? [String] == [])
    }

    @Test func aFileInTheWayOfADeploymentIsNamed() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.scratch.write("deployed", "a file")
        let errors = try project.fail("deploy penguins --env production", with: 1)
        #expect(errors.contains("expected the directory `\(project.path)/deployed` to deploy to, found a file"))
        #expect(errors.contains("hint: "))
        #expect(try project.json("status")["environments"] as? [String] == [])
        // Nothing was recorded by a deployment that did not happen.
        #expect(try project.shell("git --git-dir .mlops/store.git branch -l 'policies/*'").output == "")
    }

    /// What killed commands leave is cleared away when it is a day old.
    @Test func maintainRemovesOldTemporaries() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let files = [
            ".mlops/runs/1/.tmp-checkpoint-x", ".mlops/store.git/mlops/index/.tmp-i", ".mlops/store.git/info/.tmp-a",
            ".mlops/store.git/objects/tmp_obj_x", ".mlops/store.git/refs/heads/models/penguins.lock",
        ]
        let young = ".mlops/store.git/objects/tmp_obj_young"
        let make = "mkdir -p .mlops/store.git/mlops/index && touch -d '2 days ago' \(files.joined(separator: " "))"
        #expect(try project.shell("\(make) && touch \(young)").status == 0)
        try project.succeed("maintain")
        #expect(try project.shell("ls \(files.joined(separator: " ")) 2>/dev/null").output == "")
        #expect(try project.shell("ls \(young)").status == 0)
        try project.expectCleanStore()
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
        #expect(try project.fail("get other@v1.1.0 --to out", with: 13).contains("already"))
        #expect(try project.fail("predict one/model.bin --model other", with: 15).contains("files of another tool"))
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
