internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Serving
internal import Support

/// A server in whose memory a follower makes an environment real.
///
/// A version is loaded aside, its bytes are proven and its golden rows asked; then all event loops answer with it from one turn to the
/// next. What had the traffic before finishes what it has begun, and leaves memory; the last good version stays there.
final class FollowedServer: FollowedPlace {
    let name: String
    private let server: InferenceServer
    private let invocation: Invocation
    private let allowsNonFinite: Bool
    /// Hears which revision has dealt the traffic.
    private let recorder: PredictionRecorder?
    private var entries: [String: ModelTable.Entry] = [:]
    /// What the entries are.
    private var real: [String: Deployment] = [:]
    /// What is to be said of candidates.
    private var notes: [String: String] = [:]
    private var loaded: [String: [VersionReference: (version: LoadedVersion, golden: GoldenRowsReport?)]] = [:]
    /// Each version has one name, however often it is loaded: what it has answered is counted under it.
    private var names: [String: [VersionReference: VersionName]] = [:]

    init(
        _ server: InferenceServer,
        name: String,
        allowsNonFinite: Bool,
        _ recorder: PredictionRecorder?,
        _ invocation: Invocation
    ) {
        self.server = server
        self.name = name
        self.allowsNonFinite = allowsNonFinite
        self.recorder = recorder
        self.invocation = invocation
    }

    var phrase: String { " at \(name)" }

    func isDone(_ deployment: Deployment) -> Bool {
        guard let known = real[deployment.model] else { return false }
        return known.lastMove.revision == deployment.lastMove.revision && known.routes == deployment.routes
            && known.candidate == deployment.candidate
    }

    func runs(_ version: VersionReference, of model: String) -> Bool { real[model]?.routes.first?.target == version }

    func current(of model: String) -> String? { real[model]?.routes.first.map { "\($0.version)" } }

    func makeReal(_ deployment: Deployment, _ store: Store) async throws -> GoldenRowsReport? {
        let model = deployment.model
        var golden: GoldenRowsReport?
        var routes: [ModelTable.Route] = []
        do {
            let candidate = try await candidate(of: deployment, store)
            for route in deployment.routes {
                let (version, report) = try await load(route.target, of: model, store)
                // The stable version comes first.
                if routes.isEmpty { golden = report }
                routes.append(ModelTable.Route(version, percent: route.percent))
            }
            let shadow = deployment.shadow == nil ? nil : candidate
            // A candidate that waits for its promotion answers who asks for it by name.
            let lastGood = deployment.lastGood.flatMap { loaded[model]?[$0.target]?.version }
            let others = [candidate, lastGood].compactMap { $0 }
            entries[model] = ModelTable.Entry(
                model: model,
                routes: routes,
                shadow: shadow,
                others: others
            )
        } catch {
            if entries[model] == nil {
                entries[model] = ModelTable.Entry(model: model, routes: [], problem: "its version cannot be loaded")
                try? await publish()
            }
            throw error
        }
        try await publish()
        if let recorder, let traffic = try? await server.traffic() {
            await recorder.note(deployment.lastMove.revision, of: model, traffic)
        }
        real[model] = deployment
        notes[model] = nil
        forget(of: deployment)
        return golden
    }

    /// The candidate of a rollout, which must answer its golden rows to get any traffic.
    private func candidate(of deployment: Deployment, _ store: Store) async throws -> LoadedVersion? {
        guard let target = deployment.candidate else { return nil }
        let (version, golden) = try await load(target, of: deployment.model, store)
        if let problem = golden?.problem { throw StoreError(.integrity, "\(target.version): \(problem)") }
        return version
    }

    /// Loads the last good version beside what runs, and fetches the packages of the others that a rollback may go to.
    func packParachute(for deployment: Deployment, _ store: Store) async -> [VersionReference] {
        let model = deployment.model
        var ready: [VersionReference] = []
        for version in deployment.parachute {
            guard let record = try? store.version(version, of: model) else { continue }
            if loaded[model]?[version] != nil {
                ready.append(version)
                continue
            }
            do {
                if version == deployment.lastGood?.target {
                    let (warm, _) = try await load(version, of: model, store)
                    if let entry = entries[model] {
                        entries[model] = ModelTable.Entry(
                            model: model,
                            routes: entry.routes,
                            shadow: entry.shadow,
                            others: entry.others + [warm]
                        )
                        try await publish()
                    }
                } else {
                    try await store.obtain(record)
                    try store.package(of: record).verify(cancellation: invocation.cancellation)
                }
                ready.append(version)
            } catch {
                // It is tried again at the next look; the receipt does not claim it.
                continue
            }
        }
        forget(of: deployment)
        return ready
    }

    /// What is rolled out here.
    var rollouts: [Deployment] { real.values.filter { $0.rollout != nil }.sorted { $0.model < $1.model } }

    func traffic() async throws -> [Traffic] { try await server.traffic() }

    func forgetNumbers() async throws { try await server.forgetNumbers() }

    /// Says something of a model's candidate from now on.
    func note(_ note: String?, on model: String) { notes[model] = note }

    func note(on model: String) -> String? { notes[model] }

    /// Serves versions that no ledger names.
    func serve(_ entry: ModelTable.Entry) async throws {
        entries[entry.model] = entry
        try await publish()
    }

    /// Takes a version into memory, unless it is there: proves its bytes, loads it, and asks its golden rows.
    func load(
        _ version: VersionReference,
        of model: String,
        _ store: Store
    ) async throws -> (version: LoadedVersion, golden: GoldenRowsReport?) {
        let record = try store.version(version, of: model)
        if let found = loaded[model]?[version] { return found }
        try await store.obtain(record)
        let package = try store.package(of: record)
        guard package.manifest.kind == .network else {
            throw StoreError(
                .refused,
                "\(record.title) holds files of another tool, which nothing here can answer with",
                hints: ["serve a network, or follow the environment into a directory: mlops follow"]
            )
        }
        try package.verify(cancellation: invocation.cancellation)
        let predictor = try NetworkPredictor(ModelFiles(package, source: record.title))
        let golden = try Proof().goldenRows(package, by: predictor)
        let new = LoadedVersion(
            name(of: version, model, classes: predictor.classes?.names ?? []),
            RowModel(predictor, platform: "mlops_network", allowsNonFinite: allowsNonFinite),
            secondsPerRow: predictor.secondsPerRow
        )
        loaded[model, default: [:]][version] = (new, golden)
        return (new, golden)
    }

    private func name(of version: VersionReference, _ model: String, classes: [String]) -> VersionName {
        if let name = names[model]?[version] { return name }
        let name = VersionName(
            model: model,
            version: "\(version.version)",
            digest: "\(version.digest)",
            classes: classes
        )
        names[model, default: [:]][version] = name
        return name
    }

    private func publish() async throws { try await server.publish(ModelTable(Array(entries.values))) }

    /// Lets go of what neither runs nor waits to.
    private func forget(of deployment: Deployment) {
        let kept =
            deployment.routes.map(\.target) + [deployment.candidate, deployment.lastGood?.target].compactMap { $0 }
        loaded[deployment.model] = loaded[deployment.model]?.filter { kept.contains($0.key) }
    }
}

extension NetworkPredictor {
    /// The seconds that a single row takes, the best of a few.
    fileprivate var secondsPerRow: Double {
        let row = Matrix(rows: 1, columns: pipeline.width)
        return (0..<5).reduce(.infinity) { best, _ in
            let stopwatch = Stopwatch()
            _ = try? predict(row)
            return min(best, stopwatch.seconds)
        }
    }
}
