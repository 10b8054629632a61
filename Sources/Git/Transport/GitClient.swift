internal import Glibc
internal import Subprocess
package import Support
internal import Synchronization
internal import SystemPackage

/// The git program, for what libgit2 does badly: packing refs and objects, and talking to other machines.
///
/// It runs without a shell, never asks a person behind a machine's back, and speaks English, so that its words can be read.
package struct GitClient: Sendable {
    let repository: String
    /// Whether git may ask the person at the terminal for a name and a password.
    private let mayPrompt: Bool
    private let cancellation: Cancellation

    /// A client for the repository at `path`.
    package init(repositoryAt path: String, mayPrompt: Bool = false, cancellation: Cancellation = Cancellation()) {
        repository = path
        self.mayPrompt = mayPrompt
        self.cancellation = cancellation
    }

    /// How git ended, and what it said.
    package struct Outcome: Sendable {
        /// Its exit code, 128 and more for a signal.
        package let status: Int32
        package let output: String
        /// The lines that it wrote to standard error, without its progress.
        package let errors: [String]
        /// Whether it wrote more lines than anybody should read.
        package let areErrorsCut: Bool
    }

    /// Runs git with `arguments`, and returns what it printed.
    ///
    /// Throws ``GitClientError`` when git is missing or fails.
    @discardableResult
    package func run(_ arguments: [String], input: String = "") async throws -> String {
        let outcome = try await execute(arguments, input: input)
        guard outcome.status == 0 else {
            throw GitClientError(command: Self.line(arguments), message: outcome.errors.joined(separator: "\n"))
        }
        return outcome.output
    }

    /// Runs git with `arguments` to its end, however that is.
    ///
    /// `timeLimit` is in seconds. Throws ``GitClientError`` when git cannot be started or takes too long, and `Cancelled` when a
    /// stop was asked for.
    package func execute(
        _ arguments: [String],
        input: String = "",
        variables: [String: String] = [:],
        timeLimit: Double = .infinity,
        onProgress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> Outcome {
        let lines = ErrorLines(onProgress)
        do {
            return try await withThrowingTaskGroup(of: Outcome?.self) { group in
                group.addTask { try await start(arguments, input, variables, lines) }
                group.addTask {
                    let stopwatch = Stopwatch()
                    while !Task.isCancelled, cancellation.requestedSignal == nil, stopwatch.seconds < timeLimit {
                        try? await Task.sleep(for: .milliseconds(50))
                    }
                    return nil
                }
                // Git has ended, or is to be ended, which the library does when its task is cancelled.
                let first = try await group.next() ?? nil
                group.cancelAll()
                if let first { return first }
                try cancellation.check()
                throw GitClientError(
                    command: Self.line(arguments),
                    message: "no answer after \(Int(timeLimit)) s",
                    isTimeLimit: true
                )
            }
        } catch let error as SubprocessError {
            try cancellation.check()
            throw GitClientError(command: Self.line(arguments), message: "\(error)")
        }
    }

    private func start(
        _ arguments: [String],
        _ input: String,
        _ variables: [String: String],
        _ lines: ErrorLines
    ) async throws -> Outcome {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let result = try await Subprocess.run(
            Self.program,
            arguments: Arguments(
                ["--git-dir", repository] + Self.settings + (mayPrompt ? [] : Self.quietSSH) + arguments
            ),
            environment: .inherit.updating(environment(variables)),
            platformOptions: options,
            input: .string(input),
            output: .string(limit: 64 << 20),
            error: .sequence
        ) { execution in
            for try await buffer in execution.standardError {
                unsafe lines.add(buffer.withUnsafeBytes { unsafe Array($0) })
            }
        }
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        let errors = lines.finish()
        return Outcome(
            status: status,
            output: result.standardOutput,
            errors: errors.lines,
            areErrorsCut: errors.areCut
        )
    }

    /// The git of the search path, looked up once: each directory that the library tries in vain costs a process.
    private static let program: Executable = {
        let directories = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        for directory in directories.split(separator: ":") where directory.hasPrefix("/") {
            let path = "\(directory)/git"
            if FileSystem.isExecutable(path), !FileSystem.isDirectory(path) { return .path(FilePath(path)) }
        }
        return .name("git")
    }()

    /// What a person's own configuration must not change, and what keeps a dead connection from lasting for ever.
    private static let settings = [
        "gc.auto=0", "maintenance.auto=false", "fetch.prune=false", "fetch.pruneTags=false", "fetch.output=full",
        "fetch.writeCommitGraph=false", "fetch.fsckObjects=true", "push.followTags=false", "push.gpgSign=false",
        "protocol.ext.allow=never", "advice.graftFileDeprecated=false", "http.lowSpeedLimit=1000",
        "http.lowSpeedTime=30",
    ].flatMap { ["-c", $0] }

    private func environment(_ variables: [String: String]) -> [Environment.Key: String?] {
        // What a hook of another repository would hand down.
        var found: [Environment.Key: String?] = [
            "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil, "GIT_OBJECT_DIRECTORY": nil,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": nil, "GIT_NAMESPACE": nil, "GIT_PREFIX": nil,
            "GIT_QUARANTINE_PATH": nil,
            "LC_ALL": "C",
        ]
        if !mayPrompt { found["GIT_TERMINAL_PROMPT"] = "0" }
        for (key, value) in variables { found[Environment.Key(stringLiteral: key)] = value }
        return found
    }

    /// Ssh that neither asks nor waits for ever, unless somebody has said which ssh to use.
    private static let quietSSH: [String] = {
        let isChosen = unsafe getenv("GIT_SSH_COMMAND") != nil || getenv("GIT_SSH") != nil
        guard !isChosen, UserConfiguration.value(of: "core.sshcommand") == nil else { return [] }
        return ["-c", "core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15"]
    }()

    static func line(_ arguments: [String]) -> String {
        "git \(arguments.map(Redaction.redacted).joined(separator: " "))"
    }
}

/// Takes git's standard error apart: progress for the one who waits, lines for the one who wants to know why.
private final class ErrorLines: Sendable {
    private struct State {
        var rest: [UInt8] = []
        var lines: [String] = []
        var size = 0
        var areCut = false
    }

    /// How much is kept, in bytes: a line for each of many thousand refs.
    private static let limit = 8 << 20
    private let state = Mutex(State())
    private let onProgress: @Sendable (TransferProgress) -> Void

    init(_ onProgress: @escaping @Sendable (TransferProgress) -> Void) { self.onProgress = onProgress }

    func add(_ bytes: [UInt8]) {
        var progress: [TransferProgress] = []
        state.withLock { state in
            for byte in bytes {
                guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                    if state.rest.count < 4096 { state.rest.append(byte) }
                    continue
                }
                let line = String(decoding: state.rest, as: UTF8.self)
                state.rest.removeAll(keepingCapacity: true)
                if let found = TransferProgress(parsing: line) {
                    progress.append(found)
                } else if !line.isEmpty, !TransferProgress.isProgress(line) {
                    state.size += line.utf8.count
                    state.areCut = state.size > Self.limit
                    if !state.areCut { state.lines.append(Redaction.redacted(line)) }
                }
            }
        }
        for line in progress { onProgress(line) }
    }

    func finish() -> (lines: [String], areCut: Bool) {
        add([UInt8(ascii: "\n")])
        return state.withLock { ($0.lines, $0.areCut) }
    }
}

/// The git program did not do what it was asked for.
package struct GitClientError: Failure {
    package let command: String
    package let message: String
    package var isTimeLimit = false

    package var description: String {
        let lines = message.split(separator: "\n").map(String.init)
        return "`\(command)` failed: \(lines.last ?? "no message")"
    }
    package var kind: FailureKind { .failed }
    package var hints: [String] {
        message.contains("not find") ? ["install git: apt-get install git"] : []
    }
}
