internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct EnvironmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environment",
        abstract: "Record and show the rules of the environments.",
        discussion: """
            Where do models go live, and what must they pass before?

            EXAMPLE
              mlops environment apply --dry-run

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """,
        subcommands: [ApplyCommand.self, ShowEnvironmentCommand.self]
    )

    struct ApplyCommand: Command {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Record the rules that mlops.yaml proposes.",
            discussion: """
                How do the rules in mlops.yaml come into force?

                EXAMPLE
                  mlops environment apply --dry-run

                NEXT
                  mlops environment show
                """
        )

        @OptionGroup var change: ChangeOptions
        @OptionGroup var global: GlobalOptions

        func run(in context: Context) async throws {
            try await context.report(try ApplyEnvironments(dryRun: change.dryRun).run(in: context.invocation))
        }
    }

    struct ShowEnvironmentCommand: Command {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the rules in force.",
            discussion: """
                What does an environment require, and does mlops.yaml propose something else?

                EXAMPLE
                  mlops environment show production

                NEXT
                  mlops environment apply
                """
        )

        @Argument(help: "Only this environment.")
        var environment: String?

        @OptionGroup var global: GlobalOptions

        func run(in context: Context) async throws {
            try await context.report(try ShowEnvironments(environment: environment).run(in: context.invocation))
        }
    }
}

extension ApplyEnvironments.Report: Renderable {
    package var text: String {
        guard !environments.isEmpty else { return "mlops.yaml proposes no environments" }
        return environments.map { line in
            let verb = dryRun ? "would be recorded" : "recorded"
            if line.isNew { return "\(line.environment)  new, \(verb)" + line.changes.map { "\n  \($0)" }.joined() }
            guard !line.changes.isEmpty else { return "\(line.environment)  unchanged" }
            return "\(line.environment)  \(verb)" + line.changes.map { "\n  \($0)" }.joined()
        }.joined(separator: "\n")
    }
}

extension ShowEnvironments.Report: Renderable {
    package var text: String {
        guard !environments.isEmpty else { return "there are no environments; add some to mlops.yaml" }
        return environments.map { line in
            var lines = ["\(line.environment)\(line.isRecorded ? "" : "  (proposed by mlops.yaml, not recorded)")"]
            lines.append(
                "  directories: \(line.directories.isEmpty ? "none" : line.directories.joined(separator: ", "))"
            )
            lines.append("  requires: \(line.requires.isEmpty ? "nothing" : line.requires.joined(separator: ", "))")
            lines.append(
                "  strategy: \(line.strategy); good after \(durationText(line.bakeTime)) of all traffic without an alarm"
            )
            lines += line.differences.map { "  mlops.yaml differs: \($0)" }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
