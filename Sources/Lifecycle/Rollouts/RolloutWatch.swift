package import ModelStore
package import Serving

/// Watches candidates beside the stable versions of a server, and says when one goes on and when it has to go.
///
/// Time is counted from when the server has begun with a step, by a clock of this machine that only goes forward.
package struct RolloutWatch {
    /// What is to be done with a rollout.
    package enum Decision: Equatable, Sendable {
        /// Nothing yet.
        case wait
        /// A comparison begins anew.
        case begin
        /// The candidate has passed: it gets its next share, or everything.
        case advance(reason: String)
        case abort(reason: String)
    }

    /// Requests in a row that a candidate may fail to answer.
    package static let failuresInARow = 5
    /// Comparisons in a row that it may fail, each over a time of its own.
    package static let failedChecks = 2

    private struct Window {
        /// The move that has begun the step.
        let revision: Int
        var begin: Double
        /// What was counted then.
        var candidate: Traffic?
        var stable: Traffic?
        var failures = 0
        var note: String?
    }

    private var windows: [String: Window] = [:]

    package init() {}

    /// What is known of a model's candidate, for people; it changes when something happens, not with every request.
    package func note(on model: String) -> String? { windows[model]?.note }

    /// Looks at a rollout at a time in seconds.
    package mutating func look(at deployment: Deployment, _ traffic: [Traffic], at time: Double) -> Decision {
        guard let rollout = deployment.rollout, rollout.strategy != .blueGreen, let serving = deployment.serving else {
            windows[deployment.model] = nil
            return .wait
        }
        func counted(_ version: VersionReference) -> Traffic? {
            traffic.first { $0.model == deployment.model && $0.digest == "\(version.digest)" }
        }
        let (candidate, stable) = (counted(rollout.candidate), counted(serving))
        guard var window = windows[deployment.model], window.revision == deployment.lastMove.revision else {
            windows[deployment.model] = Window(
                revision: deployment.lastMove.revision,
                begin: time,
                candidate: candidate,
                stable: stable
            )
            return .begin
        }
        defer { windows[deployment.model] = window }
        guard let new = candidate?.since(window.candidate), let old = stable?.since(window.stable) else { return .wait }
        if new.failuresInARow >= Self.failuresInARow, new.failed >= Self.failuresInARow {
            return .abort(reason: "\(new.failuresInARow) requests in a row failed")
        }
        guard time - window.begin >= Double(rollout.stepTime) else { return .wait }
        let analysis =
            rollout.strategy == .shadow
            ? CandidateAnalysis(shadow: new, stable: old, minRequests: rollout.minRequests)
            : CandidateAnalysis(canary: new, stable: old, minRequests: rollout.minRequests)
        switch analysis.verdict {
        case .inconclusive:
            // It goes on counting in the same window.
            window.note = "paused: it has had too few requests to be judged"
            return .wait
        case .pass:
            window.failures = 0
            window.note = "as good as the stable version, as far as can be seen"
            guard rollout.strategy == .canary else { break }
            return .advance(
                reason: "\(analysis.requests) requests at \(rollout.percent) % without a difference that matters"
            )
        case .fail:
            let reason = analysis.reasons.joined(separator: "; ")
            window.failures += 1
            if window.failures >= Self.failedChecks { return .abort(reason: reason) }
            window.note = "failed a check, and is looked at once more: \(reason)"
        }
        (window.begin, window.candidate, window.stable) = (time, candidate, stable)
        return .begin
    }
}
