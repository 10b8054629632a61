internal import ArgumentParser
internal import Lifecycle
internal import Support

struct RegisterCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Make a version out of a run, or out of any files.",
        discussion: """
            How do I keep this model, so that it can be deployed and rolled back?

            EXAMPLES
              mlops register --run 2
              mlops register model.onnx --model defect
              mlops register exported/ --model defect --metrics metrics.json
              mlops register xgb.json --model defect --golden rows.npy --expect outputs.npy

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @Argument(help: "A file or a directory with the model; leave it out with --run.", completion: .file())
    var path: String?

    @Option(help: ArgumentHelp("The number of a finished run of this project.", valueName: "number"))
    var run: Int?

    @Option(
        help: ArgumentHelp(
            "The model that it is a version of; the project's own if not given, unless that is a network trained here.",
            valueName: "name"
        )
    )
    var model: String?

    @Option(help: ArgumentHelp("The version that it is to replace; the latest if not given.", valueName: "version"))
    var from: VersionArgument?

    @Option(
        help: ArgumentHelp("A JSON file with figures of the model, such as {\"accuracy\": 0.93}.", valueName: "file"),
        completion: .file()
    )
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "Rows to put to the model again whenever it is deployed, NPY or CSV; needs --expect.",
            valueName: "file"
        ),
        completion: .file()
    )
    var golden: String?

    @Option(
        help: ArgumentHelp("The outputs that the golden rows must give, NPY.", valueName: "file"),
        completion: .file()
    )
    var expect: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if (golden == nil) != (expect == nil) { throw ValidationError("--golden and --expect go together.") }
        if run != nil && (metrics != nil || golden != nil) {
            throw ValidationError("A run brings its figures and golden rows along: drop --metrics and --golden.")
        }
    }

    func run(in context: Context) async throws {
        if let run {
            guard path == nil else { throw ValidationError("Give either a path or --run.") }
            var verb = RegisterRun(number: run)
            verb.parent = from?.number
            verb.dryRun = change.dryRun
            return try await context.report(try verb.run(in: context.invocation))
        }
        guard let path else { throw ValidationError("Name a file or a directory, or a run with --run.") }
        var verb = RegisterFiles(path: path, model: model)
        verb.parent = from?.number
        verb.dryRun = change.dryRun
        verb.metrics = metrics
        if let golden, let expect { verb.golden = (golden, expect) }
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension RegistrationReport: Renderable {
    package var text: String {
        guard let version, let digest else {
            return
                "would register \(Wording.plural(members, "file")), \(Wording.bytes(bytes)), as a version of \(model)"
        }
        var golden = ""
        if let goldenRows {
            golden =
                "\n\(goldenRows.agree) golden rows agree (max difference \(Wording.scientific(goldenRows.maxDifference)))"
        }
        guard changed else { return "already \(model)@\(version)  \(digest.short)" }
        return """
            registered \(model)@\(version)  sha256:\(digest.short)…  \(Wording.plural(members, "file")), \
            \(Wording.bytes(bytes)); the store grew by \(Wording.bytes(storedBytes)) in \(Wording.seconds(seconds))\(golden)
            \(next ?? "")
            """
    }

    /// What to type to deploy the version.
    var next: String? {
        version.map { "next: mlops deploy \(model)@\($0) --env \(nextEnvironment ?? "ENVIRONMENT")" }
    }
}
