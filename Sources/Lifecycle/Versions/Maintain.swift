internal import ModelStore
internal import Support

/// Packs the store and clears away what interrupted commands left.
package struct Maintain: Sendable {
    package var dryRun = false

    package init() {}

    /// What was done.
    package struct Report: Encodable, Sendable {
        package let completed: [String]
        /// Tags that pushes which were cut short have left at the remote.
        package let removedTags: [String]
        package let removedTemporaries: Int
        package let looseObjectsBefore: Int
        package let looseObjectsAfter: Int
        package let packsAfter: Int
        package let bytesBefore: Int
        package let bytesAfter: Int
        package let seconds: Double
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Packs and clears away.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let stopwatch = Stopwatch()
        let (completed, removedTags) = dryRun ? ([], []) : try await store.completeRemoteRegistrations()
        let report = try await store.maintain(dryRun: dryRun)
        let removedFromRuns = dryRun ? 0 : try removeTemporariesOfRuns(invocation)
        return Report(
            completed: completed + report.completed,
            removedTags: removedTags,
            removedTemporaries: report.removedTemporaries + removedFromRuns,
            looseObjectsBefore: report.before.looseObjects,
            looseObjectsAfter: report.after.looseObjects,
            packsAfter: report.after.packs,
            bytesBefore: report.before.bytes,
            bytesAfter: report.after.bytes,
            seconds: stopwatch.seconds,
            changed: !dryRun,
            dryRun: dryRun
        )
    }

    /// What trainings of this project that were killed left of unfinished files.
    private func removeTemporariesOfRuns(_ invocation: Invocation) throws -> Int {
        guard let (_, directory) = try? invocation.readProjectIfAny() else { return 0 }
        let limit = Int(invocation.clock.now().seconds) - Store.ageOfTemporaries
        return try RunDirectory.numbers(in: directory).reduce(0) { sum, number in
            guard let run = try? RunDirectory.open(number, in: directory) else { return sum }
            return sum + (try run.removeTemporaries(olderThan: limit))
        }
    }
}
