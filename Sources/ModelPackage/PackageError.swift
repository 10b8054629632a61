package import Support

/// A package that cannot be made, or is not what its manifest says.
package struct PackageError: Failure, Hashable {
    package let message: String
    package let hints: [String]
    package let kind: FailureKind

    package init(_ message: String, kind: FailureKind = .integrity, hints: [String] = []) {
        self.message = message
        self.kind = kind
        self.hints = hints
    }

    /// What to do about damage.
    package static let restoring = [
        "restore the store from a clone or a backup, or train and register the version again"
    ]

    package var description: String { message }
}
