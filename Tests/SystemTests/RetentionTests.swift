import Foundation
import Support
import TestSupport
import Testing

/// A store that shrinks, and forgets nothing.
@Suite(.timeLimit(.minutes(60)))
struct RetentionTests {
    /// A project with ten versions of half a megabyte that share nothing, some of which are needed.
    private func project() throws -> Project {
        let project = try Project()
        try project.succeed("init . -q")
        try project.scratch.write("mlops.yaml", "model: m\nenvironments: {production: {directory: live}}\n")
        for number in 0..<10 {
            try project.scratch.write("model.bin", CounterRandom(seed: UInt64(number), stream: 9).bytes(500_000))
            try project.succeed("register model.bin --model m -q")
        }
        // v1.0.0 is marked good, v1.1.0 held, v1.2.0 last good, v1.3.0 live.
        for version in ["v1.0.0", "v1.2.0", "v1.3.0"] { try project.succeed("deploy m@\(version) --env production -q") }
        try project.succeed("mark m@v1.0.0 good --env production --reason fine -q")
        try project.succeed("mark m@v1.2.0 good --env production --reason fine -q")
        try project.succeed("hold m@v1.1.0 --env production --reason never -q")
        return project
    }

    private func size(_ project: Project) throws -> Int {
        Int(try project.shell("du -sk .mlops/store.git/objects | cut -f1").output.dropLast()) ?? 0
    }

    @Test func whatIsNeededStaysAndTheRestGoes() throws {
        let project = try project()
        let plan = try project.json("retire m --keep 2 --dry-run")
        func versions(_ key: String, _ report: [String: Any]) -> [String] {
            (report[key] as? [[String: Any]])?.compactMap { $0["version"] as? String } ?? []
        }
        #expect(versions("retired", plan) == ["v1.7.0", "v1.6.0", "v1.5.0", "v1.4.0"])
        let kept = (plan["kept"] as? [[String: Any]]) ?? []
        let reasons = Dictionary(
            uniqueKeysWithValues: kept.map { ($0["version"] as? String ?? "", $0["kept"] as? [String] ?? []) }
        )
        #expect(reasons["v1.9.0"] == ["among the newest 2"])
        #expect(reasons["v1.3.0"]?.contains("live in production") == true)
        #expect(reasons["v1.2.0"]?.contains("last good of production") == true)
        #expect(reasons["v1.1.0"] == ["held in production"])
        #expect(reasons["v1.0.0"]?.contains("marked good in production") == true)
        #expect(try project.json("show m@v1.7.0")["retirement"] == nil)
        #expect(try project.json("retire m --keep 2 --older-than 1d --dry-run")["retired"] as? [String] == [])

        let before = try size(project)
        #expect(
            versions("retired", try project.json("retire m --keep 2 --reason tidy")) == [
                "v1.7.0", "v1.6.0", "v1.5.0", "v1.4.0",
            ]
        )
        #expect(try project.json("retire m --keep 2")["changed"] as? Bool == false)
        // In quarantine nothing is gone, and nothing goes live.
        #expect(try project.json("gc")["in_quarantine"] as? Int == 4)
        #expect(try project.fail("deploy m@v1.5.0 --env production", with: 15).contains("retire --undo m@v1.5.0"))
        try project.succeed("get m@v1.5.0 --to got")
        try project.succeed("retire --undo m@v1.5.0")
        try project.succeed("deploy m@v1.5.0 --env production -q")
        try project.succeed("rollback production --no-hold -q")
        #expect(try size(project) >= before)

        // The quarantine of those retired now is over at once.
        let tidied = versions("retired", try project.json("retire m --keep 1 --quarantine 0s"))
        #expect(tidied == ["v1.8.0", "v1.5.0", "v1.3.0"])
        let freed = try project.json("gc --grace 0s")
        #expect(freed["freed"] as? [String] == ["m@v1.3.0", "m@v1.5.0", "m@v1.8.0"])
        #expect(try size(project) < before - 1200)
        #expect(try project.fail("get m@v1.8.0 --to gone", with: 14).contains("its weights are gone"))
        #expect(try project.fail("retire --undo m@v1.8.0", with: 15).contains("its weights went at"))
        // Its history is not.
        let show = try project.json("show m@v1.8.0")
        #expect((show["members"] as? [Any])?.count == 1 && (show["card"] as? String)?.isEmpty == false)
        #expect((try project.json("list --all")["models"] as? [[String: Any]])?.first?["count"] as? Int == 10)
        try project.succeed("verify --all")
        try project.expectCleanStore()

        // Registered once more, it is back under its number.
        try project.scratch.write("model.bin", CounterRandom(seed: 8, stream: 9).bytes(500_000))
        #expect(try project.succeed("register model.bin --model m").contains("v1.8.0"))
        try project.succeed("get m@v1.8.0 --to back")
        #expect(try project.shell("cmp model.bin back/model.bin").status == 0)
        try project.expectCleanStore()
    }

    /// Chunks that a version shares with one that stays are not removed, whether they are loose or packed.
    @Test(arguments: [false, true])
    func sharedChunksStay(packed: Bool) throws {
        let project = try Project()
        try project.succeed("init . -q")
        let base = CounterRandom(seed: 3, stream: 9).bytes(6_000_000)
        for number in 0..<4 {
            try project.scratch.write("model.bin", base + Array("\(number)".utf8))
            try project.succeed("register model.bin --model m -q")
        }
        if packed { try project.succeed("maintain -q") }
        try project.succeed("retire m --keep 1 --quarantine 0s -q")
        try project.succeed("gc --grace 0s -q")
        #expect(try project.shell("git --git-dir .mlops/store.git tag").output == "m@v1.3.0\n")
        try project.succeed("get m@v1.3.0 --to got")
        #expect(try project.shell("cmp model.bin got/model.bin").status == 0)
        #expect(try size(project) < 6_600)
        try project.expectCleanStore()
    }

    /// A clone frees at the remote as well; a host that refuses deletions keeps its own, and says so.
    @Test func theRemoteIsFreedToo() throws {
        let shared = try SharedStore(versions: 6)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        try anna.succeed("deploy m@v1.4.0 --env production")
        try anna.succeed("deploy m@v1.5.0 --env production")
        try bert.succeed("retire m --keep 2 --quarantine 0s")
        #expect(try anna.succeed("show m@v1.1.0").contains("retired by b"))
        try shared.hook("update", "case $3 in 000*) echo 'tags stay here' >&2; exit 1;; esac")
        let refused = try bert.succeed("gc --grace 0s")
        #expect(
            refused.contains("the remote keeps m@v1.1.0: hook declined") && refused.contains("tags stay here"),
            "\(refused)"
        )
        try shared.hook("update", "exit 0")
        try bert.succeed("gc --grace 0s")
        #expect(try shared.git("tag -l 'm@*'").output == "m@v1.4.0\nm@v1.5.0\n")
        #expect(try shared.git("tag -l 'm#*'").output == "m#production#2\nm#production#3\n")
        // What another clone still has of it, it neither brings back nor misses.
        try anna.succeed("push")
        #expect(try shared.git("tag -l 'm@v1.1.0'").output == "")
        try anna.succeed("gc --grace 0s")
        #expect(try anna.shell("git --git-dir .mlops/store.git tag -l 'm@v1.1.0'").output == "")
        try anna.succeed("rollback production")
        #expect(try bert.serving() == "v1.4.0")
        try anna.succeed("remote check")
        try shared.expectClean(anna, bert)
    }

    /// While the weights of a version go, nobody takes its retirement back or puts it live; registered once more, it stays.
    @Test(arguments: ["retire --undo m@v1.0.0", "deploy m@v1.0.0 --env production", "register model.txt --model m"])
    func aVersionThatIsGoingIsNotWanted(_ line: String) throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.succeed("pull --all")
        try bert.scratch("model.txt", "0")
        try anna.succeed("retire m --keep 1 --quarantine 0s")
        try shared.hook(
            "pre-receive",
            """
            grep -q ' 0000000000000000000000000000000000000000 refs/tags/m@v1.0.0' && mkdir '\(bert.path)/once' || exit 0
            cd '\(bert.path)'
            env -i PATH="$PATH" HOME=home MLOPS_ACTOR=bert '\(Binary.path)' \(line) > said 2>&1; echo $? > code
            """
        )
        try anna.succeed("gc --grace 0s")
        let isRegistered = line.hasPrefix("register")
        let said = try bert.shell("cat code said").output
        #expect(said.hasPrefix(isRegistered ? "0" : "15"), "\(said)")
        try bert.succeed("remote check")
        let fresh = try shared.machine("c")
        #expect(try fresh.mlops("get m@v1.0.0 --to got").status == (isRegistered ? 0 : 14))
        #expect(try fresh.mlops("get m@v1.1.0 --to other").status == 14)
        if !isRegistered { try fresh.fail("deploy m@v1.0.0 --env production", with: 15) }
        try shared.expectClean(anna, bert)
    }

    /// Without the remote nobody can say what others need: nothing goes, and no rollback is stopped by it.
    @Test func nothingGoesThatOthersCannotBeAskedAbout() throws {
        let shared = try SharedStore(versions: 4)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("retire m --keep 1 --quarantine 0s --offline")
        let said = try anna.succeed("gc --offline --grace 0s")
        #expect(said.contains("m@v1.0.0") && said.contains("cannot be asked"), "\(said)")
        for number in ["v1.0.0", "v1.3.0"] { try bert.succeed("deploy m@\(number) --env production") }
        try anna.succeed("push")
        try bert.succeed("rollback production")
        #expect(try bert.serving() == "v1.0.0")
        let freed = try anna.json("gc --grace 0s")
        #expect(freed["freed"] as? [String] == ["m@v1.1.0", "m@v1.2.0"])
        try bert.succeed("get m@v1.0.0 --to got")
        try bert.succeed("remote check")
        #expect(try bert.fail("pull m@v1.1.0", with: 14).contains("retired"))
    }

    /// Nobody is sent back to a version whose weights are gone, whoever says what of it afterwards.
    @Test func whatIsGoneIsNoWayBack() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for number in ["v1.0.0", "v1.1.0", "v1.2.0"] { try anna.succeed("deploy m@\(number) --env production") }
        try bert.succeed("retire m --keep 1 --quarantine 30d --offline")
        try anna.succeed("retire m --keep 1 --quarantine 0s")
        try anna.succeed("gc --grace 0s")
        #expect(try shared.git("tag -l 'm@*'").output == "m@v1.1.0\nm@v1.2.0\n")
        // Who retired it offline does not bring it back by that.
        try bert.succeed("push")
        #expect(try bert.succeed("show m@v1.0.0").contains("its weights went at"))
        try anna.succeed("mark m@v1.1.0 bad --env production")
        #expect(try anna.fail("rollback production", with: 15).contains("nothing to roll back to"))
        try anna.succeed("gc --grace 0s")
        try anna.fail("rollback production --to v1.0.0", with: 15)
        #expect(try bert.serving() == "v1.2.0")
    }

    /// What is done already is not done again: a pack is made anew when something goes out of it, and at no other time.
    @Test func nothingIsDoneTwice() throws {
        let project = try project()
        try project.succeed("maintain -q")
        try project.succeed("retire m --keep 2 --quarantine 0s -q")
        func packs() throws -> String {
            try project.shell("stat -c '%n %i %y' .mlops/store.git/objects/pack/*.pack").output
        }
        let before = try packs()
        // Too young: plain git may just have brought it.
        #expect(try project.json("gc --grace 1h")["young_packs"] as? Int == 1)
        #expect(try packs() == before)
        // What comes due before that is finished, goes with it.
        try project.succeed("retire m --keep 1 --quarantine 0s -q")
        #expect(try project.json("gc --grace 0s")["freed"] as? [String] == ["m@v1.8.0"])
        #expect(try project.json("gc --dry-run --grace 0s")["freed"] as? [String] == [])
        let after = try packs()
        #expect(after != before && !after.isEmpty)
        #expect(try size(project) < 3_600)
        try project.succeed("gc --grace 0s -q")
        #expect(try packs() == after)
        // As a kill leaves it that came before the tags went.
        try project.scratch.write("mlops.yaml", "model: m\nenvironments: {production: {directory: live}}\n")
        try project.scratch.write("model.bin", CounterRandom(seed: 77, stream: 9).bytes(500_000))
        try project.succeed("register model.bin --model m -q")
        try project.succeed("retire m --keep 1 --quarantine 0s -q")
        try project.shell("touch .mlops/store.git/mlops/freeing")
        #expect(try project.json("gc --grace 0s")["freed"] as? [String] == ["m@v1.9.0"])
        #expect(try project.shell("ls .mlops/store.git/mlops/freeing").status != 0)
        try project.succeed("verify --all")
        try project.expectCleanStore()
    }

    /// Who registers a package once more while another process is about to remove its weights, has it.
    @Test(arguments: [false, true])
    func whatComesBackAtTheLastMomentStays(shares: Bool) throws {
        let shared = try SharedStore(versions: 3)
        let anna = try shared.machine("a", cloned: false)
        if !shares { try anna.succeed("remote remove") }
        try anna.succeed("retire m --keep 1 --quarantine 0s")
        try anna.scratch("model.txt", "0")
        let said = try anna.shell(
            """
            flock -s .mlops/store.git/mlops/objects.lock sleep 5 & sleep 0.3
            '\(Binary.path)' gc --grace 0s > said 2>&1 & gc=$!
            sleep 3; '\(Binary.path)' register model.txt --model m; wait $gc || cat said; wait
            """
        )
        #expect(said.status == 0 && said.output.contains("v1.0.0"), "\(said)")
        try anna.succeed("get m@v1.0.0 --to got")
        #expect(try anna.shell("cat got/model.txt").output == "0")
        #expect(try anna.mlops("get m@v1.1.0 --to gone").status == 14)
        try anna.succeed("verify --all")
        if shares {
            try anna.succeed("remote check")
            try shared.machine("c").succeed("get m@v1.0.0 --to got")
        }
        try shared.expectClean(anna)
    }

    /// A package that is registered once more by a clone that still has it, is back for all.
    @Test func whatOneCloneStillHasComesBackForAll() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.succeed("pull --all")
        try anna.succeed("retire m --keep 1 --quarantine 0s")
        try anna.succeed("gc --grace 0s")
        for line in ["bundle create m@v1.1.0 --to ../capsule --dry-run", "bundle create m@v1.1.0 --to ../capsule"] {
            try anna.fail(line, with: 14)
        }
        #expect(try bert.register("0").contains("v1.0.0"))
        try shared.machine("c").succeed("get m@v1.0.0 --to got")
        try anna.succeed("get m@v1.0.0 --to got")
        try anna.succeed("remote check")
        try shared.expectClean(anna, bert)
    }

    /// Who took a retirement back and was killed before he could note that the remote knows, does not take back a later one.
    @Test func anUndoCountsOnce() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.succeed("pull --all")
        try anna.succeed("retire m --keep 1")
        try bert.succeed("status -q")
        try bert.succeed("retire --undo m@v1.0.0 --offline")
        let own = try bert.shell("git --git-dir .mlops/store.git rev-parse models/m").output.dropLast()
        try anna.register("another")
        try bert.succeed("push")
        #expect(try anna.json("show m@v1.0.0")["retirement"] == nil)
        // As a kill between the two would have left it.
        try bert.shell("git --git-dir .mlops/store.git update-ref refs/heads/models/m \(own)")
        try anna.succeed("retire m --keep 2 --reason again")
        try bert.succeed("push")
        #expect(try anna.json("show m@v1.0.0")["retirement"] != nil)
        #expect(try bert.json("show m@v1.0.0")["retirement"] != nil)
        try shared.expectClean(anna, bert)
    }

    /// A bare repository as we advise to set it up gets its space back by the line that we advise for that.
    @Test func aServerGetsItsSpaceBack() throws {
        let shared = try SharedStore(versions: 0)
        let anna = try shared.machine("a", cloned: false)
        let settings = try #require(try anna.json("remote check")["server_settings"] as? [String])
        for line in settings { #expect(try Shell.run(line, in: shared.remote).status == 0, "\(line)") }
        // So that packs of this size count as large ones.
        try shared.git("config gc.bigPackThreshold 100000")
        for _ in 0..<3 {
            try anna.shell("head -c 2000000 /dev/urandom > model.txt")
            try anna.succeed("register model.txt --model m -q")
        }
        func size() throws -> Int {
            Int(try Shell.run("du -sk objects | cut -f1", in: shared.remote).output.dropLast()) ?? 0
        }
        #expect(try size() > 5_800)
        try anna.succeed("retire m --keep 1 --quarantine 0s -q")
        try anna.succeed("gc --grace 0s -q")
        let page = try String(contentsOfFile: "\(Path.parent(#filePath))/../../docs/sharing.md", encoding: .utf8)
        let line = try #require(page.firstMatch(of: #/`(git [^`]*gc )--prune=1\.hour\.ago`/#)).output.1
        #expect(try Shell.run("\(line) -q --prune=now", in: shared.remote).status == 0)
        #expect(try size() < 2_500)
        try anna.succeed("get m@v1.2.0 --to got")
        try shared.expectClean(anna)
    }

    /// A clone that still has what was freed does not send it along with what it registers next.
    @Test func freedWeightsDoNotTravelBack() throws {
        let shared = try SharedStore(versions: 0)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for _ in 0..<3 {
            try anna.shell("head -c 2000000 /dev/urandom > model.txt")
            try anna.succeed("register model.txt --model m")
        }
        try bert.succeed("pull --all")
        try anna.succeed("retire m --keep 1 --quarantine 0s")
        try anna.succeed("gc --grace 0s")
        try shared.git("gc -q --prune=now")
        try bert.register("small")
        let size = try shared.git("count-objects -v").output.split(separator: "\n").compactMap { line in
            line.hasPrefix("size") ? Int(line.split(separator: " ")[1]) : nil
        }
        #expect(size.reduce(0, +) < 2_500, "kB, beside 2,000 of the version that stays")
    }

    /// What was freed does not come back with the tags of other clones, and is no hindrance to anybody.
    @Test func whatIsFreedStaysFreed() throws {
        let shared = try SharedStore(versions: 4)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for version in ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"] {
            try anna.succeed("deploy m@\(version) --env production")
        }
        try anna.succeed("mark m@v1.2.0 good --env production")
        try bert.succeed("pull --all")
        // GTO's tags, as a clone by plain git has them.
        try bert.shell("git --git-dir .mlops/store.git fetch -q ../remote.git 'refs/tags/*:refs/tags/*'")
        try anna.succeed("retire m --keep 1 --quarantine 0s")
        try anna.succeed("gc --grace 0s")
        let tags = try shared.git("tag --list").output
        #expect(!tags.contains("m#production#1\n") && tags.contains("m@v1.2.0"), "\(tags)")
        try bert.succeed("push")
        #expect(try shared.git("tag --list").output == tags)
        #expect(try bert.succeed("list m").split(separator: "\n").count { $0.hasSuffix("retired") } == 2)
        // Who brought one back all the same, by plain git, sees it go.
        try bert.shell("git --git-dir .mlops/store.git push -q ../remote.git 'refs/tags/m#production#1'")
        try anna.succeed("gc --grace 0s")
        #expect(try shared.git("tag --list").output == tags)
        let fresh = try shared.machine("c")
        try fresh.succeed("pull --all")
        #expect(try Shell.run("git init -q --bare other.git", in: shared.scratch.path).status == 0)
        try anna.succeed("remote remove")
        try anna.succeed("remote add ../other.git")
        try anna.succeed("push")
        try anna.succeed("remote check")
    }
}
