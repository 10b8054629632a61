import Foundation
import TestSupport
import Testing

/// What the person on call types, and what is asked of the history afterwards.
@Suite(.timeLimit(.minutes(60)))
struct OnCallTests {
    /// A project whose history is known by the hour: one version from the first of January on, another for a day, and back.
    private func project() throws -> Project {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        for (time, verb) in [
            ("2026-01-01 10:00:00", "deploy penguins@v1.0.0 --env production"),
            ("2026-01-02 10:00:00", "deploy penguins@v1.0.1 --env production --reason nightly"),
            ("2026-01-03 10:00:00", "rollback production"),
        ] {
            let finished = try project.shell("TZ=UTC faketime -f '@\(time)' '\(Binary.path)' \(verb)")
            #expect(finished.status == 0, "\(finished)")
        }
        return project
    }

    @Test(arguments: [
        ("2026-01-01T10:00Z", "v1.0.0", "until 2026-01-02T10:00:0"),
        ("2026-01-02 09:59", "v1.0.0", "until 2026-01-02T10:00:0"),
        ("2026-01-02T12:00:30+01:00", "v1.0.1", "until 2026-01-03T10:00:0"),
        ("2026-01-05", "v1.0.0", "and still"),
    ])
    func theHistorySaysWhatRan(time: String, version: String, end: String) throws {
        let project = try project()
        let text = try project.succeed("what-ran production --at '\(time)'")
        #expect(text.contains("penguins \(version)\n") && text.contains(end), "\(text)")
        if version == "v1.0.1" { #expect(text.contains("by anna: \"nightly\"")) }
    }

    @Test func theHistorySaysForHowLong() throws {
        let project = try project()
        let history = try project.succeed("history production")
        #expect(history.contains(/2  2026-01-02T10:00:0\dZ  deploy +v1.0.1 +24 h  anna/), "\(history)")
        let document = try project.json("history production")
        let entries = try #require((document["models"] as? [[String: Any]])?.first?["deployments"] as? [[String: Any]])
        let seconds = entries.compactMap { $0["served_seconds"] as? Double }
        #expect(seconds.count == 3 && abs(seconds[1] - 86_400) < 60 && abs(seconds[2] - 86_400) < 60, "\(seconds)")
    }

    @Test func nothingRanBefore() throws {
        let project = try project()
        #expect(try project.fail("what-ran production --at 2025-12-31", with: 14).contains("nothing ran in production"))
        try project.fail("what-ran nowhere --at 2026-01-02", with: 14)
        try project.fail("what-ran production --at yesterday", with: 64)
    }

    @Test func theReasonIsAddedLater() throws {
        let project = try project()
        let before = try project.json("status production --json")
        try project.succeed("annotate production --revision 2 --reason 'the scanner was broken' --incident INC-42")
        let history = try project.succeed("history production")
        #expect(history.contains("nightly"), "what was said stays: \(history)")
        #expect(history.contains(/annotate 2 .*the scanner was broken, incident INC-42/), "\(history)")
        // Where nothing else is said, it is the last move.
        try project.succeed("annotate production --reason 'rolled back by hand'")
        #expect(try project.succeed("history production").contains(/annotate 3 .*rolled back by hand/))
        let after = try project.json("status production --json")
        func live(_ status: [String: Any]) -> String? {
            (((status["models"] as? [[String: Any]])?.first?["routes"] as? [[String: Any]])?.first?["version"])
                as? String
        }
        #expect(live(before) == live(after))
        // A rollback by somebody else a minute later still finds that all was done.
        #expect(try project.succeed("rollback production").contains("rolled back already"))
        try project.fail("annotate production", with: 64)
        try project.fail("annotate production --revision 99 --reason x", with: 14)
    }

    @Test func aDrillChangesNothing() throws {
        let project = try project()
        try project.succeed("deploy penguins@v1.0.1 --env production --reason again", allowing: [15])
        try project.succeed("unhold penguins@v1.0.1 --env production")
        try project.succeed("deploy penguins@v1.0.1 --env production")
        let tree =
            "git --git-dir .mlops/store.git for-each-ref; find . -path ./.mlops -prune -o -type f -print | sort | xargs md5sum"
        let before = try project.shell(tree).output
        let drill = try project.succeed("rollback production --drill")
        #expect(
            drill.contains("drill: penguins v1.0.1 -> v1.0.0") && drill.hasSuffix("nothing was changed\n"),
            "\(drill)"
        )
        #expect(drill.contains("golden rows"), "\(drill)")
        let document = try project.json("rollback production --drill")
        #expect((document["seconds"] as? Double ?? 0) > 0)
        #expect(try project.shell(tree).output == before)
        #expect(try project.succeed("rollback production").contains("v1.0.1 -> v1.0.0"))
        try project.fail("rollback production --drill --dry-run", with: 64)
    }

    @Test func aMomentIsAWayBack() throws {
        let project = try project()
        // What was left is held, whatever the way that leads back to it.
        #expect(try project.fail("rollback production --at 2026-01-02T12:00Z", with: 15).contains("held"))
        let back = try project.succeed("rollback production --at 2026-01-02T12:00Z --force")
        #expect(back.contains("v1.0.0 -> v1.0.1"), "\(back)")
        try project.fail("rollback production --at 2025-01-01 --force", with: 15)
        try project.fail("rollback production --at 2026-01-02 --to v1.0.0", with: 64)
    }
}
