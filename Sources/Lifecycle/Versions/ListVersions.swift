package import ModelStore
internal import Support

/// The models, or the versions of one, or all versions of all.
package struct ListVersions: Sendable {
    package var model: String?
    package var all: Bool

    package init(model: String?, all: Bool) {
        self.model = model
        self.all = all
    }

    /// The models with their versions, newest first.
    package struct Report: Sendable {
        /// One model.
        package struct Model: Sendable {
            package let model: String
            /// How many versions there are, shown or not.
            package let count: Int
            package let versions: [VersionLine]
            /// What runs where: `v1.2.0` in `production`.
            package let serving: [VersionNumber: [String]]
            /// What is known about a version in the environments.
            package let places: [VersionNumber: [VersionPlace]]
            /// What was let go.
            package let retired: Set<VersionNumber>
        }

        package let models: [Model]
    }

    /// How many versions are shown without `--all`.
    package static let usual = 20

    /// Reads the indexes of the ledgers.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let names = try model.map { [$0] } ?? store.models()
        var serving: [String: [VersionNumber: [String]]] = [:]
        var places: [String: [VersionNumber: [VersionPlace]]] = [:]
        for environment in try store.environments() {
            for state in try store.states(of: environment) {
                guard let deployment = state.deployment else { continue }
                for version in Set(deployment.standing.map(\.version) + deployment.held.map(\.version)) {
                    places[state.model, default: [:]][version, default: []] += [VersionPlace(version, in: deployment)]
                        .compactMap { $0 }
                }
                guard let version = deployment.serving?.version else { continue }
                serving[state.model, default: [:]][version, default: []].append(environment)
            }
        }
        return Report(
            models: try names.map { name in
                let versions = try store.versions(of: name)
                return Report.Model(
                    model: name,
                    count: versions.count,
                    versions: all ? versions : Array(versions.prefix(Self.usual)),
                    serving: serving[name] ?? [:],
                    places: places[name] ?? [:],
                    retired: try store.retiredVersions(of: name)
                )
            }
        )
    }
}
