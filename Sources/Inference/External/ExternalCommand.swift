internal import Subprocess
package import Support
internal import SystemPackage

/// A program of the project that is run without a shell, with a time limit, and with its output shown.
///
/// It runs in a session of its own, so that what it has started ends with it, unless that has begun a session itself.
package struct ExternalCommand: Sendable, Hashable {
    /// The program and its arguments.
    ///
    /// A program with a slash in its name is looked for from the directory on.
    package let words: [String]
    /// The directory that it runs in.
    package let directory: String
    /// The seconds that it may take.
    package let timeLimit: Double

    package init(words: [String], directory: String, timeLimit: Double) {
        precondition(!words.isEmpty, "a command has a program")
        self.words = words
        self.directory = directory
        self.timeLimit = timeLimit
    }

    /// The command as a person would type it.
    package var line: String { words.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ") }

    /// The seconds between asking a program to end and ending it.
    private static let grace: Duration = .seconds(5)

    /// Runs it to its end; `onLine` gets each line that it prints, on either stream.
    ///
    /// - Throws: ``ExternalCommandError`` when it cannot be started, fails, or takes too long, and `Cancelled` when a stop
    ///   was asked for.
    package func run(
        environment: [String: String],
        cancellation: Cancellation,
        onLine: @escaping @Sendable (String) -> Void
    ) async throws {
        let lines = LineCollector(onLine)
        let reason = StopReason()
        let variables = overrides(environment)
        let status: TerminationStatus?
        do {
            status = try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
                group.addTask { try await start(variables, lines) }
                group.addTask {
                    await watch(reason, cancellation)
                    return nil
                }
                // The program has ended, or is to be ended, which the library does when its task is cancelled.
                let first = try await group.next()
                group.cancelAll()
                return first ?? nil
            }
        } catch let error as SubprocessError where reason.value == nil {
            throw ExternalCommandError(self, .cannotStart("\(error)"), lastLines: lines.last)
        } catch  where reason.value != nil {
            status = nil
        }
        try cancellation.check()
        switch status {
        case nil: throw ExternalCommandError(self, .timeLimit, lastLines: lines.last)
        case .exited(0): return
        case .exited(let code): throw ExternalCommandError(self, .exited(code), lastLines: lines.last)
        case .signaled(let signal): throw ExternalCommandError(self, .signal(signal), lastLines: lines.last)
        }
    }

    private func start(
        _ variables: [Environment.Key: String?],
        _ lines: LineCollector
    ) async throws -> TerminationStatus {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace)
        ]
        let result = try await Subprocess.run(
            executable,
            arguments: Arguments(Array(words.dropFirst())),
            environment: .inherit.updating(variables),
            workingDirectory: FilePath(directory),
            platformOptions: options,
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            for try await buffer in execution.standardOutput {
                lines.add(buffer.withUnsafeBytes { unsafe Array($0) })
            }
            lines.finish()
        }
        return result.terminationStatus
    }

    /// Returns when the time is over or a stop was asked for; asking twenty times a second costs nothing.
    private func watch(_ reason: StopReason, _ cancellation: Cancellation) async {
        let stopwatch = Stopwatch()
        while !Task.isCancelled {
            if cancellation.requestedSignal != nil { return reason.set(.cancelled) }
            if stopwatch.seconds > timeLimit { return reason.set(.timeLimit) }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private var executable: Executable {
        let program = words[0]
        guard program.contains("/") else { return .name(program) }
        return .path(FilePath(Path.resolve(program, in: directory)))
    }

    private func overrides(_ environment: [String: String]) -> [Environment.Key: String?] {
        // The keys of the store are none of a training program's business.
        var overrides: [Environment.Key: String?] = ["MLOPS_TOKEN": nil, "MLOPS_TOKEN_USER": nil]
        for (key, value) in environment { overrides[Environment.Key(stringLiteral: key)] = value }
        return overrides
    }
}
