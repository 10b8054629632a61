internal import ModelStore
internal import Support

/// Waits until the followers of an environment say that they serve what a deployment names.
///
/// They answer by their receipts, which come with the ledgers of the remote.
struct FollowerConfirmation {
    private let deployment: Deployment
    private let store: Store
    private let invocation: Invocation
    private let stopwatch: Stopwatch
    /// Whether a follower must have seen the golden rows get their outputs.
    var countsGoldenRows = true

    /// The seconds between two looks at the remote.
    private static let pause = 0.25

    init(of deployment: Deployment, in store: Store, _ invocation: Invocation, since stopwatch: Stopwatch) {
        self.deployment = deployment
        self.store = store
        self.invocation = invocation
        self.stopwatch = stopwatch
    }

    /// One line for each follower: what it serves, after how long, or why that is not known.
    ///
    /// Offline, only those of this machine can answer.
    func wait(for followers: [Receipt], patience: Double) async -> [MoveReport.Target] {
        let (asked, silent) = (
            followers.filter { canAnswer($0) }, followers.filter { !canAnswer($0) }
        )
        var answers: [String: MoveReport.Target] = [:]
        let waited = Stopwatch()
        while true {
            for follower in asked where answers[follower.follower] == nil {
                answers[follower.follower] = answer(of: follower)
            }
            let isOver = answers.count == asked.count || waited.seconds > patience
            if isOver || invocation.cancellation.requestedSignal != nil { break }
            try? await Task.sleep(for: .seconds(Self.pause))
            // A line that breaks now is told as a silent follower.
            try? await store.synchronize()
        }
        return asked.map { answers[$0.follower] ?? unconfirmed($0, "has not answered after \(Int(patience)) s") }
            + silent.map { unconfirmed($0, "cannot be asked offline") }
    }

    private func canAnswer(_ follower: Receipt) -> Bool {
        store.remote == nil || !invocation.isOffline || follower.host == Receipt.thisHost
    }

    /// What a follower has answered to this deployment; `nil` when it has not.
    private func answer(of follower: Receipt) -> MoveReport.Target? {
        guard let receipt = try? store.receipt(of: follower.follower, in: follower.environment),
            let served = receipt.served(deployment.model), served.revision >= deployment.lastMove.revision
        else { return nil }
        let golden = served.goldenTotal.map { total in
            GoldenRowsReport(agree: served.goldenAgree ?? 0, total: total, maxDifference: 0)
        }
        var target = MoveReport.Target(
            directory: nil,
            serves: served.version.map { "\($0.version)" },
            seconds: stopwatch.seconds,
            goldenRows: golden,
            problem: served.problem
                ?? (served.version == deployment.serving
                    ? (countsGoldenRows ? golden?.problem : nil) : "obeys deployment \(served.revision) already")
        )
        target.follower = follower.follower
        return target
    }

    private func unconfirmed(_ follower: Receipt, _ problem: String) -> MoveReport.Target {
        let last = try? store.receipt(of: follower.follower, in: follower.environment)?.served(deployment.model)
        var target = MoveReport.Target(
            directory: nil,
            serves: last?.version.map { "\($0.version)" },
            seconds: stopwatch.seconds,
            goldenRows: nil,
            problem: problem
        )
        target.follower = follower.follower
        return target
    }
}
