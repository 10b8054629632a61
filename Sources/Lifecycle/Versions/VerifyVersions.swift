internal import ModelPackage
package import ModelStore
package import Support

/// Reads packages to the last byte and compares them with their digests.
package struct VerifyVersions: Sendable {
    /// One version; `nil` for every version of every model.
    package var reference: ModelReference?

    package init(reference: ModelReference?) { self.reference = reference }

    /// What was found.
    package struct Report: Encodable, Sendable {
        /// One version.
        package struct Line: Encodable, Sendable {
            package let model: String
            package let version: VersionNumber
            package let digest: Digest
            package let bytes: Int
            /// What is wrong with it; `nil` when it is whole.
            package let problem: String?
        }

        package let versions: [Line]
        package let seconds: Double

        /// Whether every version is what was stored.
        package var isWhole: Bool { versions.allSatisfy { $0.problem == nil } }
    }

    /// Reads every chunk of the versions.
    package func run(in invocation: Invocation) throws -> Report {
        let store = try invocation.openStore()
        let stopwatch = Stopwatch()
        let records: [VersionRecord] =
            if let reference {
                [try invocation.version(reference, in: store)]
            } else {
                try store.models().flatMap { model in
                    try store.versions(of: model).map { try store.version($0.version, of: model) }
                }
            }
        var lines: [Report.Line] = []
        for record in records {
            try invocation.cancellation.check()
            lines.append(try verify(record, store, invocation))
        }
        invocation.progress.finish()
        return Report(versions: lines, seconds: stopwatch.seconds)
    }

    private func verify(
        _ record: VersionRecord,
        _ store: Store,
        _ invocation: Invocation
    ) throws -> Report.Line {
        var problem: String?
        do {
            try store.package(of: record).verify(cancellation: invocation.cancellation) { done in
                invocation.progress.advance(
                    "verifying \(record.title)",
                    done: done,
                    total: record.size,
                    unit: .bytes,
                    details: ""
                )
            }
        } catch let error as any Failure where error.kind == .integrity {
            problem = error.description
        }
        return Report.Line(
            model: record.model,
            version: record.version,
            digest: record.digest,
            bytes: record.size,
            problem: problem
        )
    }
}
