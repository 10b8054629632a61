package import Support

/// An external program did not do what it was asked for.
package struct ExternalCommandError: Failure {
    /// What became of it.
    package enum Outcome: Sendable, Hashable {
        case cannotStart(String)
        case exited(Int32)
        case signal(Int32)
        case timeLimit
        /// It ended well, and what it left cannot be used.
        case unusable(String)
    }

    private let line: String
    private let program: String
    private let timeLimit: Double
    package let outcome: Outcome
    /// What it printed last.
    private let lastLines: [String]

    init(_ command: ExternalCommand, _ outcome: Outcome, lastLines: [String] = []) {
        line = command.line
        program = command.words[0]
        timeLimit = command.timeLimit
        self.outcome = outcome
        self.lastLines = lastLines
    }

    package var description: String {
        let words =
            switch outcome {
            case .cannotStart: "`\(line)` cannot be started"
            case .exited(let code): "`\(line)` ended with exit code \(code)"
            case .signal(let signal): "`\(line)` was ended by signal \(signal)"
            case .timeLimit: "`\(line)` took longer than \(Int(timeLimit)) s, and was stopped"
            case .unusable(let message): "`\(line)`: \(message)"
            }
        let said = lastLines.suffix(5).map { "\n  | \($0)" }.joined()
        return words + said
    }

    package var kind: FailureKind { .failed }

    package var hints: [String] {
        switch outcome {
        case .cannotStart: ["is `\(program)` installed, and on the PATH? (a path starts from where mlops.yaml is)"]
        case .timeLimit: ["give it more time: time_limit: \(max(2, Int(timeLimit) * 2))s"]
        case .exited, .signal: ["run it by itself to see more; docs/external-models.md says what it is given"]
        case .unusable: ["docs/external-models.md says what it has to leave"]
        }
    }
}
