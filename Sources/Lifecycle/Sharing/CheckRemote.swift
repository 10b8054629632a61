package import ModelStore
internal import Support

/// Looks whether the remote has everything, and what its host does not refuse.
package struct CheckRemote: Sendable {
    /// Whether the host's rules are tried out on a branch of our own.
    package var probing = false

    package init() {}

    /// What was found.
    package struct Report: Encodable, Sendable {
        /// A version of which the remote does not have what its ledger names.
        package struct Version: Encodable, Sendable {
            package let version: String
            /// Whether this machine can give it back.
            package let isHere: Bool
        }

        /// Something that a host should refuse.
        package struct Rule: Encodable, Sendable {
            package let rule: String
            /// `nil` when it cannot be told from here.
            package let isEnforced: Bool?
            /// The setting of git that does it, for a bare repository.
            package let setting: String
        }

        package let store: String
        package let remote: RemoteState?
        package let versions: Int
        package let lost: [Version]
        /// Versions whose tags lead to other packages there than the ledgers say.
        package let moved: [Version]
        package let orphans: [String]
        package let foreign: [String]
        /// The largest version that there is, and the bytes of its package.
        package let largestVersion: String?
        package let largestBytes: Int
        /// How many bytes a push may have at most, zero for any number; `nil` where the host cannot be asked.
        package let sizeLimit: Int?
        package let rules: [Rule]
        /// What to type on the server of a bare repository.
        package let serverSettings: [String]

        /// Whether the remote has all that its ledgers name, and nothing was rewritten.
        package var isWhole: Bool {
            lost.isEmpty && moved.isEmpty && orphans.isEmpty && (remote?.deleted ?? []).isEmpty
                && (remote?.rewritten ?? []).isEmpty
        }
    }

    /// Throws ``StoreError``: no remote (64), and what the host says.
    package func run(in invocation: Invocation) async throws -> Report {
        guard !invocation.isOffline else {
            throw StoreError(.usage, "the remote cannot be checked without it", hints: ["leave --offline out"])
        }
        let store = try invocation.openStoreAsItIs(writing: true)
        let found = try await store.inspectRemote(probing: probing)
        return Report(
            store: store.path,
            remote: try store.remoteState(),
            versions: found.versions,
            lost: found.lost.map { Report.Version(version: $0.version, isHere: $0.isHere) },
            moved: found.moved.map { Report.Version(version: $0.version, isHere: $0.isHere) },
            orphans: found.orphans,
            foreign: found.foreign,
            largestVersion: found.largest?.version,
            largestBytes: found.largest?.bytes ?? 0,
            sizeLimit: found.sizeLimit,
            rules: found.rules.map {
                Report.Rule(rule: $0.rule.rawValue, isEnforced: $0.isEnforced, setting: $0.rule.setting)
            },
            serverSettings: Store.serverSettings.map { "git config \($0.key) \($0.value)" }
        )
    }
}
