internal import ArgumentParser
internal import FoundationEssentials
internal import Lifecycle
internal import MessagePassing
internal import Support

/// The command line as a whole.
struct Root: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mlops",
        abstract: "Carry a machine-learning model through its whole life.",
        discussion: """
            Train it, judge it, put it live, and roll it back in seconds. The registry is a git repository, and \
            training gives the same bits on every machine.

            Start with a ready project:
              mlops init --template fashion demo && cd demo && mlops train
            """,
        version: Tool.title,
        groupedSubcommands: [
            CommandGroup(
                name: "Build",
                subcommands: [
                    InitCommand.self, TrainCommand.self, UpdateCommand.self, RunsCommand.self, PredictCommand.self,
                    TestCommand.self,
                    ValidateCommand.self,
                    EvaluateCommand.self,
                ]
            ),
            CommandGroup(
                name: "Look after the store",
                subcommands: [
                    RegisterCommand.self, ListCommand.self, ShowCommand.self, DiffCommand.self, GetCommand.self,
                    VerifyCommand.self, ReproduceCommand.self, RetireCommand.self, FreeSpaceCommand.self,
                    MaintainCommand.self,
                    MigrateCommand.self,
                ]
            ),
            CommandGroup(
                name: "Share the store",
                subcommands: [
                    RemoteCommand.self, CloneCommand.self, PushCommand.self, PullCommand.self, BundleCommand.self,
                ]
            ),
            CommandGroup(
                name: "Operate",
                subcommands: [
                    DeployCommand.self, PromoteCommand.self, AbortCommand.self, RollbackCommand.self,
                    FollowCommand.self,
                    ServeCommand.self, StatusCommand.self, HistoryCommand.self,
                    WhatRanCommand.self, AnnotateCommand.self, MonitorCommand.self,
                    HoldCommand.self, UnholdCommand.self, MarkCommand.self, EnvironmentCommand.self,
                ]
            ),
        ]
    )
}

/// Runs the command line; the only place that maps errors to exit codes.
package enum Commands {
    /// Parses `arguments`, runs the verb, leaves other processes, and returns the process's exit code.
    package static func run(_ arguments: [String]) async -> Int32 {
        Signals.install()
        let code = await perform(arguments)
        Launcher.leave(exitCode: code)
        return code
    }

    private static func perform(_ arguments: [String]) async -> Int32 {
        let wantsJSON =
            arguments.contains("--json") || arguments.contains("--format=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == ("--format", "json") }
        do {
            if let unknown = UnknownVerb(in: arguments, of: Root.self) { throw unknown }
            var command = try await Root.asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return report(error, asJSON: wantsJSON)
        }
    }

    private static func report(_ error: any Error, asJSON: Bool) -> Int32 {
        if let failure = error as? any Failure {
            // Process 0 says it, where all have the same to say.
            if failure is LaunchError, !Launcher.hasJoined, Launch.isFollower(ProcessInfo.processInfo.environment) {
                return failure.kind.exitCode
            }
            Console.message(asJSON ? json(failure) : text(failure))
            return failure.kind.exitCode
        }
        // Help, a version or a wrong option: ArgumentParser has the words.
        let code = Root.exitCode(for: error).rawValue
        if code == FailureKind.failed.exitCode && !(error is ExitCode) {
            return report(Fault(error: error), asJSON: asJSON)
        }
        let message = Root.fullMessage(for: error)
        if code == 0 {
            try? Console.output(message + "\n")
        } else if !message.isEmpty {
            let usage = UsageError(text: message)
            Console.message(asJSON && code == 64 ? json(usage) : "error: \(usage.text.harmless())\n")
        }
        return code
    }

    private static func text(_ failure: any Failure) -> String {
        var text = "error: \(failure.description)\n"
        for hint in failure.hints { text += "hint: \(hint)\n" }
        return text.harmless()
    }

    private static func json(_ failure: any Failure) -> String {
        let report = ErrorReport(
            error: .init(
                kind: failure.kind.name,
                message: failure.description,
                hints: failure.hints,
                exitCode: failure.kind.exitCode,
                retryable: failure.kind.isRetryable
            )
        )
        // One line, as the events before it.
        let bytes = try? JSON.encode(report, pretty: false)
        return String(decoding: bytes ?? [], as: UTF8.self) + "\n"
    }
}

/// An error as JSON, on standard error.
private struct ErrorReport: Encodable {
    struct Content: Encodable {
        let kind: String
        let message: String
        let hints: [String]
        let exitCode: Int32
        let retryable: Bool
    }

    let event = "error"
    let error: Content
}

/// What ArgumentParser says about wrong options.
private struct UsageError: Failure {
    private let lines: [Substring]

    init(text: String) {
        lines = (text.hasPrefix("Error: ") ? text.dropFirst(7) : text[...]).split(separator: "\n")
    }

    /// All of it, for a person.
    var text: String { lines.joined(separator: "\n") }
    var description: String { lines.prefix { !Self.isUsage($0) }.joined(separator: "\n") }
    var kind: FailureKind { .usage }
    var hints: [String] {
        lines.drop { !Self.isUsage($0) }.map { line in
            var text = line.drop { $0 == " " }
            if text.hasPrefix("Help: ") { text = text.dropFirst("Help: ".count).drop { $0 == " " } }
            return String(text)
        }
    }

    /// Whether a line comes behind what is wrong, and says how it would be right.
    private static func isUsage(_ line: Substring) -> Bool {
        ["Help: ", "Usage: ", "  See "].contains { line.hasPrefix($0) }
    }
}

/// An error that no room of ours has foreseen.
private struct Fault: Failure {
    let error: any Error
    var description: String { "\(error)" }
    var kind: FailureKind { .failed }
    var hints: [String] { ["this is a fault of \(Tool.title): please report it with the command line"] }
}

extension ExitCode {
    /// Ends a command whose report has been printed already.
    init(_ kind: FailureKind) { self.init(kind.exitCode) }
}
