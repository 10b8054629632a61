internal import ModelPackage
internal import ModelStore
internal import Support

/// Puts versions into one file, for a machine that no line leads to.
package struct CreateBundle: Sendable {
    package var references: [ModelReference]
    package var destination: String
    package var dryRun = false

    package init(references: [ModelReference], destination: String) {
        self.references = references
        self.destination = destination
    }

    /// What is in the file.
    package struct Report: Encodable, Sendable {
        package let file: String
        package let versions: [String]
        /// The length of the file; zero for a dry run.
        package let bytes: Int
        package let dryRun: Bool
        package let seconds: Double
    }

    /// Throws ``StoreError``: no such version (14), a damaged one (12), something at the destination (15).
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let store = try await invocation.openStore(dryRun: dryRun)
        var records: [VersionRecord] = []
        for reference in references {
            let record = try await invocation.package(reference, in: store, dryRun: dryRun)
            guard !records.contains(record) else { continue }
            // Whoever opens it far away cannot ask for another one; a dry run reads what is here.
            if try !dryRun || store.holdsWhole(record) {
                try store.package(of: record).verify(cancellation: invocation.cancellation)
            }
            records.append(record)
        }
        let path = invocation.resolve(destination)
        let bytes = dryRun ? 0 : try await store.writeBundle(of: records, to: path)
        return Report(
            file: path,
            versions: records.map { "\($0.model)@\($0.version)" },
            bytes: bytes,
            dryRun: dryRun,
            seconds: stopwatch.seconds
        )
    }
}
