package import Support

/// A request that the store cannot fulfil.
package struct StoreError: Failure, Hashable {
    package let kind: FailureKind
    package let message: String
    package let hints: [String]

    package init(_ kind: FailureKind, _ message: String, hints: [String] = []) {
        self.kind = kind
        self.message = message
        self.hints = hints
    }

    package var description: String { message }
}

extension StoreError {
    static func noModel(_ name: String, known: [String]) -> StoreError {
        StoreError(
            .notFound,
            "there is no model `\(name)`",
            hints: known.isEmpty
                ? ["register the first one: mlops train, or mlops register FILE --model \(name)"]
                : ["known models: \(known.joined(separator: ", "))"]
        )
    }

    /// A deployment whose number belongs to another package than the one it names.
    package static func otherPackage(_ deployed: VersionReference, than record: VersionRecord) -> StoreError {
        StoreError(
            .integrity,
            "the deployment names \(record.title) with sha256:\(deployed.digest.short), which is sha256:\(record.digest.short)"
        )
    }

    static func noVersion(_ version: VersionNumber, of model: String, latest: VersionNumber) -> StoreError {
        StoreError(
            .notFound,
            "there is no version \(version) of `\(model)`",
            hints: ["the latest is \(latest); all of them: mlops list \(model)"]
        )
    }
}
