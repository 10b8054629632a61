import Foundation
import TestSupport
import Testing

/// Versions that are carried in a file.
@Suite(.timeLimit(.minutes(20)))
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
            "git clone -q capsule plain && cd plain && for b in $(git ls-tree --object-only 'm@v1.2.0:archive'); do git cat-file blob $b; done | zstd -dc | tar x && cat model.txt",
            in: scratch.path
        )
        #expect(plain.output == "2", "\(plain)")
        try away.succeed("bundle apply ../capsule")
        #expect(try away.versions() == ["v1.2.0", "v1.0.0"])
        try away.succeed("get m@v1.2.0 --to got")
        #expect(try away.shell("cat got/model.txt").output == "2")
        #expect(try away.json("bundle apply ../capsule")["changed"] as? Bool == false)
        try away.succeed("verify --all")
        let check = try away.shell("git --git-dir .mlops/store.git fsck --strict --full --no-dangling 2>&1")
        #expect(check.output == "", "\(check)")
        try here.fail("bundle create m@v1.0.0 --to ../capsule", with: 15)
    }

    /// Numbers that are taken far away stay what they are there.
    @Test func aTakenNumberIsNotTakenOver() throws {
        let (here, away, scratch) = try worlds()
        defer { withExtendedLifetime(scratch) {} }
        try away.register("a model of theirs")
        try here.succeed("bundle create m@v1.0.0 m@v1.1.0 --to ../capsule")
        let applied = try away.json("bundle apply ../capsule")
        let numbers = (applied["versions"] as? [[String: Any]])?.map {
            "\($0["version_in_bundle"] ?? "") \($0["version"] ?? "")"
        }
        #expect(numbers == ["v1.0.0 v1.1.0", "v1.1.0 v1.2.0"], "\(applied)")
        try away.succeed("get m@v1.0.0 --to theirs")
        #expect(try away.shell("cat theirs/model.txt").output == "a model of theirs")
        try away.succeed("get m@v1.1.0 --to ours")
        #expect(try away.shell("cat ours/model.txt").output == "0")
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
