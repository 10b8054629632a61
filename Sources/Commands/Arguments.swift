internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

/// `v1.2.0`, or `1.2.0`, on the command line.
struct VersionArgument: ExpressibleByArgument, Sendable {
    let number: VersionNumber

    init?(argument: String) {
        guard let number = VersionNumber(typed: argument) else { return nil }
        self.number = number
    }
}

/// `MODEL`, `MODEL@v1.2.0`, `MODEL@latest` or `MODEL@ENVIRONMENT` on the command line.
struct VersionOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            """
            The version: MODEL@v1.2.0, MODEL@latest or MODEL@ENVIRONMENT. In a project MODEL may be left out: \
            @v1.2.0, @production.
            """,
            valueName: "model[@version]"
        )
    )
    var reference: String = ""

    func parsed() throws -> ModelReference { try ModelReference(reference) }
}

/// `--env` of the verbs that name a version as their argument; `--environment` is understood as well.
struct EnvironmentOptions: ParsableArguments {
    @Option(name: .environment, help: ArgumentHelp("The environment.", valueName: "environment"))
    var name: String?
}

/// How a training can be watched from outside.
struct WatchingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write what each epoch gives for TensorBoard, below this directory.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var tensorboard: String?
}

extension NameSpecification {
    /// How an environment is named where it is no argument of its own.
    static var environment: NameSpecification { [.customLong("env"), .customLong("environment")] }
}

/// The environment that a verb is about: its argument, or `--env` as with the other verbs.
struct PlaceOptions: ParsableArguments {
    @Argument(help: "The environment.")
    var environment: String?

    @OptionGroup var option: EnvironmentOptions

    /// The environment; `nil` when none is named.
    func parsed() throws -> String? {
        guard let environment, let named = option.name, environment != named else { return environment ?? option.name }
        throw PlaceError(argument: environment, option: named)
    }
}

/// Two environments where there can be one.
private struct PlaceError: Failure {
    let argument: String
    let option: String

    var description: String { "expected one environment, found `\(argument)` and --env `\(option)`" }
    var kind: FailureKind { .usage }
    var hints: [String] { ["name it once; a model comes behind it: \(option) \(argument)"] }
}

/// A stretch of time on the command line: `90s`, `10m`, `12h`, `180d`.
struct TimeArgument: ExpressibleByArgument, Sendable {
    let seconds: Int

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()), count >= 0 else {
            return nil
        }
        let (product, isTooMuch) = count.multipliedReportingOverflow(by: unit)
        guard !isTooMuch, product < 1 << 40 else { return nil }
        seconds = product
    }
}
