internal import ArgumentParser
internal import Lifecycle
internal import ModelStore

/// `v1.2.0` on the command line.
struct VersionArgument: ExpressibleByArgument, Sendable {
    let number: VersionNumber

    init?(argument: String) {
        guard let number = VersionNumber(argument) else { return nil }
        self.number = number
    }
}

/// `MODEL`, `MODEL@v1.2.0`, `MODEL@latest` or `MODEL@ENVIRONMENT` on the command line.
struct VersionOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The version: MODEL@v1.2.0, MODEL@latest or MODEL@ENVIRONMENT; in a project, MODEL may be left out.",
            valueName: "model[@version]"
        )
    )
    var reference: String = ""

    func parsed() throws -> ModelReference { try ModelReference(reference) }
}
