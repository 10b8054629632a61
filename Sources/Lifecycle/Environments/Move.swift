internal import ModelPackage
internal import ModelStore
internal import Support

/// The way that a deployment and a rollback have in common: prove the version, move the ref, make it real, confirm.
struct Move {
    let invocation: Invocation
    let store: Store
    let policy: Policy
    let state: EnvironmentState
    let record: VersionRecord
    let targets: [DirectoryTarget]
    private let stopwatch = Stopwatch()

    init(
        _ invocation: Invocation,
        _ store: Store,
        _ policy: Policy,
        _ state: EnvironmentState,
        to record: VersionRecord
    ) throws {
        self.invocation = invocation
        self.store = store
        self.policy = policy
        self.state = state
        self.record = record
        targets = try invocation.targets(of: policy, model: state.model)
    }

    /// How to name the model in the environment on a command line: with the model only where there are several.
    var place: String { invocation.place(of: record.model, in: state.environment, store) }

    var version: VersionReference { VersionReference(record) }

    /// Proves that the version is whole and can be loaded, and unpacks it where it is to run.
    ///
    /// Nothing runs it yet.
    func prepare() throws {
        let package = try store.package(of: record)
        guard let first = targets.first else {
            try package.verify(cancellation: invocation.cancellation)
            try Proof().load(package)
            return
        }
        for target in targets { try target.prepare(package, version, in: invocation) }
        try Proof().load(folder: first.folder(of: version), kind: package.manifest.kind)
    }

    /// Moves the ref, unless somebody else did; says how long after the start.
    func advance(by event: DeploymentEvent, context: DeploymentContext) throws -> (Deployment, seconds: Double) {
        let deployment = try store.advance(state, by: event, context: context, actor: invocation.actor)
        return (deployment, stopwatch.seconds)
    }

    /// Swaps the version in everywhere, and runs its golden rows there.
    func activate(keeping deployment: Deployment) -> [MoveReport.Target] {
        targets.map { target in
            do {
                try target.activate(version)
                let golden = try Proof().goldenRows(folder: target.folder(of: version), kind: record.kind)
                let fails = golden.map { $0.agree < $0.total } ?? false
                target.prune(keeping: Move.parachute(deployment))
                return MoveReport.Target(
                    directory: target.name,
                    serves: "\(record.version)",
                    seconds: stopwatch.seconds,
                    goldenRows: golden,
                    problem: fails ? "golden rows give other outputs than when it was registered" : nil
                )
            } catch {
                return MoveReport.Target(
                    directory: target.name,
                    serves: target.current,
                    seconds: stopwatch.seconds,
                    goldenRows: nil,
                    problem: "\(error)"
                )
            }
        }
    }

    /// The versions that stay unpacked: what is routed, the last good one, and the three good ones before.
    private static func parachute(_ deployment: Deployment) -> [VersionReference] {
        let good = deployment.standing.filter { $0.verdict == .good }.prefix(3).map(\.target)
        return deployment.routes.map(\.target) + [deployment.lastGood?.target].compactMap { $0 } + good
    }
}
