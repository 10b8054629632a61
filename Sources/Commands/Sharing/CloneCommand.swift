internal import ArgumentParser
internal import Lifecycle
internal import Support

struct CloneCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: "Get a shared store onto this machine: its ledgers now, weights when they are needed.",
        discussion: """
            How do I work with the store that my team shares? In a project the clone is found at once; elsewhere name it \
            with --store, or in the environment as MLOPS_STORE.

            EXAMPLES
              mlops clone git@host:ml/store.git
              mlops clone https://host/ml/store.git shared.git

            NEXT
              mlops status
            """
    )

    @Argument(help: ArgumentHelp("A URL, user@host:path, or a path.", valueName: "address"))
    var address: String

    @Argument(help: "Where to put it.", completion: .directory)
    var directory = ".mlops/store.git"

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try context.report(
            try await CloneStore(address: address, destination: directory).run(in: context.invocation)
        )
    }
}

extension CloneStore.Report: Renderable {
    package var text: String {
        """
        cloned \(address) to \(store) in \(Wording.seconds(seconds)): \(Wording.plural(models.count, "model")), \
        \(Wording.plural(environments.count, "environment")); weights come when they are needed
        next: mlops status
        """
    }
}
