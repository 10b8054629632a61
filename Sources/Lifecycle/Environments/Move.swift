internal import Inference
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
    /// Directories of the policy that cannot be reached from here.
    let unseen: [String]
    /// How many seconds followers have to answer.
    var patience = Move.usualPatience
    /// What must be seen after it.
    var verification = Verification.golden
    private let stopwatch = Stopwatch()

    static let usualPatience = 10.0

    init(
        _ invocation: Invocation,
        _ store: Store,
        _ policy: Policy,
        _ state: EnvironmentState,
        to record: VersionRecord,
        deploying: Bool = false
    ) throws {
        self.invocation = invocation
        self.store = store
        self.policy = policy
        self.state = state
        self.record = record
        let found = try invocation.targets(of: policy, model: state.model, in: store, deploying: deploying)
        (targets, unseen) = (found.reachable, found.unseen)
    }

    /// How to name the model in the environment on a command line: with the model only where there are several.
    var place: String { invocation.place(of: record.model, in: state.environment, store) }

    /// What a line that is typed next needs to leave the remote alone as this one did.
    var offline: String { invocation.offlineOption }

    var version: VersionReference { VersionReference(record) }

    /// Proves that the version is whole and can be loaded, and unpacks it where it is to run.
    ///
    /// Nothing runs it yet. A package that is not on this machine, and has no place here, is proven by the followers that say they
    /// have it ready; else it is fetched, if `fetching` says so.
    func prepare(fetching: Bool) async throws -> PreparedMove {
        let isHere = try store.holds(record)
        if targets.isEmpty, !isHere {
            let proven = try followers().filter { $0.served(record.model)?.ready.contains(version) == true }
            if !proven.isEmpty || !fetching {
                return PreparedMove(versions: [], predictor: nil, isHere: false, provenBy: proven.map(\.follower))
            }
        }
        if !isHere, !fetching || invocation.isOffline, let prepared = try claimReady() { return prepared }
        do {
            try await store.obtain(record)
        } catch {
            guard !isHere, let prepared = try claimReady() else { throw error }
            return prepared
        }
        let package = try store.package(of: record)
        let prepared = try targets.map { try $0.prepare(package, version, in: invocation) }
        if let first = prepared.first {
            let predictor = try Proof().load(folder: first.folder, kind: package.manifest.kind)
            return PreparedMove(versions: prepared, predictor: predictor, isHere: true, provenBy: [])
        }
        try package.verify(cancellation: invocation.cancellation)
        return PreparedMove(versions: [], predictor: try Proof().load(package), isHere: true, provenBy: [])
    }

    /// The version as it lies unpacked in all directories, to the byte; `nil` where it does not.
    private func claimReady() throws -> PreparedMove? {
        guard !targets.isEmpty, let manifest = try? store.manifest(of: record) else { return nil }
        let ready = targets.compactMap { try? $0.claimReady(version, manifest) }
        guard ready.count == targets.count else { return nil }
        let predictor = try Proof().load(folder: ready[0].folder, kind: record.kind)
        return PreparedMove(versions: ready, predictor: predictor, isHere: true, provenBy: [])
    }

    /// Moves the ref, unless somebody else did; says how long after the start.
    func advance(by event: DeploymentEvent, context: DeploymentContext) async throws -> (Deployment, seconds: Double) {
        let deployment = try await store.advance(state, by: event, context: context, actor: invocation.actor)
        return (deployment, stopwatch.seconds)
    }

    /// Swaps the version in everywhere, waits for the followers, and runs the golden rows where it is unpacked.
    ///
    /// Where nothing is known that serves it, they are run as it is stored. ``verification`` may ask for less.
    func activate(_ prepared: PreparedMove, _ deployment: Deployment) async -> [MoveReport.Target] {
        let swapped = swap(prepared)
        if verification == .none { return swapped }
        var waiting = FollowerConfirmation(of: deployment, in: store, invocation, since: stopwatch)
        waiting.countsGoldenRows = verification == .golden
        let confirmed = await waiting.wait(for: (try? followers()) ?? [], patience: patience)
        if swapped.isEmpty && confirmed.isEmpty && unseen.isEmpty { return [goldenRowsAsStored(prepared)] }
        return swapped + confirmed + (confirmed.isEmpty ? outOfSight : [])
    }

    /// The directories of the rules that are somewhere else, where no follower speaks for them.
    private var outOfSight: [MoveReport.Target] {
        unseen.map { directory in
            MoveReport.Target(
                directory: directory,
                serves: nil,
                seconds: stopwatch.seconds,
                goldenRows: nil,
                problem: "not on this machine: what serves there cannot be seen"
            )
        }
    }

    /// The followers of the environment that have not left.
    func followers() throws -> [Receipt] { try store.receipts(of: state.environment) }

    private func goldenRowsAsStored(_ prepared: PreparedMove) -> MoveReport.Target {
        guard prepared.isHere, verification == .golden else {
            return MoveReport.Target(
                directory: nil,
                serves: nil,
                seconds: stopwatch.seconds,
                goldenRows: nil,
                problem: nil
            )
        }
        let result = Result { try Proof().goldenRows(try store.package(of: record), by: prepared.predictor) }
        let (golden, problem): (GoldenRowsReport?, String?) =
            switch result {
            case .success(let golden): (golden, golden?.problem)
            case .failure(let error): (nil, "\(error)")
            }
        return MoveReport.Target(
            directory: nil,
            serves: nil,
            seconds: stopwatch.seconds,
            goldenRows: golden,
            problem: problem
        )
    }

    private func swap(_ prepared: PreparedMove) -> [MoveReport.Target] {
        zip(targets, prepared.versions).map { target, unpacked in
            var mended: [String] = []
            do {
                let kept = try target.activate(unpacked, version) {
                    try store.state(of: state.environment, model: state.model).deployment
                }
                if let kept { mended = ["what stood in the place of `current` is kept as `\(kept)`"] }
                let golden =
                    verification == .golden
                    ? try Proof().goldenRows(folder: unpacked.folder, by: prepared.predictor) : nil
                return MoveReport.Target(
                    directory: target.name,
                    serves: "\(record.version)",
                    seconds: stopwatch.seconds,
                    goldenRows: golden,
                    problem: golden?.problem,
                    mended: mended
                )
            } catch {
                return MoveReport.Target(
                    directory: target.name,
                    serves: target.current.map { String($0.prefix { $0 != "-" }) },
                    seconds: stopwatch.seconds,
                    goldenRows: nil,
                    problem: "\(error)",
                    mended: mended
                )
            }
        }
    }

    /// Puts right what does not serve the version that the ledger names, to the byte, without a new deployment.
    func mend() async throws -> [MoveReport.Target] {
        guard !targets.isEmpty else { return [] }
        let manifest: Manifest
        do {
            try await store.obtain(record)
            manifest = try store.manifest(of: record)
        } catch {
            // What cannot be compared is in nobody's way while it serves.
            guard targets.allSatisfy({ $0.serves(version) }) else { throw error }
            invocation.progress.warn("what is deployed cannot be compared with what is stored: \(error)")
            return []
        }
        let problems = targets.map { $0.problems(serving: version, manifest, by: .bytes) }
        guard problems.contains(where: { !$0.isEmpty }) else { return [] }
        var report = swap(try await prepare(fetching: true))
        for (index, found) in problems.enumerated() where report[index].problem == nil {
            report[index].mended = found + report[index].mended
        }
        return report
    }
}

/// A version that was proven whole and loaded, and lies where it is to run.
struct PreparedMove {
    /// In the order of the targets.
    let versions: [PreparedVersion]
    /// The loaded model; `nil` for files of another tool.
    let predictor: NetworkPredictor?
    /// Whether it was read on this machine.
    let isHere: Bool
    /// The followers that have it ready, where it was not.
    let provenBy: [String]

    /// What somebody must know who expects it to be read before it runs.
    func note(_ record: VersionRecord) -> String? {
        if isHere { return nil }
        guard provenBy.isEmpty else {
            return
                "whole and loadable by the word of \(provenBy.joined(separator: ", ")): the package is not on this machine"
        }
        return
            "nobody has read \(record.title) again before it moved: its package is not on this machine, and no follower has it "
            + "ready; to read it: mlops verify \(record.model)@\(record.version)"
    }
}
