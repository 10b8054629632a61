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

    package var description: String { message }
}
