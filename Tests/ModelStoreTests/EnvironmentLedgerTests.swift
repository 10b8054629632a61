import ModelStore
import Support
import TestSupport
import Testing

struct EnvironmentLedgerTests {
    let world: StoreWorld
    init() throws { world = try StoreWorld() }

    private func version(_ content: String) throws -> VersionReference {
        VersionReference(try world.register(content).record)
    }

    @Test func theHistoryIsReadableWithPlainGit() throws {
        let (first, second) = (try version("a"), try version("b"))
        try world.deploy(first)
        try world.deploy(second, reason: "it's late")
        let log = try Shell.run("git log --format='%s' environments/production/fashion", in: world.path)
        #expect(
            log.output == """
                deploy fashion v1.0.0 -> v1.0.1: "it's late" (anna)
                deploy fashion v1.0.0 (anna)

                """
        )
    }

    @Test func whoComesSecondIsToldAndChangesNothing() throws {
        let (first, second) = (try version("a"), try version("b"))
        let store = try world.open()
        let seen = try store.state(of: "production", model: "fashion")
        try world.deploy(first)
        let error = #expect(throws: StoreError.self) {
            try store.advance(
                seen,
                by: .deploy(second, skippedChecks: false, signatureChanges: []),
                context: DeploymentContext(actor: "bert", time: world.now, reason: nil, bakeTime: 60),
                actor: world.actor
            )
        }
        #expect(error?.kind == .conflict)
        #expect(try store.state(of: "production", model: "fashion").deployment?.serving == first)
    }

    @Test func everyMoveHasAnAssignmentTagOnTheVersionsCommit() throws {
        let (first, second) = (try version("a"), try version("b"))
        for target in [first, second, first] { try world.deploy(target) }
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
    @Test func aNameMeansOneThing() throws {
        try world.register("a", model: "fashion")
        let store = try world.open()
        #expect(throws: StoreError.self) {
            try store.record(Policy(environment: "fashion"), replacing: nil, actor: world.actor)
        }
        try store.record(Policy(environment: "staging"), replacing: nil, actor: world.actor)
        #expect(throws: StoreError.self) { try world.register("b", model: "staging") }
        #expect(try store.models() == ["fashion"] && store.environments() == ["staging"])
        // What has been there goes on, whatever came later.
        try world.register("c", model: "fashion")
        try store.record(Policy(environment: "staging"), replacing: nil, actor: world.actor)
    }

    @Test func aPolicyIsRecordedAndItsChangesAreShown() throws {
        let store = try world.open()
        #expect(try store.policy(of: "production") == nil)
        let old = Policy(environment: "production", targets: [.init(directory: "deployed")])
        try store.record(old, replacing: nil, actor: world.actor)
        let new = Policy(environment: "production", targets: [.init(directory: "deployed")], requires: ["test"])
        #expect(new.differences(from: old) == ["requires: [] -> [test]"])
        try store.record(new, replacing: old, actor: world.actor)
        #expect(try store.policy(of: "production") == new)
        // Somebody who has looked at the old rules does not overwrite the new ones unseen; the same again is no change.
        #expect(throws: StoreError.self) { try store.record(old, replacing: old, actor: world.actor) }
        try store.record(new, replacing: nil, actor: world.actor)
        #expect(try store.policy(of: "production") == new)
        #expect(try store.environments() == ["production"])
    }
}
