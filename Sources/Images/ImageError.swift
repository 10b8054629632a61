package import Support

/// Why a file could not be read as a picture.
package struct ImageError: Failure, Equatable {
    package let description: String
    package var kind: FailureKind { .integrity }
    package let hints: [String]

    init(_ description: String, hints: [String] = []) {
        self.description = description
        self.hints = hints
    }
}
