import Foundation
import TestSupport
import Testing

/// What must not go wrong for somebody on call.
@Suite(.timeLimit(.minutes(60)))
struct SafetyTests {
    /// Two versions of files, the second one live.
    private func project(_ environment: String = "{directory: live}") throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", "model: m\nenvironments: {production: \(environment)}\n")
        for content in ["one", "two"] {
            try project.scratch.write("file.txt", content)
            try project.succeed("register file.txt --model m")
        }
        try project.succeed("deploy m@v1.0.0 --env production")
        try project.succeed("deploy m@v1.1.0 --env production")
        return project
    }

    private func live(_ project: Project) throws -> String { try project.shell("cat live/m/current/file.txt").output }

    /// Back is where the traffic has been; what was never live has to pass the checks of a deployment.
    @Test func aRollbackGoesOnlyWhereTheTrafficHasBeen() throws {
        let project = try project()
        try project.scratch.write("file.txt", "three")
        try project.succeed("register file.txt --model m")
        let errors = try project.fail("rollback production --to v1.2.0", with: 15)
        #expect(errors.contains("never had the traffic") && errors.contains("hint: deploy it: mlops deploy m@v1.2.0"))
        #expect(try live(project) == "two")
        try project.succeed("rollback production --to v1.0.0")
        #expect(try live(project) == "one")
    }

    /// GTO's tag is a projection: where it cannot be written, the rollback goes on, and the tag follows later.
    @Test func aTagThatCannotBeWrittenStopsNobody() throws {
        let project = try project()
        let lock = ".mlops/store.git/refs/tags/m#production#3.lock"
        try project.shell("touch '\(lock)'")
        try project.succeed("rollback production")
        #expect(try live(project) == "one")
        try project.shell("rm '\(lock)'")
        try project.succeed("mark m@v1.0.0 good --env production")
        let tags = try project.shell("git --git-dir .mlops/store.git tag -l 'm#production#*'").output
        #expect(tags == "m#production#1\nm#production#2\nm#production#3\n")
    }

    /// The last good version lies unpacked and whole; that the store has lost a piece of it is no reason to stay.
    @Test func aRollbackNeedsOnlyWhatIsUnpacked() throws {
        let project = try Project(template: "tabular")
        for seed in [1, 2] { try project.succeed("train -q --set training.seed=\(seed)") }
        for version in ["v1.0.0", "v1.0.1"] { try project.succeed("deploy penguins@\(version) --env production") }
        let lose = """
            cd .mlops/store.git && rm objects/$(git rev-parse 'penguins@v1.0.0^{commit}:archive/000000.tar.zst' | sed 's|..|&/|')
            """
        #expect(try project.shell(lose).status == 0)
        try project.succeed("rollback production")
        #expect(try project.shell("readlink deployed/production/penguins/current").output.contains("v1.0.0"))
        #expect(try project.mlops("verify penguins@v1.0.0").status == 12)
    }

    /// A slip in a name must not leave anybody believing that production is safe.
    @Test(arguments: [
        "mark m@v1.1.0 bad --env porduction", "mark m@v1.1.0 bad --env prod/x", "mark m@v1.1.0 bad --env Foo",
        "hold m@v1.1.0 --env porduction", "rollback porduction", "rollback porduction m", "rollback production n",
        "rollback '*'", "history porduction", "history '*'", "status porduction",
    ])
    func anUnknownEnvironmentIsAnError(line: String) throws {
        let project = try project()
        let before = try project.shell("git --git-dir .mlops/store.git for-each-ref").output
        try project.fail(line, with: 14)
        #expect(try project.shell("git --git-dir .mlops/store.git for-each-ref").output == before)
    }

    /// Deployed again: nothing changes, also when it is held or lacks a check by now, and a directory is mended.
    @Test func whatRunsIsDeployedAgain() throws {
        let project = try project()
        try project.succeed("hold m@v1.1.0 --env production")
        try project.shell("rm live/m/current")
        #expect(try project.json("deploy m@v1.1.0 --env production")["changed"] as? Bool == false)
        #expect(try live(project) == "two")
    }

    /// A directory that cannot be swapped: the ref has moved, and the report says what serves.
    @Test func aTargetThatDoesNotFollowIsNamed() throws {
        let project = try project()
        // Whoever swaps the link takes this lock first.
        try project.shell("rm live/m/.lock && mkdir live/m/.lock")
        let finished = try project.mlops("rollback production")
        #expect(finished.status == 16, "\(finished)")
        #expect(finished.output.contains("PROBLEM") && finished.output.contains("live"))
        #expect(try project.succeed("status").contains("DIFFERS"))
    }

    /// The same line typed again mends what did not follow the first time.
    @Test(arguments: ["rollback production", "rollback production --to v1.0.0", "deploy m@v1.0.0 --env production"])
    func theSameLineAgainMendsADirectory(line: String) throws {
        let project = try project()
        try project.shell("rm live/m/.lock && mkdir live/m/.lock")
        #expect(try project.mlops("rollback production --to v1.0.0").status == 16)
        #expect(try project.mlops(line).status == 16)
        #expect(try live(project) == "two")
        try project.shell("rmdir live/m/.lock")
        #expect(try project.json(line)["changed"] as? Bool == false)
        #expect(try live(project) == "one")
    }

    /// A model whose ledger is damaged is nobody else's trouble.
    @Test func aDamagedLedgerConcernsItsOwnModelOnly() throws {
        let project = try project()
        try project.scratch.write("file.txt", "other")
        try project.succeed("register file.txt --model other")
        try project.succeed("deploy other --env production")
        let damage = """
            cd .mlops/store.git && rm objects/$(git rev-parse environments/production/other:deployment.json | sed 's|..|&/|')
            """
        #expect(try project.shell(damage).status == 0)
        try project.succeed("rollback production m")
        #expect(try live(project) == "one")
    }

    /// A damaged folder of what is live is replaced in one step, and by whole files.
    @Test func aDamagedDirectoryIsMended() throws {
        let project = try project()
        try project.shell(
            "echo rubbish > live/m/current/file.txt; rm live/m/current; ln -s versions/gone live/m/current"
        )
        try project.succeed("deploy m@v1.1.0 --env production")
        #expect(try live(project) == "two")
        #expect(try project.shell("ls -A live/m/versions | grep -c tmp || true").output == "0\n")
    }

    /// What is marked bad is held, also when it was released in between.
    @Test func badImpliesHeld() throws {
        let project = try project()
        for line in ["mark m@v1.1.0 bad", "unhold m@v1.1.0", "mark m@v1.1.0 bad"] {
            try project.succeed("\(line) --env production")
        }
        try project.succeed("rollback production")
        #expect(try project.fail("deploy m@v1.1.0 --env production", with: 15).contains("held"))
    }

    /// Golden rows that give other outputs, in a directory and as they are stored.
    @Test func goldenRowsThatDisagreeAreSaid() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's|{directory: deployed/production}|{}|' mlops.yaml")
        try project.succeed("train -q")
        let report = try project.json("deploy penguins --env production")
        let target = try #require((report["targets"] as? [[String: Any]])?.first)
        let rows = try #require(target["golden_rows"] as? [String: Any])
        #expect(rows["agree"] as? Int == rows["total"] as? Int && (rows["total"] as? Int ?? 0) > 0)
    }

    /// A clone knows the ledger and not the directories: it shows the one, and says that it cannot see the other.
    @Test func aCloneOfTheStoreIsReadAndRolledBack() throws {
        let project = try project()
        #expect(try project.shell("git clone -q --mirror .mlops/store.git clone.git").status == 0)
        let away = ["MLOPS_STORE": "\(project.path)/clone.git"]
        let status = try project.succeed("status", environment: away)
        #expect(status.contains("m v1.1.0") && status.contains("live: cannot be seen from here"), "\(status)")
        let rollback = try project.mlops("rollback production", environment: away)
        #expect(rollback.status == 16 && rollback.output.contains("cannot be seen"), "\(rollback)")
        #expect(try project.succeed("status", environment: away).contains("m v1.0.0"))
        try project.fail("deploy m@v1.1.0 --env production", with: 15, environment: away)
    }

    /// A bare rollback goes to the last good version; the line that undoes a deployment goes to what it replaced.
    @Test func theUndoLineGoesBackToWhatWasReplaced() throws {
        let project = try project()
        try project.succeed("mark m@v1.0.0 good --env production")
        try project.scratch.write("file.txt", "three")
        try project.succeed("register file.txt --model m")
        let undo = try #require(try project.json("deploy m --env production")["undo"] as? String)
        #expect(undo == "mlops rollback production --to v1.1.0")
        try project.succeed(String(undo.dropFirst("mlops ".count)))
        #expect(try live(project) == "two")
        // Also to one that was held while it ran; and where nothing changed there is nothing to undo.
        try project.succeed("hold m@v1.1.0 --env production")
        let forced = try #require(try project.json("deploy m@v1.0.0 --env production")["undo"] as? String)
        #expect(forced == "mlops rollback production --to v1.1.0 --force")
        #expect(try project.json("deploy m@v1.0.0 --env production")["undo"] == nil)
        try project.succeed(String(forced.dropFirst("mlops ".count)))
        #expect(try live(project) == "two")
    }
}
