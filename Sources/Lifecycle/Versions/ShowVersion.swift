package import ModelPackage
package import ModelStore
internal import Support

/// Everything that is known about one version.
package struct ShowVersion: Sendable {
    package var reference: ModelReference

    package init(reference: ModelReference) { self.reference = reference }

    /// The version, its package, its checks, and where it runs.
    package struct Report: Encodable, Sendable {
        /// The result of a check, and whether it still answers what the project asks.
        package struct Check: Encodable, Sendable {
            package let record: CheckRecord
            /// Why not; `nil` when it does, and where no project can tell.
            package let stale: String?

            private enum CodingKeys: String, CodingKey { case stale }

            package func encode(to encoder: any Encoder) throws {
                try record.encode(to: encoder)
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(stale, forKey: .stale)
            }
        }

        package let version: VersionRecord
        /// Whether its package is on this machine; else its inputs and outputs are not known here.
        package let isHere: Bool
        /// Who has retired it; `nil` for a version that stays.
        package let retirement: RetirementRecord?
        package let members: [Manifest.Member]
        package let produced: Provenance
        package let signature: Signature?
        package let checks: [Check]
        package let environments: [VersionPlace]
        package let card: String
    }

    /// Reads the version, its checks, and where it stands.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let record = try invocation.version(reference, in: store)
        let isHere = try store.holds(record)
        let manifest = try store.manifest(of: record)
        let places = try store.environments().compactMap { environment in
            try store.state(of: environment, model: record.model).deployment
                .flatMap { VersionPlace(VersionReference(record), in: $0) }
        }
        // A project file that cannot be read is no reason to show nothing.
        let freshness = try? CheckFreshness(of: record, in: store, invocation)
        return Report(
            version: record,
            isHere: isHere,
            retirement: try store.retirement(of: record),
            members: manifest.members,
            produced: manifest.produced,
            signature: isHere ? try store.signature(of: record) : nil,
            checks: try store.checks(of: record.digest, model: record.model).map {
                Report.Check(record: $0, stale: (try? freshness?.staleness(of: $0)) ?? nil)
            },
            environments: places,
            card: try store.card(of: record)
        )
    }
}
