package import Support

/// A tensor file that cannot be read or written.
package struct TensorFileError: Failure, Hashable {
    /// Where the bytes come from: a path, or a member of a package.
    package let source: String
    /// What was expected and what was found.
    package let message: String
    package let kind: FailureKind
    package let hints: [String]

    private init(_ source: String, _ message: String, _ kind: FailureKind, hints: [String] = []) {
        self.source = source
        self.message = message
        self.kind = kind
        self.hints = hints
    }

    package var description: String { "\(source): \(message)" }
}

extension TensorFileError {
    /// The file ends too early.
    package static func truncated(_ source: String, expected: Int, found: Int) -> Self {
        Self(
            source,
            "expected \(expected) bytes, found \(found): the file is cut off",
            .integrity,
            hints: ["copy or download the file again"]
        )
    }

    /// The file contradicts its format.
    package static func malformed(_ source: String, _ message: String) -> Self { Self(source, message, .integrity) }

    /// The file is well formed, and holds what this tool does not read.
    package static func unsupported(_ source: String, _ message: String, hint: String? = nil) -> Self {
        Self(source, message, .failed, hints: hint.map { [$0] } ?? [])
    }

    /// The file has no tensor of this name.
    package static func noTensor(_ source: String, _ name: String) -> Self {
        Self(source, "there is no tensor `\(name)`", .notFound)
    }
}
