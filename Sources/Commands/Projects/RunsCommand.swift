internal import ArgumentParser
internal import Lifecycle

struct RunsCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the trainings of this project.",
        discussion: """
            What was trained here, how good was it, and what became of it?

            EXAMPLE
              mlops runs --json

            NEXT
              mlops register --run N
            """
    )

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try context.report(try ListRuns().run(in: context.invocation))
    }
}

extension ListRuns.Report: Renderable {
    package var text: String {
        guard !runs.isEmpty else { return "no runs yet\nnext: mlops train" }
        var table = Table(
            ["RUN", "STARTED", "STATUS", "EPOCHS", "METRIC", "TIME", "VERSION", "SET"],
            rightAligned: [0, 3]
        )
        for run in runs {
            let figure = run.mainMetric.flatMap { name in run.metrics?[name].map { "\(name) \(Wording.figure($0))" } }
            table.add([
                "\(run.run)", "\(run.started)", killed.contains(run.run) ? "killed" : run.status.rawValue,
                "\(run.epochs)",
                figure ?? "", Wording.seconds(run.seconds),
                run.registered ?? "", run.overrides.joined(separator: " "),
            ])
        }
        guard let newest = resumable.first else { return table.text }
        return table.text + "\nrun \(newest) can go on: mlops train --resume"
    }
}
