internal import ArgumentParser
internal import FoundationEssentials
internal import Lifecycle
internal import Support

/// A verb of the command line: it parses its options, calls one verb of Lifecycle and renders one report.
protocol Command: AsyncParsableCommand {
    var global: GlobalOptions { get }
    /// Whether somebody may be in a hurry who types it, as at night: then it ends with its result, and leaves the store as it is.
    static var isUrgent: Bool { get }
    func run(in context: Context) async throws
}

extension Command {
    static var isUrgent: Bool { false }

    func run() async throws {
        let context = global.context(verb: Self._commandName)
        // Who has failed, is to read why, not to wait for a clean-up.
        try await run(in: context)
        if !Self.isUrgent { await context.invocation.leaveStoreTidy() }
    }
}

/// The options that every verb has.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How to print the result: text for people, json for machines.", valueName: "format"))
    var format: OutputFormat = .text

    @Flag(help: "The same as --format json.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    @Option(
        help: ArgumentHelp("The store to use: a directory, or the address of a shared one.", valueName: "store")
    )
    var store: String?

    @Flag(help: "Leave the remote of the store alone; what is written waits for mlops push.")
    var offline = false

    /// What the process gives to a verb.
    func context(verb: String) -> Context {
        let environment = ProcessInfo.processInfo.environment
        let isInteractive =
            Console.isInteractive && !quiet && environment["TERM"] != "dumb" && environment["CI"] == nil
        let format = json ? OutputFormat.json : self.format
        return Context(
            format: format,
            isQuiet: quiet,
            isInteractive: isInteractive,
            style: TextStyle(environment: environment),
            output: Console.output,
            messages: Console.message,
            invocation: Invocation(
                directory: FileSystem.workingDirectory(),
                environment: environment,
                store: store,
                progress: progress(format, isInteractive: isInteractive),
                cancellation: Signals.cancellation,
                isOffline: offline || environment["MLOPS_OFFLINE"].map { !["", "0"].contains($0) } == true,
                isInteractive: isInteractive,
                verb: verb
            )
        )
    }

    /// What hears how far long work is: for people a bar and lines of text, for machines lines of JSON.
    private func progress(_ format: OutputFormat, isInteractive: Bool) -> any ProgressListener {
        switch format {
        case .json: ProgressEvents(isQuiet: quiet, write: Console.message)
        case .text:
            ProgressBar(isEnabled: isInteractive, isQuiet: quiet, width: Console.width, write: Console.message)
        }
    }
}

extension OutputFormat: ExpressibleByArgument {}

/// The option of every verb that changes something.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Show what would happen, and change nothing.")
    var dryRun = false
}
