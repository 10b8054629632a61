package import ModelStore
package import Support

/// Takes versions out of one file into this store.
package struct ApplyBundle: Sendable {
    package var file: String
    package var dryRun = false

    package init(file: String) { self.file = file }

    /// What came out of the file.
    package struct Report: Encodable, Sendable {
        /// One version.
        package struct Line: Encodable, Sendable {
            package let model: String
            package let version: VersionNumber
            /// The number that it had where the file was made.
            package let versionInBundle: VersionNumber
            package let digest: Digest
            package let changed: Bool
        }

        package let file: String
        package let versions: [Line]
        package let checks: Int
        package let seconds: Double
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: no such file (14), no bundle of a store, or a damaged package in it (12).
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let path = invocation.resolve(file)
        guard FileSystem.exists(path) else { throw StoreError(.notFound, "there is no file `\(file)`") }
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let applied = try await store.applyBundle(path, actor: invocation.actor, dryRun: dryRun)
        let lines =
            applied.added.map { line($0.record, $0.number, isNew: true) }
            + applied.known.map { line($0, $0.version, isNew: false) }
        return Report(
            file: path,
            versions: lines,
            checks: applied.checks,
            seconds: stopwatch.seconds,
            changed: !dryRun && (!applied.added.isEmpty || applied.checks > 0),
            dryRun: dryRun
        )
    }

    private func line(_ record: VersionRecord, _ number: VersionNumber, isNew: Bool) -> Report.Line {
        Report.Line(
            model: record.model,
            version: record.version,
            versionInBundle: number,
            digest: record.digest,
            changed: isNew
        )
    }
}
