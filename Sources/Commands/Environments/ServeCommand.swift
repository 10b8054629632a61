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
              mlops serve production --tls-cert server.pem --tls-key server.key
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

    @Option(
        help: ArgumentHelp("Speak TLS: the file with the server's certificates, in PEM.", valueName: "file"),
        completion: .file()
    )
    var tlsCert: String?

    @Option(help: ArgumentHelp("The file with its private key, in PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Let in only callers whose certificate is signed by one of these, in PEM.",
            valueName: "file"
        ),
        completion: .file()
    )
    var tlsClientCa: String?

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

    @Flag(name: .customLong("no-log"), help: "Do not write down what is asked and answered.")
    var noLog = false

    @Option(
        help: ArgumentHelp(
            "The database for what is asked and answered (default: predictions/NAME.sqlite beside the store).",
            valueName: "file"
        ),
        completion: .file()
    )
    var logFile: String?

    @Option(
        help: ArgumentHelp(
            "Requests a second that each event loop records, of more a fair sample (default 100).",
            valueName: "count"
        )
    )
    var logRate = 100

    @Option(help: ArgumentHelp("What the database may take of the disk.", valueName: "megabytes"))
    var logSize = 1000

    @Option(help: ArgumentHelp("How long a prediction is kept.", valueName: "days"))
    var logDays: Double = 30

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
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together.")
        }
        if tlsClientCa != nil, tlsCert == nil {
            throw ValidationError("--tls-client-ca needs --tls-cert and --tls-key.")
        }
        guard 1...1_000_000 ~= logRate else { throw ValidationError("--log-rate is 1 or more, found \(logRate).") }
        guard 10...1_000_000_000 ~= logSize else {
            throw ValidationError("--log-size is 10 or more, found \(logSize).")
        }
        guard logDays > 0, logDays <= 36_500 else {
            throw ValidationError("--log-days is more than 0, found \(logDays).")
        }
        if let threads, threads < 1 { throw ValidationError("Expected one thread or more, found \(threads).") }
    }

    private var recording: Serve.Recording? {
        guard !noLog else { return nil }
        var recording = Serve.Recording()
        recording.file = logFile
        recording.requestsPerSecond = logRate
        recording.bytes = logSize * 1_000_000
        recording.days = logDays
        return recording
    }

    func run(in context: Context) async throws {
        var verb = Serve(subject.map { .named($0) } ?? .fixtures(fixture))
        verb.host = host
        verb.port = port
        verb.tokenFile = tokenFile
        verb.adminTokenFile = adminTokenFile
        verb.certificateFile = tlsCert
        verb.keyFile = tlsKey
        verb.authoritiesFile = tlsClientCa
        verb.allowsEverybody = noAuth
        verb.allowedHosts = allowedHost
        verb.allowsNonFinite = allowNonFinite
        verb.recording = recording
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
