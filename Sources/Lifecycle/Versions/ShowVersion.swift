package import ModelPackage
package import ModelStore
internal import Support

/// Everything that is known about one version.
package struct ShowVersion: Sendable {
    package var reference: ModelReference

    package init(reference: ModelReference) { self.reference = reference }

    /// The version, its package, its checks, and where it runs.
    package struct Report: Encodable, Sendable {
        /// Where the version stands in an environment.
        package struct Place: Encodable, Sendable {
            package let environment: String
            package let isServing: Bool
            package let isHeld: Bool
            package let verdict: Deployment.Standing.Verdict?
        }

        package let version: VersionRecord
        package let members: [Manifest.Member]
        package let produced: Provenance
        package let signature: Signature?
        package let checks: [CheckRecord]
        package let environments: [Place]
        package let card: String
    }

    package func run(in invocation: Invocation) throws -> Report {
        let store = try invocation.openStore()
        let record = try invocation.version(reference, in: store)
        let manifest = try store.manifest(of: record)
        let places: [Report.Place] = try store.environments().compactMap { environment in
            guard let deployment = try store.state(of: environment, model: record.model).deployment else { return nil }
            let standing = deployment.standing.first { $0.version == record.version }
            let isHeld = deployment.hold(on: record.version) != nil
            guard standing != nil || isHeld else { return nil }
            return Report.Place(
                environment: environment,
                isServing: deployment.serving?.version == record.version,
                isHeld: isHeld,
                verdict: standing?.verdict
            )
        }
        return Report(
            version: record,
            members: manifest.members,
            produced: manifest.produced,
            signature: try store.signature(of: record),
            checks: try store.checks(of: record.digest, model: record.model),
            environments: places,
            card: try store.card(of: record)
        )
    }
}
