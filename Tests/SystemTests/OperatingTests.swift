import Foundation
import TestSupport
import Testing

/// What somebody on call types, and what the tool answers.
@Suite(.timeLimit(.minutes(60)))
struct OperatingTests {
    /// Versions v1.0.0, v1.1.0, … of files; those in `deployed` were live in turn.
    private func project(versions: Int, deployed: Range<Int>) throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", "model: m\nenvironments: {production: {directory: live}}\n")
        for number in 0..<versions {
            try project.scratch.write("file.txt", "content \(number)")
            try project.succeed("register file.txt --model m")
        }
        for number in deployed { try project.succeed("deploy m@v1.\(number).0 --env production") }
        return project
    }

    private func serving(_ project: Project) throws -> String? {
        let environments = try project.json("status production")["environments"] as? [[String: Any]]
        return environments?.first?["serving"] as? String
    }

    /// The command that `status` advertises.
    private func wayBack(_ project: Project) throws -> String? {
        let environments = try project.json("status production")["environments"] as? [[String: Any]]
        return environments?.first?["rollback"] as? String
    }

    /// Types a line that the tool printed.
    private func type(_ line: String, in project: Project) throws -> [String: Any] {
        try project.json(String(line.dropFirst("mlops ".count)))
    }

    /// A bare rollback stays where the last one went, unless that turned out bad as well.
    @Test(arguments: ["mark m@v1.1.0 bad", "hold m@v1.1.0"])
    func aRollbackToAVersionThatIsBadAsWellGoesOn(objection: String) throws {
        let project = try project(versions: 3, deployed: 0..<3)
        try project.succeed("rollback production")
        #expect(try project.json("rollback production")["changed"] as? Bool == false)
        let said = try project.succeed("\(objection) --env production")
        #expect(said.contains("to leave it: mlops rollback production\n"), "\(said)")
        #expect(try wayBack(project) == "mlops rollback production")
        #expect(try project.json("rollback production")["to"] as? String == "v1.0.0")
        #expect(try serving(project) == "v1.0.0")
    }

    /// The refusal names the command that goes on, and so does everybody else who names one.
    @Test func whoeverNamesAWayBackNamesOneThatWorks() throws {
        let project = try project(versions: 3, deployed: 0..<3)
        try project.succeed("rollback production")
        let line = "mlops rollback production --to v1.0.0"
        let stays = try project.succeed("rollback production")
        #expect(stays.contains("stays at v1.1.0") && stays.contains("further back: \(line))"), "\(stays)")
        #expect(try wayBack(project) == line)
        #expect(try project.succeed("status").contains(line))
        #expect(try project.json("mark m@v1.1.0 good --env production")["rollback"] as? String == line)
        let moved = try type(line, in: project)
        #expect(moved["changed"] as? Bool == true && moved["to"] as? String == "v1.0.0")
        // Nowhere to go: nobody says otherwise.
        try project.succeed("hold m@v1.1.0 --env production")
        #expect(try wayBack(project) == nil)
        #expect(try project.succeed("mark m@v1.0.0 bad --env production").contains("it is live\n"))
        try project.fail("rollback production", with: 15)
    }

    @Test func theHistorySaysWhatWasHeldAndMarked() throws {
        let project = try project(versions: 3, deployed: 0..<2)
        try project.succeed("hold m@v1.2.0 --env production --reason 'wrong labels'")
        try project.succeed("mark m@v1.0.0 good --env production")
        try project.succeed("mark m@v1.1.0 bad --env production")
        try project.succeed("unhold m@v1.2.0 --env production")
        let history = try project.succeed("history production")
        for row in ["hold v1.2.0", "mark v1.0.0 good", "mark v1.1.0 bad", "unhold v1.2.0"] {
            #expect(history.contains("  \(row) "), "\(history)")
        }
        let models = try project.json("history production")["models"] as? [[String: Any]]
        let rows = try #require(models?.first?["deployments"] as? [[String: Any]])
        #expect(rows.map { $0["subject"] as? String } == ["v1.2.0", "v1.1.0", "v1.0.0", "v1.2.0", nil, nil])
        #expect(rows.map { $0["verdict"] as? String } == [nil, "bad", "good", nil, nil, nil])
    }

    /// Taking a hold back leaves the hold that somebody else had put elsewhere.
    @Test func anUndoneHoldLeavesOthersAlone() throws {
        let project = try project(versions: 2, deployed: 0..<1)
        try project.shell(
            "sed -i 's|production: {directory: live}|production: {directory: live}, staging: {directory: s}|' mlops.yaml"
        )
        try project.succeed("deploy m@v1.0.0 --env staging")
        try project.succeed("hold m@v1.1.0 --env staging --reason 'known to be broken here'")
        let undo = try #require(try project.json("hold m@v1.1.0 --everywhere")["undo"] as? String)
        #expect(undo == "mlops unhold m@v1.1.0 --env production")
        _ = try type(undo, in: project)
        let staging = try project.json("status staging")["environments"] as? [[String: Any]]
        #expect((staging?.first?["held"] as? [Any])?.count == 1)
    }

    @Test func theIncidentIsShownEverywhere() throws {
        let project = try project(versions: 2, deployed: 0..<2)
        let moved = try project.succeed("rollback production --reason 'wrong labels' --incident INC-42")
        #expect(moved.contains("incident: INC-42"), "\(moved)")
        #expect(try project.succeed("history production").contains("wrong labels, incident INC-42"))
        let models = try project.json("history production")["models"] as? [[String: Any]]
        #expect((models?.first?["deployments"] as? [[String: Any]])?.first?["incident"] as? String == "INC-42")
        #expect(try project.succeed("status").contains("incident INC-42"))
        let log = try project.shell("git --git-dir .mlops/store.git log -1 --format=%s environments/production/m")
            .output
        #expect(log == "roll back m v1.1.0 -> v1.0.0: \"wrong labels\", incident INC-42 (anna)\n")
    }

    /// Who says where to go has nothing against a version that is marked good; an older hold says more than a new one.
    @Test func aRollbackHoldsWithCare() throws {
        let project = try project(versions: 2, deployed: 0..<2)
        try project.succeed("mark m@v1.1.0 good --env production")
        let kept = try project.succeed("rollback production --to v1.0.0")
        #expect(kept.contains("v1.1.0 is not held, as it is marked good"), "\(kept)")
        #expect(kept.contains("undo: mlops rollback production --to v1.1.0\n"), "\(kept)")
        try project.succeed("mark m@v1.0.0 good --env production")
        try project.succeed("rollback production --to v1.1.0")
        // Asked for, it is held all the same; and by a bare rollback.
        #expect(try project.json("rollback production --to v1.0.0 --hold")["held"] as? String == "v1.1.0")
        try project.succeed("unhold m@v1.1.0 --env production")
        try project.succeed("deploy m@v1.1.0 --env production")
        try project.succeed("hold m@v1.1.0 --env production --reason 'still wrong'")
        let held = try project.succeed("rollback production")
        #expect(held.contains("held already: v1.1.0 (anna: still wrong)"), "\(held)")
        #expect(try project.succeed("status").contains("held: v1.1.0 (anna: still wrong)"))
    }

    /// What is missing or has another size is seen at once, and named with the line that mends it.
    @Test(arguments: ["rm live/m/current/file.txt", "echo more >> live/m/current/file.txt", "rm live/m/current"])
    func damageInALiveDirectoryIsSeenAndMended(damage: String) throws {
        let project = try project(versions: 2, deployed: 0..<2)
        #expect(try project.mlops("status --exit-code").status == 0)
        try project.shell(damage)
        let status = try project.mlops("status --exit-code")
        #expect(status.status == 16, "\(status)")
        #expect(status.output.contains("mend it: mlops deploy m@v1.1.0 --env production\n"), "\(status)")
        let line = try #require((try project.json("status")["environments"] as? [[String: Any]])?.first)
        let target = try #require((line["targets"] as? [[String: Any]])?.first)
        #expect((target["problems"] as? [String])?.count == 1, "\(target)")
        let report = try type(try #require(target["mend"] as? String), in: project)
        #expect(report["changed"] as? Bool == false)
        let mended = ((report["targets"] as? [[String: Any]])?.first?["mended"] as? [String])
        #expect(mended == target["problems"] as? [String])
        #expect(try project.shell("cat live/m/current/file.txt").output == "content 1")
        #expect(try project.mlops("status --exit-code").status == 0)
    }

    /// Whoever asks for a hold where nothing is left is told how to get one.
    @Test func aRollbackThatStaysSaysThatItHoldsNothing() throws {
        let project = try project(versions: 3, deployed: 0..<3)
        try project.succeed("rollback production --no-hold")
        try project.succeed("mark m@v1.2.0 bad --env production")
        try project.succeed("unhold m@v1.2.0 --env production")
        #expect(try !project.succeed("rollback production").contains("to hold"))
        let stays = try project.succeed("rollback production --hold")
        let line = "mlops hold m@v1.2.0 --env production"
        #expect(stays.contains("nothing is held now; to hold v1.2.0: \(line)\n"), "\(stays)")
        _ = try type(line, in: project)
        #expect(try !project.succeed("rollback production --hold").contains("to hold"))
    }

    /// What somebody copied into the place of the link is out of the way after a deployment, and not lost.
    @Test(arguments: ["deploy m@v1.1.0 --env production", "rollback production"])
    func aDirectoryInThePlaceOfTheLinkIsKeptAside(line: String) throws {
        let project = try project(versions: 2, deployed: 0..<2)
        for (number, make) in ["mkdir live/m/current", "echo x > live/m/current"].enumerated() {
            try project.shell("rm -rf live/m/current; \(make); ls -A live/m/current > before.txt")
            #expect(try project.succeed("status", allowing: [16]).contains("`current` is no symbolic link"))
            let output = try project.succeed(line)
            let kept = ["current.found-1", "current.found-3"][number]
            #expect(output.contains("what stood in the place of `current` is kept as `\(kept)`"), "\(output)")
            #expect(try project.shell("ls -A live/m/\(kept) | sed s/\(kept)/current/ | diff - before.txt").status == 0)
            #expect(try project.shell("test -L live/m/current && cat live/m/current/file.txt").status == 0)
            #expect(try project.mlops("status --exit-code").status == 0)
            // What a killed deployment would have left is a link: it is in nobody's way, and goes with the next one.
            #expect(try project.shell("test -L live/m/current.found-2").status != 0)
            try project.shell("ln -s versions/gone live/m/current.found-2")
        }
    }

    /// Bytes that keep their number are found where every byte is read.
    @Test(arguments: ["deploy m@v1.0.0 --env production", "rollback production", "rollback production --to v1.0.0"])
    func otherBytesAreFoundAndMended(line: String) throws {
        let project = try project(versions: 2, deployed: 0..<2)
        try project.succeed("rollback production")
        try project.shell("printf 'CONTENT 0' > live/m/current/file.txt")
        let verified = try project.mlops("verify m@production")
        #expect(verified.status == 12, "\(verified)")
        #expect(verified.output.contains("live does not serve m v1.0.0 as it was registered:\n"), "\(verified)")
        #expect(verified.output.contains("mend it: mlops deploy m@v1.0.0 --env production\n"), "\(verified)")
        #expect(try project.mlops("verify m@v1.1.0").status == 0)
        // All versions are a question about the store.
        #expect(try project.mlops("verify --all").status == 0)
        #expect(try project.succeed(line).contains("mended: `file.txt` has other bytes than registered"))
        #expect(try project.shell("cat live/m/current/file.txt").output == "content 0")
        #expect(try project.succeed("verify m@production").contains("m v1.0.0 whole, 1 of 1 deployed folder whole"))
    }

    /// A store that has lost the description of what serves: said, and in nobody's way.
    @Test func whatCannotBeComparedIsInNobodysWay() throws {
        let project = try project(versions: 2, deployed: 0..<2)
        try project.succeed("rollback production")
        let lose = "cd .mlops/store.git && rm objects/$(git rev-parse 'm@v1.0.0^{commit}:model.json' | sed 's|..|&/|')"
        #expect(try project.shell(lose).status == 0)
        for line in ["rollback production", "deploy m@v1.0.0 --env production"] {
            let finished = try project.mlops(line)
            #expect(finished.status == 0 && finished.errors.contains("warning: what is deployed cannot be compared"))
        }
        #expect(try project.succeed("status").contains("the store cannot say which files belong there"))
    }

    /// A pack with other bytes: 12, the version named, and the others read.
    @Test func verifyGoesOnPastDamage() throws {
        let project = try project(versions: 2, deployed: 0..<0)
        try project.succeed("register file.txt --model other")
        try project.succeed("maintain")
        func damage(_ object: String) throws {
            let line = """
                cd .mlops/store.git && pack=$(ls objects/pack/*.pack) && chmod u+w $pack &&
                offset=$(git verify-pack -v $pack | awk -v id=$(git rev-parse '\(object)') '$1 == id {print $5}') &&
                printf 'xxxx' | dd of=$pack bs=1 seek=$((offset + 3)) conv=notrunc status=none
                """
            #expect(try project.shell(line).status == 0)
        }
        try damage("m@v1.0.0^{commit}:model.json")
        let verified = try project.mlops("verify --all")
        #expect(verified.status == 12, "\(verified)")
        #expect(
            verified.output.contains("m v1.0.0  damaged: the description of m v1.0.0 cannot be read"),
            "\(verified)"
        )
        #expect(verified.output.contains("2 of 3 versions whole"), "\(verified)")
        #expect(try project.fail("get m@v1.0.0 --to out", with: 12).contains("m v1.0.0"))
    }

    /// A ledger that cannot be read is named, and what is in the others is still looked at.
    @Test(arguments: [
        ("models/m", "\nother v1.0.0 whole, "), ("environments/production/m", "\n2 of 2 versions whole, "),
    ])
    func aDamagedLedgerIsNamed(ledger: String, rest: String) throws {
        let project = try project(versions: 1, deployed: 0..<1)
        try project.succeed("register file.txt --model other")
        let lose =
            "cd .mlops/store.git && rm -rf mlops/index; rm objects/$(git rev-parse '\(ledger)^{tree}' | sed 's|..|&/|')"
        #expect(try project.shell(lose).status == 0)
        let verified = try project.mlops("verify --all")
        #expect(verified.status == 12 && verified.output.contains("the ledger \(ledger)  damaged:"), "\(verified)")
        #expect(verified.output.contains(rest), "\(verified)")
    }

    /// A chunk that is gone hits all of a small package; the message names some of its members, and each once.
    @Test func theMessageAboutAMissingObjectIsShort() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.shell("mkdir d; for i in 1 2 3 4 5 6 7; do echo $i > d/member-$i; done")
        try project.succeed("register d --model m")
        let lose = """
            cd .mlops/store.git && rm objects/$(git rev-parse 'm@v1.0.0^{commit}:archive/000000.tar.zst' | sed 's|..|&/|')
            """
        #expect(try project.shell(lose).status == 0)
        let verified = try project.mlops("verify m")
        #expect(verified.status == 12 && verified.output.contains("`member-3` and 4 more of package"), "\(verified)")
        #expect(verified.output.components(separatedBy: "`member-1`").count == 2, "\(verified)")
        #expect(verified.output.lowercased().components(separatedBy: "damaged").count == 2, "\(verified)")
    }

    /// Who skips checks is told which, before and after.
    @Test func skippedChecksAreNamed() throws {
        let project = try project(versions: 1, deployed: 0..<0)
        try project.shell("sed -i 's/directory: live/directory: live, requires: [evaluate]/' mlops.yaml")
        let line = "deploy m@v1.0.0 --env production --skip-checks --reason 'it is late'"
        #expect(try project.succeed("\(line) --dry-run").contains("  would skip: `evaluate` was never run\n"))
        #expect(try project.json("\(line)")["missing_checks"] as? [String] == ["`evaluate` was never run"])
    }

    @Test func theRunsShownAreAsManyAsAskedFor() throws {
        let project = try Project(template: "tabular")
        for seed in [1, 2, 3] {
            try project.succeed("train -q --set training.epochs=1 --set training.seed=\(seed)", allowing: [3])
        }
        #expect((try project.json("runs --limit 2")["runs"] as? [[String: Any]])?.map { $0["run"] as? Int } == [3, 2])
        try project.fail("runs --limit 0", with: 64)
    }
}
