package import Support

/// A failure reported by libarchive or zstd, or an archive that breaks a rule of ours.
package struct ArchiveError: Failure, Hashable {
    /// What was tried.
    package let operation: String
    package let message: String
    package let kind: FailureKind

    package init(_ operation: String, _ message: String, kind: FailureKind = .integrity) {
        self.operation = operation
        self.message = message
        self.kind = kind
    }

    package var description: String { "\(operation): \(message)" }
}
