internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct ServeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer requests over HTTP.",
        discussion: """
            How does a program get predictions? Clients of the Open Inference Protocol (KServe, Triton), of TensorFlow Serving \
            and of MLflow are answered at one address; a browser shows what is served, and a request to paste. With the name of \
            an environment the server follows it: what is deployed or rolled back anywhere is answered with a moment later, and no \
            request fails meanwhile. Without a token it listens on this machine alone.

            EXAMPLES
              mlops serve production
              mlops serve fashion@v1.2.0 --port 9000
              mlops serve production --host 0.0.0.0 --token-file token
              mlops serve --fixture simple

            NEXT
              mlops status production
            """
    )

    @Argument(help: "The environment to follow, or a model or one of its versions.")
    var subject: String?

    @Option(
        help: ArgumentHelp(
            "Serve a model for tests of clients: identity, simple; may be given several times.",
            valueName: "name"
        )
    )
    var fixture: [String] = []

    @Option(help: ArgumentHelp("The address to listen at.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen at; 0 takes a free one.", valueName: "port"))
    var port = 8080

    @Option(help: ArgumentHelp("The file with the token that callers bring.", valueName: "file"), completion: .file())
    var tokenFile: String?

    @Option(
        help: ArgumentHelp("The file with the token for loading and unloading models.", valueName: "file"),
        completion: .file()
    )
    var adminTokenFile: String?

    @Flag(name: .customLong("no-auth"), help: "Let everybody in who reaches the address.")
    var noAuth = false

    @Option(
        help: ArgumentHelp(
            "A name of this host that requests may be for; may be given several times.",
            valueName: "host"
        )
    )
    var allowedHost: [String] = []

    @Flag(help: "Take and give numbers that are none: NaN and infinity.")
    var allowNonFinite = false

    @Option(help: ArgumentHelp("Event loops (default: one for each processor).", valueName: "count"))
    var threads: Int?

    @Option(help: ArgumentHelp("The name under which it answers (default: that of the machine).", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Seconds between two looks at the remote.", valueName: "seconds"))
    var interval: Double = 2

    @Option(
        help: ArgumentHelp("Seconds for which requests are taken yet after it was asked to end.", valueName: "seconds")
    )
    var linger: Double = 0

    @Option(help: ArgumentHelp("Seconds that requests may take to finish then.", valueName: "seconds"))
    var grace: Double = 30

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if (subject == nil) == fixture.isEmpty {
            throw ValidationError("Name an environment or a model, or give --fixture.")
        }
        guard 0...65_535 ~= port else { throw ValidationError("Expected a port from 0 to 65535, found \(port).") }
        if let threads, threads < 1 { throw ValidationError("Expected one thread or more, found \(threads).") }
    }

    func run(in context: Context) async throws {
        var verb = Serve(subject.map { .named($0) } ?? .fixtures(fixture))
        verb.host = host
        verb.port = port
        verb.tokenFile = tokenFile
        verb.adminTokenFile = adminTokenFile
        verb.allowsEverybody = noAuth
        verb.allowedHosts = allowedHost
        verb.allowsNonFinite = allowNonFinite
        verb.threads = threads
        verb.name = name
        verb.interval = max(0.1, interval)
        verb.lingering = max(0, linger)
        verb.patience = max(0, grace)
        let progress = context.invocation.progress
        verb.onListening = { address, _ in progress.note("listens at \(address)") }
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension Serve.Report: Renderable {
    package var text: String {
        guard !versions.isEmpty else { return "\(address) has ended" }
        return versions.map { line in
            "\(line.model)@\(line.version)  \(Wording.plural(line.answered, "request")) answered, \(line.failed) failed, \(line.refused) refused"
        }
        .joined(separator: "\n")
    }
}
