internal import ModelStore
internal import Support

/// Carries news between a follower's store and the remote, beside the follower: a dead line holds up nobody but itself.
struct Courier: Sendable {
    let invocation: Invocation
    let environment: String
    let follower: String
    /// The seconds between two looks.
    let interval: Double

    /// Looks at the remote and brings it the receipt, time after time, until it is cancelled.
    ///
    /// What is in its way is said when it begins and when it is another, and tried again.
    func run() async {
        var lines = Remarks(invocation.progress)
        while !Task.isCancelled, invocation.cancellation.requestedSignal == nil {
            let looked = Stopwatch()
            do {
                try await carry()
                lines.say("remote", nil)
            } catch {
                lines.say("remote", "\(error); going on with what is known")
            }
            await wait(seconds: interval - looked.seconds)
        }
    }

    /// Waits so long, or until there is a new receipt: somebody may be waiting for it.
    private func wait(seconds: Double) async {
        let stopwatch = Stopwatch()
        let store = try? invocation.openStoreAsItIs()
        let mark = store?.receiptMark(of: follower, in: environment)
        while stopwatch.seconds < seconds, !Task.isCancelled, invocation.cancellation.requestedSignal == nil,
            store?.receiptMark(of: follower, in: environment) == mark
        { try? await Task.sleep(for: .milliseconds(100)) }
    }

    /// One way there and back.
    func carry() async throws {
        let store = try invocation.openStoreAsItIs(writing: true)
        guard store.remote != nil, !invocation.isOffline else { return }
        try await store.synchronize()
        try await store.publishReceipt(of: follower, in: environment)
        await store.tidy()
    }
}
