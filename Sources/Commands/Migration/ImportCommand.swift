internal import ArgumentParser
internal import Evaluation
internal import Lifecycle
internal import ModelStore
internal import Support

struct ImportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a version out of weights that were trained elsewhere.",
        discussion: """
            How do I bring a network here that PyTorch or Keras has trained? Its weights come as a safetensors file, its \
            layers from `network:` of a project file, which also says what the features are (fitted on its data), and \
            which gates judge it. Tensors are matched by name, else by order and shape; the report says how. A file that \
            `migrate export` has written needs no project. Ends with exit code 3 when a gate is not met.

            EXAMPLES
              mlops migrate import weights.safetensors --network mlops.yaml --dry-run
              mlops migrate import weights.safetensors --network mlops.yaml

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @Argument(help: "The safetensors file.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The project file whose network the weights are for.", valueName: "file"),
        completion: .file()
    )
    var network: String?

    @Option(
        help: ArgumentHelp(
            "The model that it is a version of; that of the project file if not given.",
            valueName: "name"
        )
    )
    var model: String?

    @Option(help: ArgumentHelp("The version that it is to replace; the latest if not given.", valueName: "version"))
    var from: VersionArgument?

    @Flag(help: "Register it although a gate is not met.")
    var register = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = ImportWeights(path: file)
        verb.network = network
        verb.model = model
        verb.parent = from?.number
        verb.registersAnyway = register
        verb.dryRun = change.dryRun
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.passed { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension ImportWeights.Report: Renderable {
    package var text: String {
        let basis = matchedBy == "name" ? "matched by name" : "matched by order and shape"
        var lines = [
            "\(file): \(Wording.plural(tensors.count, "tensor")), \(Wording.plural(parameters, "parameter")), \(basis)"
        ]
        var table = Table()
        for line in tensors {
            var notes: [String] = line.isTransposed ? ["transposed"] : []
            if let change = line.change { notes.append(change) }
            if line.rounded > 0 {
                notes.append("\(Wording.plural(line.rounded, "number")) rounded to 32-bit floats")
            }
            let shape = "[\(line.shape.map(String.init).joined(separator: ", "))]"
            table.add(["  \(line.from)", "\(line.type) \(shape)", "-> \(line.to)", notes.joined(separator: ", ")])
        }
        lines.append(table.text)
        if let main, let value = metrics?[main], let measuredOn {
            let range = interval.map { " [\(Wording.decimals($0.lower, 4))-\(Wording.decimals($0.upper, 4))]" } ?? ""
            lines.append("\(main) \(Wording.figure(value))\(range) on \(measuredOn) rows")
        } else {
            lines.append("not judged: there are no rows to judge it by")
        }
        if let decision = decision?.text { lines.append(decision) }
        lines += gates.map(\.text)
        lines.append(outcome)
        return lines.joined(separator: "\n")
    }

    private var outcome: String {
        if let registration { return registration.text }
        if dryRun { return "would \(passed ? "" : "not ")register it as a version of \(model)" }
        return "not registered; the same with --register does it anyway"
    }
}
