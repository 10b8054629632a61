internal import ArgumentParser

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Take a model out to other tools, or bring one in from them.",
        discussion: """
            How do I leave, and how do I come?

            EXAMPLES
              mlops migrate export fashion@v1.2.0 --to safetensors
              mlops migrate import weights.safetensors --network mlops.yaml --model fashion

            NEXT
              mlops diff MODEL@VERSION MODEL@VERSION
            """,
        subcommands: [ExportCommand.self, ImportCommand.self]
    )
}
