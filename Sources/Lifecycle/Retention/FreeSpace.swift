internal import ModelStore
package import Support

/// Frees the weights of retired versions whose quarantine is over.
package struct FreeSpace: Sendable {
    /// How many seconds old a pack must be to be made anew.
    package var grace = 600
    package var dryRun = false

    package init() {}

    /// What was freed, and what was not.
    package struct Report: Encodable, Sendable {
        /// A version that stays for now.
        package struct Kept: Encodable, Sendable {
            package let version: String
            package let reasons: [String]
        }

        package let freed: [String]
        /// Retired, and needed after all.
        package let needed: [Kept]
        /// Gone here, and kept by the remote.
        package let keptByRemote: [Kept]
        /// How many wait for their quarantine to end, and when the first one's does.
        package let inQuarantine: Int
        package let nextFrees: Timestamp?
        package let bytesBefore: Int
        package let bytesAfter: Int
        package let youngPacks: Int
        package let seconds: Double
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError`` when somebody is storing models all the time (11), and what the remote says.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let found = try await store.free(grace: grace, dryRun: dryRun)
        var (freed, quarantine): ([String], [Timestamp]) = ([], [])
        var (needed, kept): ([Report.Kept], [Report.Kept]) = ([], [])
        for (version, fate) in found.fates {
            switch fate {
            case .freed: freed.append(version)
            case .needed(let reasons): needed.append(Report.Kept(version: version, reasons: reasons))
            case .keptByRemote(let reason): kept.append(Report.Kept(version: version, reasons: [reason]))
            case .inQuarantine(let time): quarantine.append(time)
            }
        }
        return Report(
            freed: freed,
            needed: needed,
            keptByRemote: kept,
            inQuarantine: quarantine.count,
            nextFrees: quarantine.min(),
            bytesBefore: found.bytesBefore,
            bytesAfter: found.bytesAfter,
            youngPacks: found.youngPacks,
            seconds: stopwatch.seconds,
            changed: !dryRun && (!(freed.isEmpty && kept.isEmpty) || found.bytesAfter < found.bytesBefore),
            dryRun: dryRun
        )
    }
}
