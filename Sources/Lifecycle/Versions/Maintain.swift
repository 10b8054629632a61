internal import ModelStore
internal import Support

/// Packs the store and clears away what interrupted commands left.
package struct Maintain: Sendable {
    package var dryRun = false

    package init() {}

    /// What was done.
    package struct Report: Encodable, Sendable {
        package let completed: [String]
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

    package func run(in invocation: Invocation) async throws -> Report {
        let store = try invocation.openStoreForWriting()
        let stopwatch = Stopwatch()
        let report = try await store.maintain(dryRun: dryRun)
        return Report(
            completed: report.completed,
            removedTemporaries: report.removedTemporaries,
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
}
