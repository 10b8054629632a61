import ModelPackage
import ModelStore
import Support
import Synchronization
import TestSupport

/// A fresh store with a clock that a test turns.
final class StoreWorld: Sendable {
    let scratch: Scratch
    private let seconds = Mutex<Int64>(1_800_000_000)
    let actor = Actor(name: "anna", email: "anna@example.org")

    init() throws {
        scratch = try Scratch()
        _ = try Store.create(at: path, actor: actor, clock: clock)
    }

    var path: String { scratch("store.git") }

    var clock: Clock { Clock { [self] in Timestamp(seconds: seconds.withLock { $0 }) } }

    var now: Timestamp { clock.now() }

    /// Lets time pass.
    func wait(_ duration: Int64) { seconds.withLock { $0 += duration } }

    func open() throws -> Store { try Store.open(at: path, writing: true, verb: "test", clock: clock) }

    /// Registers a version that holds `content`.
    @discardableResult
    func register(
        _ content: String,
        model: String = "fashion",
        from parent: VersionNumber? = nil,
        signature: String = "s",
        recipe: String = "r"
    ) async throws -> Registration {
        var request = RegistrationRequest(
            model: model,
            members: [
                MemberSource(path: "weights.safetensors", content: .bytes(Array(content.utf8))),
                MemberSource(path: "notes/readme.txt", content: .bytes(Array("hello \(content)".utf8))),
            ],
            kind: .network,
            card: "# \(model)\n",
            produced: Provenance(time: now, actor: "anna", tool: "mlops test"),
            actor: actor
        )
        request.parent = parent
        request.signature = Digest(of: Array(signature.utf8))
        request.recipe = Digest(of: Array(recipe.utf8))
        request.metrics = Metrics(main: "accuracy", values: ["accuracy": 0.5], data: "validation", run: 1)
        return try await open().register(request)
    }

    /// Deploys a version, and gives it its time.
    @discardableResult
    func deploy(_ version: VersionReference, reason: String? = nil, bake: Int64 = 0) async throws -> Deployment {
        let store = try open()
        let state = try store.state(of: "production", model: "fashion")
        let deployment = try await store.advance(
            state,
            by: .deploy(version, skippedChecks: false, signatureChanges: []),
            context: DeploymentContext(actor: "anna", time: now, reason: reason, bakeTime: 3600),
            actor: actor
        )
        wait(bake)
        return deployment
    }
}
