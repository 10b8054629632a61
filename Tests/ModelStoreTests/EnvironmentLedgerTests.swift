import ModelStore
import Support
import TestSupport
import Testing

struct EnvironmentLedgerTests {
    let world: StoreWorld
    init() throws { world = try StoreWorld() }

    private func version(_ content: String) async throws -> VersionReference {
        VersionReference(try await world.register(content).record)
    }

    @Test func theHistoryIsReadableWithPlainGit() async throws {
        let (first, second) = (try await version("a"), try await version("b"))
        try await world.deploy(first)
        try await world.deploy(second, reason: "it's late")
        let log = try Shell.run("git log --format='%s' environments/production/fashion", in: world.path)
        #expect(
            log.output == """
                deploy fashion v1.0.0 -> v1.0.1: "it's late" (anna)
                deploy fashion v1.0.0 (anna)

                """
        )
    }

    @Test func whoComesSecondIsToldAndChangesNothing() async throws {
        let (first, second) = (try await version("a"), try await version("b"))
        let store = try world.open()
        let seen = try store.state(of: "production", model: "fashion")
        try await world.deploy(first)
        let error = await #expect(throws: StoreError.self) {
            try await store.advance(
                seen,
                by: .deploy(second, skippedChecks: false, signatureChanges: []),
                context: DeploymentContext(actor: "bert", time: world.now, reason: nil, bakeTime: 60),
                actor: world.actor
            )
        }
        #expect(error?.kind == .conflict)
        #expect(try store.state(of: "production", model: "fashion").deployment?.serving == first)
    }

    @Test func everyMoveHasAnAssignmentTagOnTheVersionsCommit() async throws {
        let (first, second) = (try await version("a"), try await version("b"))
        for target in [first, second, first] { try await world.deploy(target) }
        let tags = try Shell.run(
            "git for-each-ref --format='%(refname:short) %(*objectname)' 'refs/tags/fashion#*'",
            in: world.path
        )
        let commit = try Shell.run("git rev-parse 'fashion@v1.0.0^{commit}' 'fashion@v1.0.1^{commit}'", in: world.path)
        let commits = commit.output.split(separator: "\n")
        #expect(
            tags.output == """
                fashion#production#1 \(commits[0])
                fashion#production#2 \(commits[1])
                fashion#production#3 \(commits[0])

                """
        )
    }

    /// Models and environments share one namespace.
    @Test func aNameMeansOneThing() async throws {
        try await world.register("a", model: "fashion")
        let store = try world.open()
        await #expect(throws: StoreError.self) {
            try await store.record(Policy(environment: "fashion"), replacing: nil, actor: world.actor)
        }
        try await store.record(Policy(environment: "staging"), replacing: nil, actor: world.actor)
        await #expect(throws: StoreError.self) { try await world.register("b", model: "staging") }
        #expect(try store.models() == ["fashion"] && store.environments() == ["staging"])
        // What has been there goes on, whatever came later.
        try await world.register("c", model: "fashion")
        try await store.record(Policy(environment: "staging"), replacing: nil, actor: world.actor)
    }

    @Test func aPolicyIsRecordedAndItsChangesAreShown() async throws {
        let store = try world.open()
        #expect(try store.policy(of: "production") == nil)
        let old = Policy(environment: "production", targets: [.init(directory: "deployed")])
        try await store.record(old, replacing: nil, actor: world.actor)
        let new = Policy(environment: "production", targets: [.init(directory: "deployed")], requires: ["test"])
        #expect(new.differences(from: old) == ["requires: [] -> [test]"])
        try await store.record(new, replacing: old, actor: world.actor)
        #expect(try store.policy(of: "production") == new)
        // Somebody who has looked at the old rules does not overwrite the new ones unseen; the same again is no change.
        await #expect(throws: StoreError.self) { try await store.record(old, replacing: old, actor: world.actor) }
        try await store.record(new, replacing: nil, actor: world.actor)
        #expect(try store.policy(of: "production") == new)
        #expect(try store.environments() == ["production"])
    }
}
