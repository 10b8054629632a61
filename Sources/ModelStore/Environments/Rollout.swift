package import Support

/// How a candidate comes to the traffic, and how far it has come.
package struct Rollout: Codable, Hashable, Sendable {
    /// Any but `direct`.
    package let strategy: Strategy
    package let candidate: VersionReference
    /// The shares of a canary in percent, one after the other; the last is 100.
    package let steps: [Int]
    /// Seconds that a step takes at least.
    package let stepTime: Int
    /// Requests that the candidate must have answered in a step before it is judged.
    package let minRequests: Int
    /// Which of the steps it is at.
    package let step: Int
    /// Since when.
    package let since: Timestamp

    /// The beginning of a rollout.
    ///
    /// - Precondition: steps rise from 1 at least to 100, and the strategy is not `direct`.
    package init(
        _ strategy: Strategy,
        of candidate: VersionReference,
        steps: [Int] = Rollout.usualSteps,
        stepTime: Int = Rollout.usualStepTime,
        minRequests: Int = Rollout.usualMinRequests,
        at time: Timestamp
    ) {
        precondition(Rollout.areSteps(steps), "the steps of a canary rise to 100")
        precondition(strategy != .direct, "who takes all traffic at once is not rolled out")
        self.init(strategy, candidate, steps, stepTime, minRequests, 0, time)
    }

    private init(
        _ strategy: Strategy,
        _ candidate: VersionReference,
        _ steps: [Int],
        _ stepTime: Int,
        _ minRequests: Int,
        _ step: Int,
        _ since: Timestamp
    ) {
        self.strategy = strategy
        self.candidate = candidate
        self.steps = steps
        self.stepTime = stepTime
        self.minRequests = minRequests
        self.step = step
        self.since = since
    }

    package static let usualSteps = [1, 5, 25, 50, 100]
    package static let usualStepTime = 60
    package static let usualMinRequests = 100

    /// Whether shares rise from 1 at least to 100.
    package static func areSteps(_ steps: [Int]) -> Bool {
        steps.last == 100 && (steps.first ?? 0) >= 1 && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// The candidate's share of the traffic in percent.
    package var percent: Int { strategy == .canary && steps.indices.contains(step) ? steps[step] : 0 }

    /// The share after the next step; `nil` where that gives it everything, or where there are no steps.
    package var nextPercent: Int? {
        guard strategy == .canary, steps.indices.contains(step + 1), steps[step + 1] < 100 else { return nil }
        return steps[step + 1]
    }

    /// For people: `canary at 5 %`, `shadow`, `blue-green`.
    package var phrase: String {
        switch strategy {
        case .canary: "canary at \(percent) %"
        case .blueGreen: "blue-green"
        case .shadow: "shadow"
        case .direct: "direct"
        }
    }

    /// The same of a candidate that has another number by now.
    func renamed(to candidate: VersionReference) -> Rollout {
        Rollout(strategy, candidate, steps, stepTime, minRequests, step, since)
    }

    /// The next step, begun at `time`.
    func advanced(at time: Timestamp) -> Rollout {
        Rollout(strategy, candidate, steps, stepTime, minRequests, min(step + 1, steps.count - 1), time)
    }
}
