internal import Subprocess
package import Support

/// The git program, for what libgit2 does badly: packing refs and objects, and talking to other machines.
package struct GitClient: Sendable {
    private let repository: String

    /// A client for the repository at `path`.
    package init(repositoryAt path: String) { repository = path }

    /// Runs git with `arguments`, without a shell, and returns what it printed.
    ///
    /// Throws ``GitClientError`` when git is missing or fails.
    @discardableResult
    package func run(_ arguments: [String]) async throws -> String {
        let words = ["--git-dir", repository] + arguments
        let line = "git \(arguments.joined(separator: " "))"
        do {
            let result = try await Subprocess.run(
                .name("git"),
                arguments: Arguments(words),
                output: .string(limit: 16 << 20),
                error: .string(limit: 1 << 20)
            )
            guard result.terminationStatus.isSuccess else {
                throw GitClientError(command: line, message: result.standardError)
            }
            return result.standardOutput
        } catch let error as SubprocessError {
            throw GitClientError(command: line, message: "\(error)")
        }
    }
}

/// The git program did not do what it was asked for.
package struct GitClientError: Failure {
    package let command: String
    package let message: String

    package var description: String {
        let lines = message.split(separator: "\n").map(String.init)
        return "`\(command)` failed: \(lines.last ?? "no message")"
    }
    package var kind: FailureKind { .failed }
    package var hints: [String] {
        message.contains("not find") ? ["install git: apt-get install git"] : []
    }
}
