internal import ModelPackage
internal import ModelStore
internal import Support

/// One look after another of a follower: what should run, what does, and what is said about it.
struct FollowingRound {
    private let verb: Follow
    private let name: String
    private let place: String
    private let invocation: Invocation
    private var swaps = 0
    private var hasAnswered = false
    /// What the ledgers were when they were looked at last.
    private var mark: [String] = []

    init(_ verb: Follow, name: String, place: String, _ invocation: Invocation) {
        self.verb = verb
        self.name = name
        self.place = place
        self.invocation = invocation
    }

    /// What became of one model.
    struct Result: Sendable {
        let model: String
        let served: Receipt.Served
        /// What happened, for people; `nil` when nothing did.
        let remark: String?

        init(model: String, served: Receipt.Served, remark: String?) {
            self.model = model
            self.served = served
            self.remark = remark
        }

        /// A model whose ledger cannot be read: what was served last goes on.
        init(unreadable model: String, _ problem: String, _ last: Receipt.Served?) {
            self.init(
                model: model,
                served: Receipt.Served(
                    model: model,
                    revision: last?.revision ?? 0,
                    version: last?.version,
                    goldenAgree: last?.goldenAgree,
                    goldenTotal: last?.goldenTotal,
                    problem: "its ledger cannot be read: \(problem)",
                    ready: last?.ready ?? []
                ),
                remark: "\(model) goes on as it is, its ledger cannot be read: \(problem)"
            )
        }
    }

    /// Makes every model of the environment what its ledger says, and writes down what is served then.
    mutating func follow() async throws -> [Result] {
        let store = try invocation.openStoreAsItIs(writing: true)
        mark = store.mark(of: verb.environment)
        let (states, damaged) = try store.ledgers(of: verb.environment)
        let last = try? store.receipt(of: name, in: verb.environment)
        // What cannot be read is left as it is, and told.
        var results = damaged.compactMap { ledger in
            ledger.model.flatMap { isWanted($0) ? Result(unreadable: $0, ledger.problem, last?.served($0)) : nil }
        }
        for state in states.sorted(by: { $0.model < $1.model }) where isWanted(state.model) {
            guard let deployment = state.deployment, let serving = deployment.serving else { continue }
            let result = await follow(deployment, serving, store)
            results.append(result)
            // Whoever waits for this model need not wait for the next, of which the receipt says what it said before.
            if results.count < states.count + damaged.count { try answer(results, keepingOthers: true) }
        }
        try answer(results, keepingOthers: false)
        return results
    }

    private func isWanted(_ model: String) -> Bool { verb.models.isEmpty || verb.models.contains(model) }

    private mutating func follow(_ deployment: Deployment, _ serving: VersionReference, _ store: Store) async -> Result
    {
        let target = DirectoryTarget(name: verb.directory, path: place, model: deployment.model)
        let last = (try? store.receipt(of: name, in: verb.environment))?.served(deployment.model)
        let isDone = last?.confirms(deployment) == true && target.serves(serving)
        do {
            var golden = last.flatMap { last in last.goldenTotal.map { (last.goldenAgree ?? 0, $0) } }
            var remark: String?
            if !isDone {
                let stopwatch = Stopwatch()
                let report = try await activate(deployment, serving, target, store)
                golden = report.map { ($0.agree, $0.total) }
                swaps += 1
                let rows = report.map { ", golden rows \($0.agree)/\($0.total)" } ?? ""
                remark =
                    "\(verb.environment)  \(deployment.model) \(serving.version) in \(verb.directory) "
                    + "after \(Int(stopwatch.seconds * 1000)) ms (deployment \(deployment.lastMove.revision))\(rows)"
            }
            // The parachute comes second: what should run, runs first.
            let ready = await packParachute(deployment, target, store)
            let disagrees = golden.map { $0.0 < $0.1 } ?? false
            return Result(
                model: deployment.model,
                served: Receipt.Served(
                    model: deployment.model,
                    revision: deployment.lastMove.revision,
                    version: serving,
                    goldenAgree: golden?.0,
                    goldenTotal: golden?.1,
                    problem: disagrees ? "golden rows give other outputs than when it was registered" : nil,
                    ready: ready
                ),
                remark: remark
            )
        } catch {
            return Result(
                model: deployment.model,
                served: Receipt.Served(
                    model: deployment.model,
                    revision: deployment.lastMove.revision,
                    version: last?.version.flatMap { target.serves($0) ? $0 : nil },
                    goldenAgree: nil,
                    goldenTotal: nil,
                    problem: "\(error)",
                    ready: last?.ready ?? []
                ),
                remark: "\(verb.environment)  \(deployment.model) stays at "
                    + "\(target.current ?? "nothing"), not \(serving.version): \(error)"
            )
        }
    }

    /// Unpacks, loads and swaps in what should run; gives how its golden rows agree.
    private func activate(
        _ deployment: Deployment,
        _ serving: VersionReference,
        _ target: DirectoryTarget,
        _ store: Store
    ) async throws -> GoldenRowsReport? {
        let record = try store.version(serving, of: deployment.model)
        try await store.obtain(record)
        let package = try store.package(of: record)
        let prepared = try target.prepare(package, serving, in: invocation)
        let predictor = try Proof().load(folder: prepared.folder, kind: package.manifest.kind)
        _ = try target.activate(prepared, serving) {
            try store.state(of: verb.environment, model: deployment.model).deployment
        }
        return try Proof().goldenRows(folder: prepared.folder, by: predictor)
    }

    /// Fetches and unpacks what a rollback may go to, so that it needs no network; gives what is ready.
    private func packParachute(
        _ deployment: Deployment,
        _ target: DirectoryTarget,
        _ store: Store
    ) async -> [VersionReference] {
        var ready: [VersionReference] = []
        for version in deployment.parachute {
            guard let record = try? store.version(version, of: deployment.model) else { continue }
            if target.isReady(version) {
                ready.append(version)
                continue
            }
            do {
                try await store.obtain(record)
                let package = try store.package(of: record)
                let prepared = try target.prepare(package, version, in: invocation)
                _ = try Proof().load(folder: prepared.folder, kind: package.manifest.kind)
                ready.append(version)
            } catch {
                // It is tried again at the next look; the receipt does not claim it.
                continue
            }
        }
        return ready
    }

    /// Writes down on this disk what is served; the courier carries it to the remote.
    private mutating func answer(_ results: [Result], keepingOthers: Bool) throws {
        let store = try invocation.openStoreAsItIs(writing: true)
        let known = try? store.receipt(of: name, in: verb.environment)
        // Of an environment that nobody has made yet there is nothing to say.
        if known == nil, results.isEmpty, try !store.environments().contains(verb.environment) { return }
        if let known, hasAnswered, !known.hasLeft, (known.host, known.place) != (Receipt.thisHost, place) {
            invocation.progress.warn(
                "another follower of \(verb.environment) is called \(name) as well, on \(known.host) in \(known.place): give one of them another --name"
            )
        }
        hasAnswered = true
        let last = keepingOthers ? known : nil
        let others = last?.models.filter { known in !results.contains { $0.model == known.model } } ?? []
        let receipt = Receipt(
            environment: verb.environment,
            follower: name,
            host: Receipt.thisHost,
            place: place,
            tool: Tool.title,
            time: invocation.clock.now(),
            hasLeft: false,
            models: (results.map(\.served) + others).sorted { $0.model < $1.model }
        )
        try store.record(receipt, actor: Actor(name: name, email: "\(name)@\(Receipt.thisHost)"))
    }

    /// Waits until a ledger of the environment changes on this disk, or so many seconds.
    func wait(seconds: Double) async throws {
        let stopwatch = Stopwatch()
        let store = try invocation.openStoreAsItIs()
        while stopwatch.seconds < seconds, invocation.cancellation.requestedSignal == nil {
            if store.mark(of: verb.environment) != mark { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func report(_ results: [Result]) -> Follow.Report {
        Follow.Report(
            environment: verb.environment,
            follower: name,
            directory: place,
            models: results.map {
                Follow.Report.Line(
                    model: $0.model,
                    version: $0.served.version?.version,
                    revision: $0.served.revision,
                    problem: $0.served.problem
                )
            },
            swaps: swaps
        )
    }
}
