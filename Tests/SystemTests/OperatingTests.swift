import Foundation
import TestSupport
import Testing

/// What somebody on call types, and what the tool answers.
@Suite(.timeLimit(.minutes(15)))
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
}
