package import Support

/// Something in `mlops.yaml` that cannot be meant, with the place where it stands.
package struct ProjectError: Failure, Hashable {
    /// The file, as the user named it.
    package let file: String
    /// Counted from 1; `nil` when the whole file is meant.
    package let line: Int?
    package let message: String
    package let hints: [String]

    package init(file: String, line: Int?, _ message: String, hints: [String] = []) {
        self.file = file
        self.line = line
        self.message = message
        self.hints = hints
    }

    package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)" }
    package var kind: FailureKind { .usage }
}
