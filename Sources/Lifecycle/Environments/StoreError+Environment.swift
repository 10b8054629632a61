internal import ModelStore
internal import Support

extension StoreError {
    /// A deployment whose number belongs to another package than the one it names.
    static func otherPackage(_ deployed: VersionReference, than record: VersionRecord) -> StoreError {
        StoreError(
            .integrity,
            "the deployment names \(record.title) with sha256:\(deployed.digest.short), which is sha256:\(record.digest.short)"
        )
    }

    /// An environment that nobody knows, with those that are known, or what else to do where there are none.
    static func noEnvironment(_ name: String, known: [String], otherwise hint: String? = nil) -> StoreError {
        StoreError(
            .notFound,
            "there is no environment `\(name)`",
            hints: known.isEmpty
                ? [hint].compactMap { $0 } : ["environments: \(known.joined(separator: ", "))"]
        )
    }
}
