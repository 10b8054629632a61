import ModelPackage
import ModelStore
import Support
import TestSupport
import Testing

struct RegistrationTests {
    let world: StoreWorld
    init() throws { world = try StoreWorld() }

    @Test func numbersSayWhatChanged() async throws {
        #expect(try await world.register("a").record.version == VersionNumber(1, 0, 0))
        #expect(try await world.register("b").record.version == VersionNumber(1, 0, 1))
        #expect(try await world.register("c", recipe: "other").record.version == VersionNumber(1, 1, 0))
        #expect(
            try await world.register("d", signature: "other", recipe: "other").record.version == VersionNumber(2, 0, 0)
        )
        // From an older parent: its own next number is taken, so the next free one of the kind.
        let branch = try await world.register("e", from: VersionNumber(1, 0, 0))
        #expect(branch.record.version == VersionNumber(1, 0, 2))
        #expect(branch.record.parent == VersionNumber(1, 0, 0))
        #expect(try world.open().latest(of: "fashion").version == VersionNumber(1, 0, 2))
    }

    @Test func theSamePackageIsOneVersion() async throws {
        let first = try await world.register("a")
        world.wait(10)
        let second = try await world.register("a")
        #expect(first.isNew)
        #expect(!second.isNew)
        #expect(second.record == first.record)
    }

    @Test func gitFindsNothingToComplainAbout() async throws {
        for content in ["a", "b", "c"] { try await world.register(content) }
        try await world.deploy(VersionReference(try world.register("a").record))
        let check = try Shell.run("git fsck --strict --full --no-dangling 2>&1", in: world.path)
        #expect(check.status == 0 && check.output == "", "\(check)")
    }

    @Test func plainToolsRestoreAModel() async throws {
        try await world.register("the weights")
        let line = """
            for b in $(git -C '\(world.path)' ls-tree --object-only 'fashion@v1.0.0:archive'); do
            git -C '\(world.path)' cat-file blob $b; done | zstd -dc | tar x
            """
        let restored = try Shell.run(line, in: world.scratch.path)
        #expect(restored.status == 0, "\(restored)")
        #expect(try world.scratch.read("weights.safetensors") == Array("the weights".utf8))
        #expect(try world.scratch.read("notes/readme.txt") == Array("hello the weights".utf8))
    }

    @Test func aPackageComesBackAsItWas() async throws {
        let bytes = CounterRandom(seed: 1, stream: 1).bytes(9 << 20)
        let request = RegistrationRequest(
            model: "big",
            members: [MemberSource(path: "weights.bin", content: .bytes(bytes))],
            kind: .files,
            card: "",
            produced: Provenance(time: world.now, actor: "anna", tool: "test"),
            actor: world.actor
        )
        let record = try await world.open().register(request).record
        let package = try world.open().package(of: record)
        #expect(package.manifest.chunks.count > 3)
        try package.verify()
        try package.extract(to: world.scratch("out"))
        #expect(try world.scratch.read("out/weights.bin") == bytes)
        #expect(try package.read("weights.bin") == bytes)
    }
}
