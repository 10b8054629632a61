internal import ArgumentParser

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the trainings of this project, and show how one went.",
        discussion: """
            What was trained here, and how did it go? Without a word behind it, the list.

            EXAMPLES
              mlops runs
              mlops runs show

            NEXT
              mlops register --run N
            """,
        subcommands: [ListRunsCommand.self, ShowRunCommand.self],
        defaultSubcommand: ListRunsCommand.self
    )
}
