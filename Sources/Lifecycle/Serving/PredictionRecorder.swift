internal import Monitoring
internal import Serving
internal import Support

/// Writes what a server answers to its prediction log, once a second.
///
/// It stands beside the requests, and never in their way: what cannot be written, as on a full disk, is counted and forgotten.
actor PredictionRecorder {
    private let server: InferenceServer
    private let log: PredictionLog
    private let clock: Clock
    private let progress: any ProgressListener
    /// When the traffic of each model was dealt anew, the latest last.
    private var moves: [String: [(revision: Int, milliseconds: UInt64)]] = [:]
    /// What was counted up to the last look, by version.
    private var counted: [VersionKey: Traffic] = [:]
    /// What was counted since and is not on the disk yet.
    private var pending: [AskedVersion: RequestCounts] = [:]
    private var hasComplained = false

    private struct VersionKey: Hashable {
        let model: String
        let version: String
        let digest: String
    }

    init(_ server: InferenceServer, _ log: PredictionLog, _ invocation: Invocation) {
        self.server = server
        self.log = log
        clock = invocation.clock
        progress = invocation.progress
    }

    /// Writes until the task is cancelled.
    func run() async {
        // What a cancelled task has taken it could not write any more.
        while (try? await Task.sleep(for: .seconds(1))) != nil { await write() }
    }

    /// Hears that a revision has dealt the traffic of a model anew; `traffic` is what was counted up to then.
    func note(_ revision: Int, of model: String, _ traffic: [Traffic]) {
        account(for: traffic)
        let moment = UInt64(max(0, clock.now().seconds)) * 1000
        moves[model, default: []].append((revision, moment))
        moves[model] = moves[model]?.suffix(8)
    }

    /// Writes down what was answered since the last time.
    func write() async {
        guard let answered = try? await server.takeAnswered(), let traffic = try? await server.traffic() else { return }
        account(for: traffic)
        let predictions = answered.flatMap { rows(of: $0.request, weight: $0.weight) }
        let counts = pending
        guard !predictions.isEmpty || !counts.isEmpty else { return }
        pending = [:]
        do {
            try await log.record(predictions, counts, at: Double(clock.now().seconds))
            if hasComplained { progress.note("the prediction log can be written again") }
            hasComplained = false
        } catch {
            // Counts are few, and wait for better times.
            for (version, counts) in counts { pending[version, default: RequestCounts()] += counts }
            server.countUnrecorded(Int(answered.reduce(0) { $0 + $1.weight }.rounded()))
            if !hasComplained { progress.warn("\(error); requests are answered, and not recorded") }
            hasComplained = true
        }
    }

    private func rows(of request: AnsweredRequest, weight: Double) -> [RecordedPrediction] {
        let version = AskedVersion(
            model: request.version.model,
            version: request.version.version,
            digest: request.version.digest,
            revision: moves[request.version.model]?.last { $0.milliseconds <= request.milliseconds }?.revision
                ?? moves[request.version.model]?.first?.revision ?? 0
        )
        return request.lines.map { line in
            RecordedPrediction(
                version: version,
                time: Double(request.milliseconds) / 1000,
                request: request.id,
                weight: weight * request.rowWeight,
                inputs: line.inputs,
                outputs: line.outputs
            )
        }
    }

    /// Adds what was counted since the last look to the revision that dealt the traffic meanwhile.
    private func account(for traffic: [Traffic]) {
        for now in traffic {
            let key = VersionKey(model: now.model, version: now.version, digest: now.digest)
            let before = counted[key]
            // Two looks may come to us in the other order than they were taken in.
            if let before, now.requests < before.requests { continue }
            counted[key] = now
            let more = now.since(before)
            guard more.requests > 0 else { continue }
            let version = AskedVersion(
                model: now.model,
                version: now.version,
                digest: now.digest,
                revision: moves[now.model]?.last?.revision ?? 0
            )
            pending[version, default: RequestCounts()] += RequestCounts(
                answered: Int(more.answered),
                failed: Int(more.failed),
                refused: Int(more.refused)
            )
        }
    }
}

extension Traffic {
    /// All requests, whatever became of them.
    fileprivate var requests: UInt64 { answered &+ failed &+ refused }
}
