import Foundation
import TestSupport
import Testing

/// Versions that are carried in a file.
@Suite(.timeLimit(.minutes(60)))
struct BundleTests {
    /// A store with three versions of `m`, and an empty one far away.
    private func worlds() throws -> (here: Machine, away: Machine, scratch: Scratch) {
        let scratch = try Scratch()
        let machines = try ["here", "away"].map { name in
            let machine = Machine(name: name, path: scratch(name))
            try FileManager.default.createDirectory(atPath: "\(machine.path)/home", withIntermediateDirectories: true)
            try machine.succeed("init . -q")
            return machine
        }
        for number in 0..<3 { try machines[0].register("\(number)") }
        return (machines[0], machines[1], scratch)
    }

    @Test func aCapsuleCarriesVersionsAndPlainGitReadsIt() throws {
        let (here, away, scratch) = try worlds()
        try here.succeed("bundle create m@v1.0.0 m@v1.2.0 --to ../capsule")
        #expect(try here.shell("git --git-dir .mlops/store.git bundle verify ../capsule").status == 0)
        let plain = try Shell.run(
            "git clone -q capsule plain 2>&1 && cd plain && test -f README.md && for b in $(git ls-tree --object-only 'm@v1.2.0:archive'); do git cat-file blob $b; done | zstd -dc | tar x && cat model.txt",
            in: scratch.path
        )
        #expect(plain.output == "2", "\(plain)")
        // A dry run reads every byte, and enters nothing.
        let plan = try away.json("bundle apply ../capsule --dry-run")
        #expect((plan["versions"] as? [Any])?.count == 2 && plan["changed"] as? Bool == false, "\(plan)")
        #expect(try away.shell("git --git-dir .mlops/store.git for-each-ref | wc -l").output == "1\n")
        try away.succeed("bundle apply ../capsule")
        #expect(try away.versions() == ["v1.2.0", "v1.0.0"])
        try away.succeed("get m@v1.2.0 --to got")
        #expect(try away.shell("cat got/model.txt").output == "2")
        #expect(try away.json("bundle apply ../capsule")["changed"] as? Bool == false)
        try away.succeed("verify --all")
        let check = try away.shell("git --git-dir .mlops/store.git fsck --strict --full --no-dangling 2>&1")
        #expect(check.output == "", "\(check)")
        try here.fail("bundle create m@v1.0.0 --to ../capsule", with: 15)
        try here.succeed("bundle create m@v1.0.0 --to ../another --dry-run")
        #expect(try here.shell("ls ../another").status != 0)
    }

    /// Numbers that are taken far away stay what they are there.
    @Test func aTakenNumberIsNotTakenOver() throws {
        let (here, away, scratch) = try worlds()
        defer { withExtendedLifetime(scratch) {} }
        try away.register("a model of theirs")
        try here.succeed("bundle create m@v1.0.0 m@v1.1.0 --to ../capsule")
        // A dry run says the numbers that they will get.
        for option in ["--dry-run", ""] {
            let applied = try away.json("bundle apply ../capsule \(option)")
            let numbers = (applied["versions"] as? [[String: Any]])?.map {
                "\($0["version_in_bundle"] ?? "") \($0["version"] ?? "")"
            }
            #expect(numbers == ["v1.0.0 v1.1.0", "v1.1.0 v1.2.0"], "\(applied)")
        }
        try away.succeed("get m@v1.0.0 --to theirs")
        #expect(try away.shell("cat theirs/model.txt").output == "a model of theirs")
        try away.succeed("get m@v1.1.0 --to ours")
        #expect(try away.shell("cat ours/model.txt").output == "0")
    }

    /// A file by somebody with bad intentions: names that are paths, a tag of another package, ledgers that are none.
    @Test func aHostileBundleLeavesNothing() throws {
        let (here, away, scratch) = try worlds()
        defer { withExtendedLifetime(scratch) {} }
        let made = try here.shell(
            """
            set -e; cp -r .mlops/store.git ../evil.git; cd ../evil.git
            for ref in refs/heads/models/UPPER refs/heads/models/a/b refs/heads/environments/production/m refs/tags/x@v1.0.0; do
              git update-ref $ref models/m; git bundle create -q ../$(basename $ref).bundle HEAD mlops models/m $ref m@v1.0.0
              git update-ref -d $ref
            done
            git update-ref refs/tags/m@v1.0.0 refs/tags/m@v1.1.0
            git bundle create -q ../moved.bundle HEAD mlops models/m m@v1.0.0
            """
        )
        #expect(made.status == 0, "\(made)")
        for (file, code) in [("UPPER", 12), ("b", 12), ("moved", 12)] {
            try away.fail("bundle apply ../\(file).bundle", with: Int32(code))
            #expect(
                try away.shell("git --git-dir .mlops/store.git for-each-ref").output.split(separator: "\n").count == 1
            )
        }
        // What is none of a bundle's business is not taken in.
        for file in ["m", "x@v1.0.0"] {
            try away.succeed("bundle apply ../\(file).bundle")
            let refs = try away.shell("git --git-dir .mlops/store.git for-each-ref --format='%(refname)'").output
            #expect(refs == "refs/heads/mlops\nrefs/heads/models/m\nrefs/tags/m@v1.0.0\n", "\(refs)")
        }
    }

    @Test func damageIsFoundBeforeAnythingIsWritten() throws {
        let (here, away, scratch) = try worlds()
        try here.succeed("bundle create m@v1.0.0 --to ../capsule")
        var bytes = try scratch.read("capsule")
        bytes[bytes.count - 200] ^= 1
        try scratch.write("damaged", bytes)
        for file in ["../damaged", ".mlops/store.git/config"] {
            #expect(try away.fail("bundle apply \(file)", with: 12).contains("is no bundle of a model store"))
        }
        try away.fail("bundle apply ../nothing", with: 14)
        #expect(
            try away.shell("git --git-dir .mlops/store.git tag; ls -A .mlops/store.git/mlops | grep -c tmp || true")
                .output == "0\n"
        )
    }
}
