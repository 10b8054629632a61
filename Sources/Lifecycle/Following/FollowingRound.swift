internal import ModelPackage
internal import ModelStore
internal import Support

/// One look after another of a follower: what should run, what does, and what is said about it.
struct FollowingRound {
    private let environment: String
    /// The models to follow; all of the environment when it is empty.
    private let models: [String]
    private let name: String
    private let place: any FollowedPlace
    private let invocation: Invocation
    /// How often something else was made real.
    private(set) var changes = 0
    private var hasAnswered = false
    /// What the ledgers were when they were looked at last.
    private var mark: [String] = []

    init(
        of environment: String,
        models: [String],
        by name: String,
        at place: any FollowedPlace,
        _ invocation: Invocation
    ) {
        self.environment = environment
        self.models = models
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
        /// Whether what should run cannot, however often it is tried.
        let isHopeless: Bool

        init(model: String, served: Receipt.Served, remark: String?, isHopeless: Bool = false) {
            self.model = model
            self.served = served
            self.remark = remark
            self.isHopeless = isHopeless
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
        mark = store.mark(of: environment)
        let (states, damaged) = try store.ledgers(of: environment)
        let last = try? store.receipt(of: name, in: environment)
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

    private func isWanted(_ model: String) -> Bool { models.isEmpty || models.contains(model) }

    private mutating func follow(_ deployment: Deployment, _ serving: VersionReference, _ store: Store) async -> Result
    {
        let last = (try? store.receipt(of: name, in: environment))?.served(deployment.model)
        let isDone = await place.isDone(deployment) && last?.confirms(deployment) == true
        do {
            var golden = last.flatMap { last in last.goldenTotal.map { (last.goldenAgree ?? 0, $0) } }
            var remark: String?
            if !isDone {
                let stopwatch = Stopwatch()
                let report = try await place.makeReal(deployment, store)
                golden = report.map { ($0.agree, $0.total) }
                changes += 1
                let rows = report.map { ", golden rows \($0.agree)/\($0.total)" } ?? ""
                remark =
                    "\(environment)  \(deployment.model) \(serving.version)\(place.phrase) "
                    + "after \(Int(stopwatch.seconds * 1000)) ms (deployment \(deployment.lastMove.revision))\(rows)"
            }
            // The parachute comes second: what should run, runs first.
            let ready = await place.packParachute(for: deployment, store)
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
                    ready: ready,
                    note: place.note(on: deployment.model)
                ),
                remark: remark
            )
        } catch {
            var kept = last?.version
            if let version = kept, await !place.runs(version, of: deployment.model) { kept = nil }
            let current = await place.current(of: deployment.model) ?? "nothing"
            return Result(
                model: deployment.model,
                served: Receipt.Served(
                    model: deployment.model,
                    revision: deployment.lastMove.revision,
                    version: kept,
                    goldenAgree: nil,
                    goldenTotal: nil,
                    problem: "\(error)",
                    ready: last?.ready ?? []
                ),
                remark: "\(environment)  \(deployment.model) stays at "
                    + "\(current), not \(serving.version): \(error)",
                isHopeless: (error as? any Failure)?.isOfRemote == false
            )
        }
    }

    /// Writes down on this disk what is served; the courier carries it to the remote.
    private mutating func answer(_ results: [Result], keepingOthers: Bool) throws {
        let store = try invocation.openStoreAsItIs(writing: true)
        let known = try? store.receipt(of: name, in: environment)
        // Of an environment that nobody has made yet there is nothing to say.
        if known == nil, results.isEmpty, try !store.environments().contains(environment) { return }
        if let known, hasAnswered, !known.hasLeft, (known.host, known.place) != (Receipt.thisHost, place.name) {
            invocation.progress.warn(
                "another follower of \(environment) is called \(name) as well, on \(known.host) in \(known.place): give one of them another --name"
            )
        }
        hasAnswered = true
        let last = keepingOthers ? known : nil
        let others = last?.models.filter { known in !results.contains { $0.model == known.model } } ?? []
        let receipt = Receipt(
            environment: environment,
            follower: name,
            host: Receipt.thisHost,
            place: place.name,
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
            // It watches before it looks, so that nothing happens between the two.
            let watch = DirectoryWatch(store.directories(of: environment))
            if store.mark(of: environment) != mark { return }
            if let watch {
                // Some file systems tell nobody what other machines do: it looks every second all the same.
                await watch.wait(seconds: min(1, seconds - stopwatch.seconds), invocation.cancellation)
            } else {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
