import Foundation
import TestSupport
import Testing

/// A number that was given offline means one package here and, until it is pushed, another one everywhere else.
@Suite(.timeLimit(.minutes(60)))
struct RegisteredOfflineTests {
    /// Anna has deployed v1.1.0 and v1.2.0, while Bert has registered packages of his own under these numbers.
    private func parted() throws -> (SharedStore, anna: Machine, bert: Machine) {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("of bert", "--offline")
        try bert.register("of bert, too", "--offline")
        for (number, content) in [("v1.1.0", "of anna"), ("v1.2.0", "of anna, too")] {
            try anna.register(content)
            try anna.succeed("deploy m@\(number) --env production")
        }
        return (shared, anna, bert)
    }

    private func digest(of version: String, on machine: Machine) throws -> String {
        let shown = try machine.json("show m@\(version)")
        return try #require((shown["version"] as? [String: Any])?["digest"] as? String ?? shown["digest"] as? String)
    }

    /// What production runs by its ledger, by digest.
    private func live(_ machine: Machine) throws -> String? {
        (try machine.json("status")["environments"] as? [[String: Any]])?.first?["digest"] as? String
    }

    @Test(arguments: [false, true])
    func aRollbackMeansThePackageThatWasLive(offline: Bool) throws {
        let (shared, anna, bert) = try parted()
        let good = try digest(of: "v1.1.0", on: anna)
        #expect(try digest(of: "v1.1.0", on: bert) != good)
        try bert.succeed("status")
        try bert.succeed("rollback production\(offline ? " --offline" : "")")
        #expect(try live(bert) == good)
        if offline { try bert.succeed("push") }
        #expect(try live(anna) == good)
        try anna.succeed("verify --all")
        #expect(try anna.succeed("status").contains("PROBLEM") == false)
        try anna.succeed("follow production --directory live --once --name web1")
        #expect(try anna.shell("cat live/m/current/model.txt").output == "of anna")
        try shared.expectClean(anna, bert)
    }

    /// What only this machine knows is not put live for all, nor held under a number that means something else there.
    @Test func whatWaitsIsNotSpokenOfAtTheRemote() throws {
        let (shared, anna, bert) = try parted()
        let before = try live(anna)
        for line in [
            "deploy m@latest --env production", "hold m@v1.1.0 --env production", "mark m@v1.2.0 good --env production",
        ] {
            let said = try bert.fail(line, with: 13)
            #expect(said.contains("was registered offline") && said.contains("mlops push"), "\(said)")
        }
        #expect(try bert.fail("rollback production --to v1.3.0", with: 15).contains("never had the traffic"))
        // A hold of theirs is not released by a number of ours, nor taken for one of ours.
        try anna.succeed("hold m@v1.1.0 --env production")
        try bert.fail("unhold m@v1.1.0 --env production", with: 13)
        try bert.fail("hold m@v1.1.0 --env production", with: 13)
        #expect(try anna.succeed("status").contains("held: v1.1.0"))
        #expect(try live(anna) == before)
        #expect(try bert.succeed("remote check").contains("all there"))
        // Nor does the package of another machine come under a number that is taken here.
        #expect(try bert.fail("get m@production --to got", with: 13).contains("mlops push"))
        // Under another one it does.
        try anna.register("of anna, the third")
        try anna.succeed("deploy m@v1.3.0 --env production")
        try bert.succeed("get m@production --to got")
        #expect(try bert.shell("cat got/model.txt").output == "of anna, the third")
        try bert.succeed("follow production --directory live --once --name web1")
        try bert.succeed("maintain")
        try bert.succeed("push")
        #expect(try anna.versions() == ["v1.5.0", "v1.4.0", "v1.3.0", "v1.2.0", "v1.1.0", "v1.0.0"])
        try bert.succeed("deploy m@v1.5.0 --env production --timeout 0", allowing: [16])
        try anna.succeed("verify --all")
        #expect(try bert.serving() == "v1.5.0")
        try shared.expectClean(anna, bert)
    }

    /// A push that ends between its tags and its ledger goes on with the numbers that it gave, whatever came meanwhile.
    @Test(arguments: [false, true])
    func aPushThatEndsHalfwayGivesNoNumberTwice(maintained: Bool) throws {
        let shared = try SharedStore(versions: 0)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        // Packages that share most of their pieces, so that little of each is sent.
        try anna.shell("head -c 3000000 /dev/urandom > model.txt && cp model.txt ../b/")
        func change(_ machine: Machine, _ name: String, _ options: String = "") throws {
            try machine.shell("{ cat model.txt; echo \(name); } > next.txt && mv next.txt model.txt")
            try machine.succeed("register model.txt --model m \(options)")
        }
        try change(anna, "first")
        try bert.succeed("pull m@v1.0.0")
        for name in ["b1", "b2", "b3"] { try change(bert, name, "--offline") }
        try change(anna, "a1")
        try shared.hook("update", "case $1 in refs/heads/models/*) exit 1;; esac")
        try bert.fail("push", with: 15)
        try change(bert, "b4", "--offline")
        try bert.fail("push", with: 15)
        try shared.hook("update", "exit 0")
        if maintained { try anna.succeed("maintain") }
        try change(anna, "a2")
        try bert.succeed("push")
        try anna.succeed("pull --all")
        let versions = try anna.versions()
        #expect(versions == ["v1.6.0", "v1.5.0", "v1.4.0", "v1.3.0", "v1.2.0", "v1.1.0", "v1.0.0"])
        #expect(try Set(versions.map { try digest(of: $0, on: anna) }).count == versions.count)
        #expect(try shared.git("tag -l 'm@*' | wc -l").output == "\(versions.count)\n")
        for machine in [anna, bert, try shared.machine("c")] {
            try machine.succeed("pull --all")
            try machine.succeed("verify --all")
            try machine.succeed("remote check")
        }
        try shared.expectClean(anna, bert)
    }

    /// What is registered while a push is on its way goes with it or with the next one, and stops neither.
    @Test func aRegistrationBesideAPushIsNoHindrance() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("of bert", "--offline")
        try anna.register("of anna")
        try bert.scratch("beside.txt", "beside")
        try shared.hook(
            "post-receive",
            """
            mkdir '\(bert.path)/once' || exit 0
            cd '\(bert.path)'
            env -i PATH="$PATH" HOME=home MLOPS_ACTOR=bert '\(Binary.path)' register beside.txt --model m --offline -q
            """
        )
        try bert.succeed("push")
        #expect(FileManager.default.fileExists(atPath: "\(bert.path)/once"))
        try bert.succeed("push")
        #expect(try anna.versions() == ["v1.3.0", "v1.2.0", "v1.1.0", "v1.0.0"])
        #expect(try bert.versions() == anna.versions())
        try bert.succeed("verify --all")
        try shared.expectClean(anna, bert)
    }

    /// What waited is sent without the pieces that the remote has of other versions.
    @Test func whatWaitedIsSentInPart() throws {
        let shared = try SharedStore(versions: 0)
        let anna = try shared.machine("a", cloned: false)
        try shared.git("config transfer.unpackLimit 1")
        func packed() throws -> Int {
            let line = try shared.git("count-objects -v").output.split(separator: "\n").first {
                $0.hasPrefix("size-pack")
            }
            return Int(line?.split(separator: " ").last ?? "") ?? 0
        }
        try anna.shell("head -c 12000000 /dev/urandom > model.txt")
        try anna.succeed("register model.txt --model m")
        let first = try packed()
        #expect(first > 11_000)
        for name in ["b1", "b2"] {
            try anna.shell("echo \(name) >> model.txt")
            try anna.succeed("register model.txt --model m --offline")
        }
        try anna.succeed("push")
        #expect(try packed() - first < 11_000)
        try shared.machine("b").succeed("pull --all")
    }

    /// The same, by kills at any moment.
    @Test func killedPushesRenumberOnce() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        let rounds = 12
        let finished = try bert.shell(
            """
            RANDOM=5; hit=0
            for i in $(seq \(rounds)); do
              for k in 1 2; do
                head -c 60000 /dev/urandom > new.txt
                '\(Binary.path)' register new.txt --model m --offline -q 2> /dev/null || echo "register $i failed"
              done
              (cd ../a && echo $i > new.txt && '\(Binary.path)' register new.txt --model m -q) || echo "anna failed in $i"
              '\(Binary.path)' push -q > /dev/null 2>&1 & pid=$!
              sleep 0.$((RANDOM % 4))$((RANDOM % 10)); kill -9 $pid 2> /dev/null; wait $pid 2> /dev/null
              [ $? = 137 ] && hit=$((hit + 1))
              [ $((i % 3)) = 0 ] && { '\(Binary.path)' push -q || echo "push failed after $i"; }
            done > said 2>&1; grep -v Killed said; [ $hit -gt 1 ] || echo "only $hit kills hit a push"
            """
        )
        #expect(finished.output == "", "\(finished)")
        try bert.succeed("push")
        try anna.succeed("pull --all")
        let versions = try anna.versions()
        #expect(versions.count == 1 + 3 * rounds)
        #expect(try shared.git("tag -l 'm@*' | wc -l").output == "\(versions.count)\n")
        #expect(try Set(versions.map { try digest(of: $0, on: anna) }).count == versions.count)
        try anna.succeed("verify --all")
        try anna.succeed("remote check")
        try shared.expectClean(anna, bert)
    }

    /// A tag of the remote that is a second name of a version is no version.
    @Test func aSecondNameIsTakenAway() throws {
        let shared = try SharedStore(versions: 2)
        let anna = try shared.machine("a", cloned: false)
        try shared.git("update-ref refs/tags/m@v1.9.0 refs/tags/m@v1.0.0")
        let check = try anna.mlops("remote check")
        #expect(check.status == 12 && check.output.contains("UNFINISHED  m@v1.9.0"), "\(check)")
        #expect(try anna.succeed("maintain").contains("took away the tag m@v1.9.0"))
        #expect(try anna.versions() == ["v1.1.0", "v1.0.0"])
        try anna.succeed("remote check")
        #expect(try anna.register("next").contains("v1.2.0"))
    }

    /// What others have registered is not taken for the second name of something that waits here.
    @Test func whatWaitsIsNoReasonToTakeTagsAway() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("the same", "--offline")
        for content in ["another", "the same"] { try anna.register(content) }
        try bert.succeed("remote check")
        try bert.succeed("maintain")
        try bert.succeed("push")
        #expect(try shared.git("tag -l 'm@*'").output == "m@v1.0.0\nm@v1.1.0\nm@v1.2.0\n")
        try shared.machine("c").succeed("pull --all")
        try bert.succeed("get m@v1.2.0 --to got")
        #expect(try bert.shell("cat got/model.txt").output == "the same")
    }

    /// A push that was killed when the remote had everything keeps the packages of this machine, and says their numbers.
    @Test func aPushKilledAtItsEndKeepsWhatIsHere() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("of bert", "--offline")
        try anna.register("of anna")
        try bert.shell(
            "git --git-dir .mlops/store.git for-each-ref --format='create %(refname) %(objectname)' > before"
        )
        try bert.succeed("push")
        try bert.shell(
            """
            cd .mlops/store.git && git for-each-ref --format='delete %(refname)' | git update-ref --stdin
            git update-ref --stdin < ../../before
            """
        )
        #expect(try bert.succeed("push").contains("v1.1.0 is v1.2.0 now"))
        try bert.succeed("get m@v1.2.0 --to got --offline")
        #expect(try bert.shell("cat got/model.txt").output == "of bert")
        #expect(try shared.git("tag -l 'm@*'").output == "m@v1.0.0\nm@v1.1.0\nm@v1.2.0\n")
    }

    /// A tag that is no version of ours is in nobody's way.
    @Test func aStrayTagIsLeftAlone() throws {
        let shared = try SharedStore(versions: 1)
        let anna = try shared.machine("a", cloned: false)
        try shared.git("tag m@v9.9.9 mlops")
        for _ in 0..<2 { try anna.succeed("maintain") }
        try anna.succeed("maintain --offline")
        #expect(try anna.register("next").contains("v1.1.0"))
    }

    /// GTO hears of deployments that are in the ledgers, and of no others.
    @Test func whatIsOvertakenIsNotTold() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for number in ["v1.0.0", "v1.1.0"] { try anna.succeed("deploy m@\(number) --env production") }
        try bert.succeed("pull --all")
        for number in ["v1.2.0", "v1.0.0"] { try bert.succeed("deploy m@\(number) --env production --offline") }
        try anna.succeed("rollback production")
        try bert.fail("push --dry-run", with: 13)
        try bert.fail("push", with: 13)
        #expect(
            try shared.git("tag -l 'm#*'").output == "m#production#1\nm#production#2\nm#production#3\n"
        )
    }

    /// What was retired offline is the package, whatever number it gets.
    @Test func aRetirementGoesWithItsPackage() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for name in ["b1", "b2", "b3"] { try bert.register(name, "--offline") }
        try bert.succeed("retire m --keep 1 --offline")
        try bert.succeed("retire --undo m@v1.2.0 --offline")
        for name in ["a1", "a2"] { try anna.register(name) }
        let gone = try digest(of: "v1.1.0", on: bert)
        try bert.succeed("push")
        let retired = try anna.versions().filter { try anna.succeed("show m@\($0)").contains("retired by b") }
        #expect(retired == ["v1.3.0", "v1.0.0"])
        #expect(try digest(of: "v1.3.0", on: anna) == gone)
    }
}
