import Foundation
import ModelPackage
import ModelStore
import Support
import TestSupport
import Testing

/// What happens to a store behind our back, and what we say then.
struct DamageTests {
    let world: StoreWorld
    init() throws { world = try StoreWorld() }

    private func looseFile(_ id: String) -> URL {
        URL(filePath: world.path).appending(path: "objects/\(id.prefix(2))/\(id.dropFirst(2))")
    }

    @Test func everyFlippedByteOfAChunkIsFoundAndNamed() async throws {
        let record = try await world.register("the weights").record
        let chunk = try #require(try world.open().manifest(of: record).chunks.first)
        let file = looseFile(chunk.blob)
        let whole = try Data(contentsOf: file)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0x04
            try FileManager.default.removeItem(at: file)
            try damaged.write(to: file)
            let error = #expect(throws: PackageError.self) { try world.open().package(of: record).verify() }
            #expect(error?.description.contains("`weights.safetensors`") == true, "byte \(index)")
        }
    }

    /// The way out that the error names: the same model registered again.
    @Test(arguments: ["printf x | dd of=FILE bs=1 seek=40 conv=notrunc", ": > FILE", "rm FILE"])
    func registeringAgainMendsADamagedChunk(damage: String) async throws {
        let record = try await world.register("the weights").record
        let chunk = try #require(try world.open().manifest(of: record).chunks.first)
        let line = damage.replacing("FILE", with: looseFile(chunk.blob).path())
        #expect(try Shell.run("chmod u+w \(looseFile(chunk.blob).path()) && \(line)").status == 0)
        #expect(throws: PackageError.self) { try world.open().package(of: record).verify() }
        let again = try await world.register("the weights")
        #expect(again.record.version == record.version && !again.isNew)
        try world.open().package(of: record).verify()
        #expect(try Shell.run("git fsck --strict --no-dangling", in: world.path).status == 0)
    }

    /// Also when the chunk lies in a pack: the fresh copy beside it is what is read from then on, by git as well.
    @Test func registeringAgainMendsADamagedPack() async throws {
        let record = try await world.register("the weights").record
        _ = try await world.open().maintain()
        let chunk = try #require(try world.open().manifest(of: record).chunks.first)
        let damage = """
            pack=$(ls objects/pack/*.pack) && chmod u+w $pack &&
            offset=$(git verify-pack -v $pack | awk '$1 == "\(chunk.blob)" {print $5}') &&
            printf 'xxxx' | dd of=$pack bs=1 seek=$((offset + 8)) conv=notrunc
            """
        #expect(try Shell.run(damage, in: world.path).status == 0)
        #expect(throws: PackageError.self) { try world.open().package(of: record).verify() }
        #expect(try await !world.register("the weights").isNew)
        try world.open().package(of: record).verify()
        let restored = try Shell.run("git cat-file blob \(chunk.blob) | zstd -dc | tar t", in: world.path)
        #expect(restored.status == 0 && restored.output.contains("weights.safetensors"), "\(restored)")
    }

    /// A version whose description is gone keeps its number, and its package gets a new one.
    @Test func aVersionWithoutItsDescriptionIsRegisteredAnew() async throws {
        try await world.register("the weights")
        let damage = "rm objects/$(git rev-parse 'fashion@v1.0.0^{commit}:model.json' | sed 's|..|&/|')"
        #expect(try Shell.run(damage, in: world.path).status == 0)
        world.wait(1)
        let again = try await world.register("the weights")
        #expect(again.isNew && again.record.version == VersionNumber(1, 0, 1))
        try world.open().package(of: again.record).verify()
        #expect(try await world.register("the weights").record.version == VersionNumber(1, 0, 1))
    }

    @Test func aMissingChunkIsNamed() async throws {
        let record = try await world.register("the weights").record
        let chunk = try #require(try world.open().manifest(of: record).chunks.first)
        try FileManager.default.removeItem(at: looseFile(chunk.blob))
        let error = #expect(throws: PackageError.self) { try world.open().package(of: record).verify() }
        #expect(error?.kind == .integrity)
        #expect(error?.description.contains("weights.safetensors") == true)
    }

    @Test(arguments: ["s|store/1|store/2|", "s|oldest_reader\" : 1|oldest_reader\" : 2|"])
    func aNewerFormatIsRefused(change: String) throws {
        let script = """
            blob=$(git show mlops:store.json | sed '\(change)' | git hash-object -w --stdin) &&
            tree=$(printf '100644 blob %s\\tstore.json\\n' $blob | git mktree) &&
            git update-ref refs/heads/mlops $(git -c user.name=a -c user.email=a@b commit-tree $tree -m newer)
            """
        let changed = try Shell.run(script, in: world.path)
        #expect(changed.status == 0, "\(changed)")
        let error = #expect(throws: (any Error).self) { try world.open() }
        #expect((error as? any Failure)?.kind == .integrity)
    }

    @Test func aPlainRepositoryIsNoStore() throws {
        #expect(try Shell.run("git init -q --bare other.git", in: world.scratch.path).status == 0)
        let error = #expect(throws: StoreError.self) {
            try Store.open(at: world.scratch("other.git"), writing: false)
        }
        #expect(error?.kind == .storeMissing)
    }

    @Test func aKilledRegistrationIsCompletedByTheNextWriter() async throws {
        try await world.register("a")
        try await world.register("b")
        // The ledger is put back to before the second version, and the writer's note is left: as after a kill.
        let back = try Shell.run("git update-ref refs/heads/models/fashion refs/heads/models/fashion~1", in: world.path)
        #expect(back.status == 0)
        try FileManager.default.createDirectory(
            atPath: "\(world.path)/mlops/registering",
            withIntermediateDirectories: true
        )
        try Data("fashion v1.0.1\n".utf8).write(
            to: URL(filePath: "\(world.path)/mlops/registering/fashion@v1.0.1")
        )
        #expect(try world.open().findVersion(VersionNumber(1, 0, 1), of: "fashion") == nil)
        #expect(try await world.register("c").record.version == VersionNumber(1, 0, 2))
        let store = try world.open()
        #expect(try store.version(VersionNumber(1, 0, 1), of: "fashion").parent == VersionNumber(1, 0, 0))
        #expect(try store.versions(of: "fashion").count == 3)
    }

    /// A deployment does not wait for what somebody else left behind on another model.
    @Test func aDamagedUnfinishedRegistrationKeepsNobodyFromWorking() async throws {
        let record = try await world.register("a").record
        try await world.register("b", model: "other")
        try await world.register("c", model: "other")
        let damage = """
            git update-ref refs/heads/models/other refs/heads/models/other~1 &&
            rm objects/$(git rev-parse 'other@v1.0.1^{commit}:model.json' | sed 's|..|&/|') &&
            mkdir -p mlops/registering && echo 'other v1.0.1' > 'mlops/registering/other@v1.0.1'
            """
        #expect(try Shell.run(damage, in: world.path).status == 0)
        #expect(try await world.deploy(VersionReference(record)).revision == 1)
        #expect(try await world.register("d").record.version == VersionNumber(1, 0, 1))
    }

    @Test func maintainCompletesARegistrationWithoutANote() async throws {
        try await world.register("a")
        try await world.register("b")
        _ = try Shell.run("git update-ref refs/heads/models/fashion refs/heads/models/fashion~1", in: world.path)
        let report = try await world.open().maintain()
        #expect(report.completed == ["fashion@v1.0.1"])
        #expect(report.after.looseObjects == 0)
        #expect(try world.open().versions(of: "fashion").count == 2)
        try world.open().package(of: try world.open().latest(of: "fashion")).verify()
    }

    @Test func aLockThatAKilledProcessLeftIsRemoved() async throws {
        let record = try await world.register("a").record
        let lock = "\(world.path)/refs/heads/environments/production/fashion.lock"
        try FileManager.default.createDirectory(
            atPath: "\(world.path)/refs/heads/environments/production",
            withIntermediateDirectories: true
        )
        #expect(try Shell.run("touch -d '1 minute ago' '\(lock)'").status == 0)
        #expect(try await world.deploy(VersionReference(record)).revision == 1)
    }

    @Test func aFreshLockOfSomebodyElseIsRespected() async throws {
        let record = try await world.register("a").record
        let lock = "\(world.path)/refs/heads/environments/production/fashion.lock"
        try FileManager.default.createDirectory(
            atPath: "\(world.path)/refs/heads/environments/production",
            withIntermediateDirectories: true
        )
        #expect(try Shell.run("touch '\(lock)'").status == 0)
        let error = await #expect(throws: StoreError.self) { try await world.deploy(VersionReference(record)) }
        #expect(error?.kind == .storeLocked && error?.hints.isEmpty == false)
        #expect(FileManager.default.fileExists(atPath: lock))
    }

    @Test func theListIsMadeAnewWhenItsFileIsBroken() async throws {
        for content in ["a", "b"] { try await world.register(content) }
        let expected = try world.open().versions(of: "fashion")
        #expect(expected.map(\.version) == [VersionNumber(1, 0, 1), VersionNumber(1, 0, 0)])
        let file = URL(filePath: "\(world.path)/mlops/index/fashion.tsv")
        for broken in ["", "rubbish", "mlops-index 1 0000000000000000000000000000000000000000\n", "mlops-index 9 x\n"] {
            try Data(broken.utf8).write(to: file)
            #expect(try world.open().versions(of: "fashion") == expected)
        }
        try await world.register("c")
        #expect(try world.open().versions(of: "fashion").count == 3)
    }
}
