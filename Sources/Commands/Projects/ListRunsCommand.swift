internal import ArgumentParser
internal import Lifecycle

struct ListRunsCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the trainings of this project.",
        discussion: """
            What was trained here, how good was it, and what became of it? The same as `mlops runs`.

            EXAMPLES
              mlops runs list --limit 10
              mlops runs --json

            NEXT
              mlops runs show N
            """
    )

    @Option(help: ArgumentHelp("How many runs to show, the newest ones; all if not given.", valueName: "count"))
    var limit: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run(in context: Context) async throws {
        try context.report(try ListRuns(limit: limit).run(in: context.invocation))
    }
}

extension ListRuns.Report: Renderable {
    package var text: String {
        guard !runs.isEmpty else { return "no runs yet\nnext: mlops train" }
        // What a page has no room for stands below its row.
        var table = table(besides: 0)
        for notes in [1, 2] where table.width() > Wording.pageWidth { table = self.table(besides: notes) }
        guard let newest = resumable.first else { return table.text }
        return table.text + "\nrun \(newest) can go on: mlops train --resume"
    }

    /// The runs, with the last columns, as many as `notes`, below their rows.
    private func table(besides notes: Int) -> Table {
        let header = ["RUN", "STARTED", "STATUS", "EPOCHS", "METRIC", "TIME", "VERSION", "SET"]
        var table = Table(Array(header.dropLast(notes)), rightAligned: [0, 3])
        for run in runs {
            let figure = run.mainMetric.flatMap { name in run.metrics?[name].map { "\(name) \(Wording.figure($0))" } }
            let cells = [
                "\(run.run)", "\(run.started)", killed.contains(run.run) ? "killed" : run.status.rawValue,
                "\(run.epochs)",
                figure ?? "", Wording.seconds(run.seconds),
                run.registered ?? "", run.overrides.joined(separator: " "),
            ]
            table.add(Array(cells.dropLast(notes)))
            table.add(note: cells.suffix(notes).filter { !$0.isEmpty }.joined(separator: "  "))
        }
        return table
    }
}
