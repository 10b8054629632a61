internal import ArgumentParser
internal import Evaluation
internal import Lifecycle
internal import MessagePassing
internal import ModelStore
internal import Support

struct UpdateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Let a model go on learning from new rows, and keep it if it has not become worse.",
        discussion: """
            New rows are here: does the model get better by them? Goes on from the weights and the optimizer of the version, \
            with its own features, on its old rows and the new ones. The result is registered as a PATCH of the version \
            when the gates are met and it is not surely worse on old rows that it was never trained on (paired \
            bootstrap, 95 %); else exit code 3.

            EXAMPLES
              mlops update defect --data april.csv
              mlops update defect --data april.csv --data new.csv
              mlops update defect@production --data april.csv --epochs 5 --only-new

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(
        help: ArgumentHelp(
            "The new rows, in a file like the one that the model was trained on; also those of earlier updates.",
            valueName: "file"
        ),
        completion: .file()
    )
    var data: [String] = []

    @Option(
        help: ArgumentHelp("How many epochs to train; as many as the recipe says if not given.", valueName: "count")
    )
    var epochs: Int?

    @Flag(help: "Learn from the new rows alone, not from the old ones again.")
    var onlyNew = false

    @Option(
        help: ArgumentHelp("How many threads to use; as many as the network is worth if not given.", valueName: "count")
    )
    var threads: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Register the update although it is worse, or not at all; if not given, when it has passed."
    )
    var register: Bool?

    @OptionGroup var watching: WatchingOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if data.isEmpty { throw ValidationError("Missing expected argument '--data <data>'") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024.") }
        if let epochs, !(1...1_000_000).contains(epochs) { throw ValidationError("--epochs must be at least 1.") }
    }

    func run(in context: Context) async throws {
        try Launcher.refuse("update", context.invocation.environment)
        var verb = Update(reference: try version.parsed(), data: data)
        verb.epochs = epochs
        verb.onlyNew = onlyNew
        verb.threads = threads
        verb.registering = register.map { $0 ? .always : .never } ?? .ifGatesPass
        verb.tensorBoard = watching.tensorboard
        if change.dryRun { return try await context.report(try verb.plan(in: context.invocation)) }
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.passed { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension Update.Plan: Renderable {
    package var text: String {
        "would go on with \(model) \(parent): \(Wording.plural(newRows, "new row")) and \(Wording.plural(oldRows, "old one")), "
            + "\(Wording.plural(epochs, "epoch"))\nnext: mlops update, without --dry-run"
    }
}

extension Update.Report: Renderable {
    package var text: String {
        var lines = [
            "run \(run.run)  \(run.model) \(parent) learned from \(Wording.plural(newRows, "new row"))"
                + (oldRows > 0 ? " and \(Wording.count(oldRows)) old ones" : "")
                + " in \(Wording.plural(run.epochs, "epoch")), \(Wording.seconds(run.seconds))"
        ]
        lines += onNewRows.map { $0.line("new rows, kept from training") }
        lines += onOldRows.map { $0.line("old rows, kept from training") }
        lines += (run.gates ?? []).map(\.text)
        if let registration, let version = registration.version, let digest = registration.digest {
            lines.append(
                "\(registration.changed ? "registered" : "already") \(registration.model)@\(version)  sha256:\(digest.short)…"
            )
            if let next = registration.next { lines.append(next) }
        } else {
            lines.append("not registered; mlops register --run \(run.run) does it anyway")
        }
        return lines.joined(separator: "\n")
    }
}

extension Comparison {
    /// `accuracy on new rows 0.71 -> 0.83 [+0.05 to +0.19]`.
    fileprivate func line(_ rows: String) -> String {
        let range = difference.map { " [\(signed($0.lower)) to \(signed($0.upper))]" } ?? ""
        let word =
            switch verdict {
            case .fail: "WORSE"
            case _ where isBetter: "better"
            default: "no sure difference"
            }
        return "\(metric) on \(rows): \(Wording.figure(baseline)) -> \(Wording.figure(candidate))\(range)  \(word)"
    }

    private func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + Wording.figure(value) }
}
