import Foundation
import Support
import TestSupport
import Testing

/// Several machines and one shared store.
@Suite(.timeLimit(.minutes(60)))
struct SharingTests {
    @Test func whatOneMachineDoesTheOthersSeeAtOnce() throws {
        let shared = try SharedStore(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        #expect(try bert.serving() == "v1.0.0")
        try bert.register("from bert")
        #expect(try anna.versions() == ["v1.2.0", "v1.1.0", "v1.0.0"])
        try anna.succeed("deploy m@v1.2.0 --env production")
        try bert.succeed("mark m@v1.2.0 good --env production --reason fine")
        try bert.succeed("hold m@v1.1.0 --env production")
        let history = try anna.succeed("history production")
        #expect(history.contains("mark") && history.contains("hold") && history.contains("b"))
        try shared.expectClean(anna, bert)
        // The remote is a store that plain git reads.
        #expect(try shared.git("tag -l 'm@*'").output == "m@v1.0.0\nm@v1.1.0\nm@v1.2.0\n")
        try shared.git("symbolic-ref HEAD refs/heads/mlops")
        let restored = try Shell.run(
            "git clone -q remote.git plain && cd plain && for b in $(git ls-tree --object-only 'm@v1.2.0:archive'); do git cat-file blob $b; done | zstd -dc | tar x && cat model.txt",
            in: shared.scratch.path
        )
        #expect(restored.output == "from bert", "\(restored)")
    }

    /// A clone begins with the ledgers; the package of a version comes when somebody reads it.
    @Test func weightsComeWhenTheyAreNeeded() throws {
        let shared = try SharedStore()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try Data(CounterRandom(seed: 5, stream: 0).bytes(8_000_000)).write(
            to: URL(filePath: "\(anna.path)/large.bin")
        )
        for number in 1...3 {
            try anna.shell("echo \(number) >> large.bin")
            try anna.succeed("register large.bin --model m")
        }
        try bert.succeed("pull -q")
        func size() throws -> Int { Int(try bert.shell("du -sk .mlops/store.git | cut -f1").output.dropLast()) ?? 0 }
        #expect(try size() < 1000)
        #expect(try bert.shell("git --git-dir .mlops/store.git tag | wc -l").output == "0\n")
        try bert.succeed("get m@v1.2.0 --to got")
        let first = try size()
        #expect((8000..<9000).contains(first))
        // The next version shares all chunks but the last: only that one is fetched.
        try bert.succeed("pull m@v1.3.0")
        #expect(try size() - first < 4000)
        let offline = try bert.fail("get m@v1.1.0 --to other --offline", with: 14)
        #expect(offline.contains("mlops pull m@v1.1.0"))
        try bert.succeed("get m@v1.3.0 --to other --offline")
        #expect(try Shell.run("cmp a/large.bin b/other/large.bin", in: shared.scratch.path).status == 0)
        // Pushed the same way: the remote got each chunk once.
        let remote = try #require(
            Int(try Shell.run("du -sk remote.git | cut -f1", in: shared.scratch.path).output.dropLast())
        )
        #expect(remote < 16_000)
    }

    /// A laptop without weights deploys and rolls back; the server follows, and answers.
    @Test func aServerFollowsAndAnswers() throws {
        let shared = try SharedStore(versions: 3)
        let (laptop, server) = (try shared.machine("laptop"), try shared.machine("server"))
        let follower = try server.start("follow production --directory live --name server-1 --interval 0.2")
        defer { follower.stop() }
        try laptop.succeed("deploy m@v1.0.0 --env production --timeout 30")
        try laptop.succeed("mark m@v1.0.0 good --env production --reason fine")
        // From now on the follower is known, and is waited for.
        try follower.waitFor { try server.shell("cat live/m/current/model.txt").output == "0" }
        let deployed = try laptop.json("deploy m@v1.1.0 --env production --timeout 30")
        let answer = try #require((deployed["targets"] as? [[String: Any]])?.first)
        #expect(answer["follower"] as? String == "server-1" && answer["serves"] as? String == "v1.1.0")
        #expect(try server.shell("cat live/m/current/model.txt").output == "1")
        // Nothing of it was ever on the laptop.
        try laptop.shell("git --git-dir .mlops/store.git tag | xargs -r git --git-dir .mlops/store.git tag -d")
        let back = try laptop.succeed("rollback production --timeout 30")
        #expect(back.contains("server-1   serves v1.0.0") && back.contains("by the word of server-1"), "\(back)")
        #expect(try laptop.shell("git --git-dir .mlops/store.git tag").output == "")
        #expect(try server.shell("cat live/m/current/model.txt").output == "0")
        #expect(try laptop.succeed("status").contains("server-1: serves v1.0.0"))
        // The line is cut: the server goes back on its own disk, and its follower with it.
        try laptop.succeed("deploy m@v1.2.0 --env production --timeout 30")
        try shared.cut()
        let cut = try server.mlops("rollback production --offline --reason 'all red' --timeout 30")
        #expect(cut.status == 0 && cut.output.contains("server-1   serves v1.0.0"), "\(cut)")
        #expect(try server.shell("cat live/m/current/model.txt").output == "0")
        try shared.mend()
        try follower.waitFor { try laptop.serving() == "v1.0.0" }
        #expect(try laptop.succeed("history production").contains("all red"))
        // One that does not answer is named.
        follower.stop()
        let silent = try laptop.mlops("deploy m@v1.0.0 --env production --timeout 1")
        #expect(silent.status == 0, "what runs is deployed again: \(silent)")
        let waiting = try laptop.mlops("rollback production --to v1.2.0 --force --timeout 1")
        #expect(
            waiting.status == 16 && waiting.output.contains("server-1") && waiting.output.contains("has not answered"),
            "\(waiting)"
        )
        let once = try server.mlops("follow production --directory live --name server-1 --once")
        #expect(once.status == 0 && once.output.contains("m v1.2.0"), "\(once)")
        try shared.expectClean(laptop, server)
    }

    @Test func theLoserOfANumberGetsTheNext() throws {
        let shared = try SharedStore()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("offline, first", "--offline")
        try bert.register("offline, second", "--offline")
        #expect(try bert.succeed("status").contains("not pushed  models/m: 2 changes"))
        try anna.register("online")
        #expect(try bert.succeed("status").contains("DIVERGED  models/m: 2 changes"))
        let refused = try bert.fail("register model.txt --model m", with: 13)
        #expect(refused.contains("mlops push"))
        let push = try bert.json("push")
        let moved = (push["renumbered"] as? [[String: String]])?.map { "\($0["from"] ?? "") \($0["to"] ?? "")" }
        #expect(moved == ["v1.1.0 v1.2.0", "v1.2.0 v1.3.0"])
        for machine in [anna, bert] { #expect(try machine.versions() == ["v1.3.0", "v1.2.0", "v1.1.0", "v1.0.0"]) }
        for (version, content) in [("v1.1.0", "online"), ("v1.2.0", "offline, first"), ("v1.3.0", "offline, second")] {
            try bert.succeed("get m@\(version) --to got-\(version)")
            #expect(try bert.shell("cat got-\(version)/model.txt").output == content)
        }
        #expect(try bert.json("push")["changed"] as? Bool == false)
        try bert.succeed("verify --all")
        try shared.expectClean(anna, bert)
    }

    /// The same package, registered on two machines without a line between them, is one version in the end.
    @Test func onePackageFromTwoMachinesIsOneVersion() throws {
        let shared = try SharedStore()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("first", "--offline")
        try bert.register("same", "--offline")
        try anna.register("same")
        try bert.succeed("push")
        #expect(try bert.versions() == ["v1.2.0", "v1.1.0", "v1.0.0"])
        #expect(try bert.succeed("get m@v1.1.0 --to got") != "" && bert.shell("cat got/model.txt").output == "same")
        try shared.expectClean(anna, bert)
    }

    @Test func aRollbackMadeOfflineIsToldAtTheNextContact() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, server) = (try shared.machine("a", cloned: false), try shared.machine("server"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        try anna.succeed("deploy m@v1.1.0 --env production")
        try server.succeed("status -q")
        try server.succeed("pull m@v1.0.0")
        try shared.cut()
        let said = try server.mlops("rollback production --reason broken --offline")
        #expect(said.status == 0 && said.errors.contains("nobody else sees this"), "\(said)")
        let unreachable = try server.fail("rollback production --to v1.1.0", with: 10)
        #expect(unreachable.contains("remote"))
        #expect(try server.succeed("status --offline").contains("not pushed  environments/production/m: 1 change"))
        // Another machine cannot know of it, and deploys.
        try shared.mend()
        try anna.succeed("deploy m@v1.2.0 --env production")
        #expect(try server.serving() == "v1.0.0")
        #expect(try anna.serving() == "v1.0.0")
        let status = try anna.succeed("status")
        #expect(status.contains("held: v1.1.0") && !status.contains("held: v1.2.0"), "\(status)")
        let events = try anna.succeed("history production")
        #expect(events.contains("broken"))
        try shared.expectClean(anna, server)
    }

    /// A deployment that was decided on what ran then is not made on top of what others have decided since.
    @Test func aDeploymentMadeOfflineIsNotMadeOverSomebodyElses() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        try bert.succeed("pull --all -q")
        try bert.succeed("deploy m@v1.1.0 --env production --offline")
        try anna.succeed("deploy m@v1.2.0 --env production")
        #expect(try bert.succeed("status").contains("DIVERGED  environments/production/m"))
        #expect(try bert.fail("push", with: 13).contains("--replay-deployments"))
        #expect(try anna.serving() == "v1.2.0")
        try bert.succeed("push --drop production")
        #expect(try bert.serving() == "v1.2.0")
        try bert.succeed("deploy m@v1.1.0 --env production --offline")
        try anna.succeed("deploy m@v1.0.0 --env production")
        try bert.succeed("push --replay-deployments")
        #expect(try anna.serving() == "v1.1.0")
        try shared.expectClean(anna, bert)
    }

    /// A server that is taken away is waited for until somebody says that it is gone.
    @Test func aFollowerThatHasLeftIsNotWaitedFor() throws {
        let shared = try SharedStore(versions: 3)
        let (laptop, server) = (try shared.machine("laptop"), try shared.machine("server"))
        try laptop.succeed("deploy m@v1.0.0 --env production")
        try server.succeed("follow production --directory live --once --name web1")
        let silent = try laptop.mlops("deploy m@v1.1.0 --env production --timeout 0.5")
        #expect(silent.status == 16 && silent.output.contains("web1"), "\(silent)")
        #expect(try laptop.fail("follow production --leave --name web2", with: 14).contains("its followers: web1"))
        try laptop.succeed("follow production --leave --name web1 --dry-run")
        #expect(try laptop.succeed("status").contains("web1"))
        #expect(try laptop.succeed("follow production --leave --name web1").contains("has left"))
        #expect(try laptop.succeed("follow production --leave --name web1").contains("nothing was changed"))
        #expect(try !laptop.succeed("deploy m@v1.2.0 --env production").contains("web1"))
        // It comes back, and is waited for again.
        try server.succeed("follow production --directory live --once --name web1")
        #expect(try laptop.mlops("rollback production --timeout 0.5").status == 16)
    }

    /// A slip of the pen in the name of an environment is noticed by who looks once, and leaves no trace at the remote.
    @Test func anEnvironmentThatNobodyKnowsIsNotFollowed() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, server) = (try shared.machine("a", cloned: false), try shared.machine("server"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        let said = try server.fail("follow prodution --directory live --once --name web1", with: 14)
        #expect(said.contains("environments: production"), "\(said)")
        // Who waits, may wait for an environment that is still to come.
        let follower = try server.start("follow staging --directory live --name web1 --interval 0.2")
        defer { follower.stop() }
        try follower.waitFor { follower.output.contains("it waits for the first deployment") }
        // Nor does it speak up in the rounds that follow.
        Thread.sleep(forTimeInterval: 1)
        #expect(try shared.git("for-each-ref refs/heads/followers").output == "")
        try anna.scratch(
            "mlops.yaml",
            "model: m\nenvironments: {production: {requires: []}, staging: {requires: []}}\n"
        )
        try anna.succeed("deploy m@v1.0.0 --env staging", allowing: [16])
        try follower.waitFor { try anna.succeed("status").contains("web1: serves v1.0.0") }
    }

    /// An emptied host gets back what a clone has, although that is not all.
    @Test func whatIsHereGoesBackToAnEmptiedHost() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.1.0 --env production")
        try bert.succeed("pull m@v1.1.0")
        let before = try shared.git("for-each-ref refs/heads").output
        try shared.git(
            "for-each-ref --format='delete %(refname)' | git --git-dir '\(shared.remote)' update-ref --stdin"
        )
        let said = try bert.fail("push", with: 12)
        #expect(said.contains("m@v1.0.0, m@v1.2.0") && said.contains("everything that is here was pushed"), "\(said)")
        #expect(try shared.git("for-each-ref refs/heads").output == before)
        #expect(try shared.git("tag -l 'm@*'").output == "m@v1.1.0\n")
        try anna.succeed("push")
        try shared.machine("c").succeed("pull --all")
    }

    /// A clone that sees many small changes of others does not fill with a pack for each.
    @Test func aCloneStaysTidy() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        func packs() throws -> Int {
            Int(try bert.shell("ls .mlops/store.git/objects/pack | grep -c 'pack$'").output.dropLast()) ?? 0
        }
        // As fetches would leave them.
        let made = try bert.shell(
            """
            cd .mlops/store.git && for i in $(seq 60); do
              echo $i | git hash-object -w --stdin | git pack-objects -q objects/pack/pack > /dev/null
            done
            """
        )
        #expect(try made.status == 0 && packs() >= 60)
        try anna.succeed("deploy m@v1.0.0 --env production")
        // Who is in a hurry is not kept.
        for verb in ["status", "history production", "rollback production --dry-run"] {
            try bert.succeed(verb, allowing: [15])
        }
        #expect(try packs() >= 60)
        // A large pack would be copied for seconds: it stays.
        let large = try bert.shell(
            """
            cd .mlops/store.git && head -c 70000000 /dev/urandom | git hash-object -w --stdin \
              | git pack-objects -q objects/pack/pack
            """
        )
        try bert.succeed("list")
        #expect(try packs() < 10)
        #expect(
            try bert.shell("ls .mlops/store.git/objects/pack/pack-\(large.output.dropLast()).pack").status == 0
        )
        try bert.succeed("get m@v1.0.0 --to got")
        try bert.succeed("verify --all")
        try shared.expectClean(bert)
    }

    /// What a push may weigh is said where it can be known, beside what the largest version weighs.
    @Test func theSizeLimitOfTheHostIsShown() throws {
        let shared = try SharedStore(versions: 1)
        let anna = try shared.machine("a", cloned: false)
        #expect(
            try anna.succeed("remote check").contains("no limit to the size of a push; the largest version is m@v1.0.0")
        )
        try shared.git("config receive.maxInputSize 5m")
        #expect(try anna.json("remote check")["size_limit"] as? Int == 5 << 20)
    }

    /// A path is a path, whatever is in it; the store itself is no remote.
    @Test func aRemoteMayHaveSpacesInItsPath() throws {
        let shared = try SharedStore(versions: 1)
        _ = try Shell.run("mkdir 'a b' && git init -q --bare 'a b/c d.git'", in: shared.scratch.path)
        let anna = try shared.machine("a", cloned: false)
        try anna.fail("remote add '.mlops/store.git'", with: 15)
        try anna.succeed("remote remove")
        try anna.fail("remote add '.mlops/store.git'", with: 15)
        try anna.succeed("remote add '../a b/c d.git'")
        try anna.succeed("push")
        let bert = try shared.machine("b", cloned: false)
        try bert.succeed("clone FILE://\(shared.remote) other.git")
        try bert.succeed("clone '../a b/c d.git'")
        try bert.succeed("get m@v1.0.0 --to got")
    }

    /// A project begins with a shared store: in an empty repository it is made, and who comes second finds it.
    @Test func aProjectBeginsWithASharedStore() throws {
        let shared = try SharedStore()
        #expect(try Shell.run("git init -q --bare new.git", in: shared.scratch.path).status == 0)
        let address = "file://\(shared.scratch("new.git"))"
        let machines = try ["c", "d"].map { try shared.machine($0, cloned: false) }
        for machine in machines {
            #expect(
                try machine.succeed("init --store \(address) --template tabular work").contains("the store \(address)")
            )
            #expect(try machine.shell("head -2 work/mlops.yaml").output.contains("store: '\(address)'"))
            #expect(try machine.shell("ls -A work/.mlops").output == "")
        }
        try machines[0].shell("cd work && '\(Binary.path)' train -q")
        let seen = try machines[1].shell("cd work && '\(Binary.path)' list")
        #expect(seen.status == 0 && seen.output.contains("penguins  v1.0.0"), "\(seen)")
        // In a project that names it, nothing else is made.
        #expect(try machines[1].shell("cd work && '\(Binary.path)' init").output.contains("is a project already"))
        #expect(try machines[1].shell("ls -A work/.mlops").output == "")
        // Somebody's code is no place for a store.
        try machines[0].shell(
            "git init -q -b main code && cd code && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m code"
        )
        let code = try machines[0].fail("init --store file://\(machines[0].path)/code other", with: 10)
        #expect(code.contains("no model store in it"))
        #expect(try machines[0].shell("ls other/mlops.yaml").status != 0)
    }

    @Test func aStoreIsFoundByItsAddress() throws {
        let shared = try SharedStore()
        let ci = try shared.machine("ci", cloned: false)
        try ci.scratch(
            "mlops.yaml",
            "model: m\nstore: file://\(shared.remote)\nenvironments: {production: {requires: []}}\n"
        )
        try ci.register("from ci")
        #expect(try ci.versions() == ["v1.1.0", "v1.0.0"])
        #expect(try ci.shell("ls home/.local/share/mlops/stores").output.hasPrefix("remote-"))
        try FileManager.default.removeItem(atPath: "\(ci.path)/mlops.yaml")
        #expect(try ci.succeed("list m", environment: ["MLOPS_STORE": "file://\(shared.remote)"]).contains("v1.1.0"))
        #expect(try ci.succeed("list m --store file://\(shared.remote)").contains("v1.1.0"))
        let secret = try ci.fail("list --store https://anna:hunter2@host/store.git", with: 64)
        #expect(secret.contains("password") && !secret.contains("hunter2"))
        for address in ["ext::sh -c touch% pwned", "ssh://-oProxyCommand=touch/x", "-oProxyCommand=touch:x"] {
            try ci.fail("clone -q -- '\(address)' x", with: 64)
        }
    }
}
