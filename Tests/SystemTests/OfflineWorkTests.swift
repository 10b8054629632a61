import Foundation
import TestSupport
import Testing

/// What was done offline goes on top of what others have done meanwhile, and means what it meant.
@Suite(.timeLimit(.minutes(60)))
struct OfflineWorkTests {
    /// A hold is about a package, whatever number it has to take.
    @Test func aHoldGoesWithItsPackage() throws {
        let shared = try Self.store()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("bert's", "--offline")
        try bert.succeed("hold m@v1.1.0 --env production --offline --reason 'wrong labels'")
        try bert.succeed("mark m@v1.1.0 bad --env staging --offline")
        try anna.register("anna's")
        // A look tells nobody of a number that is another's there.
        try bert.succeed("status -q")
        #expect(try shared.git("cat-file -e environments/staging/m").status != 0)
        #expect(try bert.succeed("push").contains("v1.2.0"))
        try anna.succeed("deploy m@v1.1.0 --env production")
        try anna.succeed("deploy m@v1.1.0 --env staging")
        for machine in [anna, bert] {
            #expect(try machine.fail("deploy m@v1.2.0 --env production", with: 15).contains("wrong labels"))
            try machine.fail("deploy m@v1.2.0 --env staging", with: 15)
        }
        try shared.expectClean(anna, bert)
    }

    /// A push that ends between the versions and the environments goes on with the numbers that it has given.
    @Test func aPushThatEndsHalfwayForgetsNoNumber() throws {
        let shared = try Self.store()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("bert's", "--offline")
        try bert.succeed("deploy m@v1.1.0 --env staging --offline")
        try anna.register("anna's")
        try shared.hook("update", "case $1 in refs/heads/environments/*) exit 1;; esac")
        try bert.fail("push", with: 15)
        try shared.hook("update", "exit 0")
        try bert.succeed("push")
        let shown = try #require(try bert.json("status")["environments"] as? [[String: Any]])
        #expect(shown.first { $0["environment"] as? String == "staging" }?["serving"] as? String == "v1.2.0")
        try anna.succeed("follow staging --directory live --once")
        #expect(try anna.shell("cat live/m/current/model.txt").output == "bert's")
    }

    /// Who has been overtaken in one environment is told so, and everything else arrives.
    @Test func oneConflictHoldsUpNothingElse() throws {
        let shared = try Self.store(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.succeed("pull --all")
        try bert.succeed("deploy m@v1.1.0 --env production --offline")
        try bert.succeed("deploy m@v1.1.0 --env staging --offline")
        try anna.succeed("deploy m@v1.2.0 --env production")
        let said = try bert.fail("push", with: 13)
        #expect(said.contains("--replay-deployments") && said.contains("--drop 'production m'"))
        #expect(try shared.git("log -1 --format=%s environments/staging/m").output.hasPrefix("deploy m v1.1.0"))
        // What is to be taken back must be named as it is.
        #expect(try bert.fail("push --drop produktion", with: 14).contains("'production m'"))
        let before = try shared.git("for-each-ref").output
        try bert.succeed("push --drop 'production m'")
        #expect(try shared.git("for-each-ref").output == before)
        #expect(try shared.git("tag --list 'm#production#*'").output == "m#production#1\n")
    }

    /// Nothing remains of a deployment that is taken back, not even the tag that tells others of it.
    @Test func whatIsDroppedIsNotTold() throws {
        let shared = try Self.store(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env staging")
        try bert.succeed("pull --all")
        try bert.succeed("deploy m@v1.1.0 --env staging --offline")
        try bert.succeed("push --drop staging")
        #expect(try shared.git("tag --list 'm#staging#*'").output == "m#staging#1\n")
        try anna.succeed("deploy m@v1.1.0 --env staging")
        #expect(try shared.git("tag --list 'm#staging#*'").output == "m#staging#1\nm#staging#2\n")
    }

    /// One branch that cannot be read keeps no other from being followed, deployed, rolled back and shown.
    @Test func anUnreadableLedgerIsNamedAndLeftAlone() throws {
        let shared = try Self.store(versions: 3)
        let (laptop, server) = (try shared.machine("a", cloned: false), try shared.machine("server"))
        try laptop.succeed("deploy m@v1.0.0 --env production")
        try laptop.succeed("deploy m@v1.1.0 --env production")
        try server.succeed("follow production --directory live --once --name web1")
        let spoiled = try Shell.run(
            """
            cd '\(shared.remote)' && blob=$(echo '{"bad":1}' | git hash-object -w --stdin)
            tree=$(for name in deployment policy; do printf '100644 blob %s\\t%s.json\\n' $blob $name; done | git mktree)
            function spoil() { git -c user.name=x -c user.email=x@x commit-tree -m bad $2 $tree | xargs git update-ref refs/heads/$1; }
            spoil environments/production/zzz && spoil policies/production '-p policies/production'
            """
        )
        #expect(spoiled.status == 0, "\(spoiled)")
        for machine in [laptop, server] {
            let status = try machine.mlops("status")
            #expect(
                status.status == 12 && status.output.contains("UNREADABLE environments/production/zzz"),
                "\(status)"
            )
            #expect(status.output.contains("production  m v1.1.0"), "\(status)")
        }
        let follower = try server.start("follow production --directory live --name web1 --interval 0.2")
        defer { follower.stop() }
        let moved = try laptop.mlops("rollback production")
        #expect(moved.status == 0 && moved.output.contains("web1"), "\(moved)")
        #expect(try server.shell("cat live/m/current/model.txt").output == "0")
        let receipt = try shared.git("show followers/production/web1:receipt.json").output
        #expect(receipt.contains("\"v1.0.0\""), "\(receipt)")
        #expect(try laptop.mlops("verify --all").status == 12)
    }

    /// A ledger that somebody has deleted at the remote is missed, and given back.
    @Test func aDeletedLedgerIsMissed() throws {
        let shared = try Self.store(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        try bert.succeed("status -q")
        let branch = "refs/heads/environments/production/m"
        let tip = try shared.git("rev-parse \(branch)").output
        try shared.git("update-ref -d \(branch)")
        for line in ["status", "remote show", "remote check"] {
            let said = try bert.mlops(line)
            #expect(said.status == (line == "remote check" ? 12 : 0), "\(said)")
            #expect(said.output.contains("DELETED there: environments/production/m"), "\(said)")
        }
        try bert.succeed("push")
        #expect(try shared.git("rev-parse \(branch)").output == tip)
        #expect(try !bert.succeed("status --offline").contains("DELETED"))
        try bert.succeed("remote check")
    }

    /// What is taken back is what was done offline, not what somebody has deleted; and a look gives nothing back.
    @Test func nothingIsLostBesideADeletedLedger() throws {
        let shared = try Self.store(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for number in ["v1.0.0", "v1.1.0"] { try anna.succeed("deploy m@\(number) --env production") }
        try bert.succeed("status")
        let tip = try shared.git("rev-parse environments/production/m").output
        try bert.succeed("hold m@v1.0.0 --env production --offline")
        try shared.git("update-ref -d refs/heads/environments/production/m")
        for _ in 0..<2 { #expect(try bert.succeed("status").contains("DELETED there")) }
        #expect(try shared.git("for-each-ref refs/heads/environments").output == "")
        try bert.succeed("push --drop 'production m'")
        #expect(try bert.serving() == "v1.1.0")
        #expect(try shared.git("rev-parse environments/production/m").output == tip)
    }

    /// The ledger of a model comes back from a clone that has few of its packages.
    @Test func aDeletedModelComesBackWithoutItsPackages() throws {
        let shared = try Self.store(versions: 3)
        let bert = try shared.machine("b")
        try bert.succeed("pull m@v1.1.0")
        let tip = try shared.git("rev-parse models/m").output
        try shared.git("update-ref -d refs/heads/models/m")
        try bert.succeed("push")
        #expect(try shared.git("rev-parse models/m").output == tip)
        try bert.succeed("remote check")
        #expect(try bert.register("next").contains("v1.3.0"))
    }

    /// Branches of others in the same repository are none of our business.
    @Test func foreignBranchesAreNotFetched() throws {
        let shared = try Self.store()
        let anna = try shared.machine("a", cloned: false)
        try shared.git("branch wip mlops")
        try anna.succeed("status -q")
        try shared.git("branch -D wip")
        try shared.git("branch wip/a mlops")
        try anna.succeed("deploy m@v1.0.0 --env production")
        #expect(
            try anna.shell("git --git-dir .mlops/store.git for-each-ref refs/remotes").output.contains("wip") == false
        )
    }

    /// A server goes back to what lies unpacked on its disk, also where its clone has lost the package.
    @Test func whatLiesReadyNeedsNoPackage() throws {
        let shared = try Self.store(versions: 2)
        let server = try shared.machine("server")
        try server.scratch("mlops.yaml", "model: m\nenvironments: {production: {requires: [], directory: live}}\n")
        try server.succeed("environment apply -q")
        for number in ["v1.0.0", "v1.1.0"] { try server.succeed("deploy m@\(number) --env production") }
        try server.shell("git --git-dir .mlops/store.git tag -d m@v1.0.0 m@v1.1.0 'm#production#1' 'm#production#2'")
        try server.shell("git --git-dir .mlops/store.git gc -q --prune=now")
        try shared.cut()
        try server.succeed("rollback production --offline")
        #expect(try server.shell("cat live/m/current/model.txt").output == "0")
        try shared.mend()
        // A deployment brings the package along: GTO's tags lead to it.
        try server.succeed("unhold m@v1.1.0 --env production")
        try server.succeed("deploy m@v1.1.0 --env production")
        #expect(try shared.git("tag -l 'm#production#5'").output == "m#production#5\n")
        try server.succeed("rollback production --offline")
        try server.shell(
            "git --git-dir .mlops/store.git tag -d m@v1.1.0 && git --git-dir .mlops/store.git prune --expire=now"
        )
        // What does not lie there to the byte, is not taken for it.
        try server.shell("echo spoiled > live/m/versions/v1.1.0-*/model.txt")
        #expect(try server.fail("rollback production --to v1.1.0 --force --offline", with: 14).contains("--offline"))
        #expect(try server.shell("cat live/m/current/model.txt").output == "0")
    }

    /// A dry run changes nothing, not even by telling what waits, and says what the push would.
    @Test func aDryRunTellsNobody() throws {
        let shared = try Self.store(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        for number in ["v1.0.0", "v1.1.0"] { try anna.succeed("deploy m@\(number) --env production") }
        try bert.succeed("pull --all")
        try bert.succeed("hold m@v1.2.0 --env production --offline")
        let before = try shared.git("for-each-ref").output
        let rehearsed = [
            "push --dry-run", "rollback production --dry-run", "deploy m@v1.0.0 --env production --dry-run",
        ]
        let bundle = "bundle create m@v1.0.0 --to ../capsule --dry-run"
        for line in rehearsed + ["hold m@v1.0.0 --env production --dry-run", "gc --dry-run", bundle] {
            try bert.succeed(line)
            #expect(try shared.git("for-each-ref").output == before, "\(line)")
        }
        try bert.fail("push --dry-run --drop staging", with: 14)
        try bert.succeed("push --drop 'production m'")
        #expect(try shared.git("for-each-ref").output == before)
        // A deployment that others have overtaken ends a rehearsal as it would end the push.
        try bert.succeed("deploy m@v1.2.0 --env production --offline")
        try anna.succeed("rollback production")
        #expect(try bert.fail("push --dry-run", with: 13).contains("--replay-deployments"))
    }

    /// A version tag that somebody has moved is noticed, and a clone that has fetched it mends once the tag is mended.
    @Test func aMovedTagIsNoticed() throws {
        let shared = try Self.store(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        let tag = try shared.git("rev-parse refs/tags/m@v1.0.0").output.dropLast()
        try shared.git("update-ref refs/tags/m@v1.0.0 refs/tags/m@v1.1.0")
        for machine in [anna, bert] {
            let check = try machine.mlops("remote check")
            #expect(check.status == 12 && check.output.contains("MOVED  m@v1.0.0"), "\(check)")
            #expect(!check.output.contains("MOVED  m@v1.1.0"), "\(check)")
        }
        #expect(try bert.fail("get m@v1.0.0 --to got", with: 12).contains("mlops remote check"))
        try shared.git("update-ref refs/tags/m@v1.0.0 \(tag)")
        try bert.succeed("get m@v1.0.0 --to got")
        #expect(try bert.shell("cat got/model.txt").output == "0")
        try anna.succeed("remote check")
        try bert.succeed("remote check")
    }

    /// Nothing goes on top of what was rewritten, not even what was done offline.
    @Test func whatWaitsIsNotToldToARewrittenLedger() throws {
        let shared = try Self.store(versions: 2)
        let bert = try shared.machine("b")
        for number in ["v1.0.0", "v1.1.0"] { try bert.succeed("deploy m@\(number) --env production") }
        try shared.git("update-ref refs/heads/environments/production/m environments/production/m~1")
        let refs = try shared.git("for-each-ref").output
        #expect(try bert.fail("rollback production", with: 12).contains("--offline"))
        try bert.succeed("rollback production --offline")
        for _ in 0..<2 { #expect(try bert.succeed("status").contains("REWRITTEN")) }
        #expect(try shared.git("for-each-ref").output == refs)
    }

    /// The line that the error names takes over what was rewritten on purpose.
    @Test func aRewrittenLedgerCanBeTakenOver() throws {
        let shared = try Self.store(versions: 2)
        let bert = try shared.machine("b")
        try bert.succeed("deploy m@v1.0.0 --env production")
        try bert.succeed("deploy m@v1.1.0 --env production")
        try shared.git("update-ref refs/heads/environments/production/m environments/production/m~1")
        let said = try bert.fail("hold m@v1.1.0 --env production", with: 12)
        let line = try #require(said.split(separator: "\n").first { $0.contains("take what is there: ") })
        try bert.shell(String(line.components(separatedBy: "take what is there: ")[1]))
        #expect(try bert.serving() == "v1.0.0")
        #expect(try bert.json("push")["changed"] as? Bool == false)
        try bert.succeed("deploy m@v1.1.0 --env production")
    }

    /// What somebody else has written does not move the cursor of whoever reads it.
    @Test func reasonsAreShownAndNotObeyed() throws {
        let shared = try Self.store(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.shell("'\(Binary.path)' deploy m@v1.0.0 --env production --reason $'evil \\e[2J\\e]0;pwn\\a\\nsecond'")
        for line in ["status", "history production", "show m@v1.0.0"] {
            let said = try bert.succeed(line)
            #expect(!said.unicodeScalars.contains("\u{1B}") && !said.contains("\nsecond"), "\(said)")
        }
        try shared.hook("pre-receive", "printf '\\033[2Jgone\\n' >&2; exit 1")
        #expect(try !bert.fail("hold m@v1.1.0 --env production", with: 15).unicodeScalars.contains("\u{1B}"))
    }

    @Test(
        arguments: [
            "ftp://u:secretpw@host/x", "'https://u:secretpw pw@host/x'", "transport::https://u:secretpw@h/x",
            "https://u:secretpw@host/x", "https://ghp_secretpw0123456789@github.com/o/r.git",
            "https://host/r.git?private_token=secretpw", "ghp_secretpw0123456789@github.com:o/r.git",
        ]
    )
    func anAddressWithASecretIsRefusedAndNotShown(_ address: String) throws {
        let shared = try Self.store()
        let anna = try shared.machine("a", cloned: false)
        #expect(try !anna.fail("clone \(address) x", with: 64).contains("secretpw"))
    }

    /// A shared store with two environments.
    private static func store(versions: Int = 1) throws -> SharedStore {
        let shared = try SharedStore(versions: versions)
        let anna = try shared.machine("a", cloned: false)
        try anna.scratch(
            "mlops.yaml",
            "model: m\nenvironments: {production: {requires: []}, staging: {requires: []}}\n"
        )
        try anna.succeed("environment apply -q")
        return shared
    }
}
