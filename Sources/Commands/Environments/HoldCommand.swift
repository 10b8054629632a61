internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

/// Where a hold applies.
struct HoldOptions: ParsableArguments {
    @OptionGroup var environment: EnvironmentOptions

    @Flag(help: "Every environment.")
    var everywhere = false

    @Option(help: ArgumentHelp("Why; it stays in the history.", valueName: "text"))
    var reason: String?

    func validate() throws {
        guard environment.name == nil || !everywhere else {
            throw ValidationError("Give either --env ENVIRONMENT or --everywhere.")
        }
    }

    /// Where to hold a version: `nil` for everywhere.
    func place(of reference: ModelReference, in context: Context) throws -> String? {
        if everywhere { return nil }
        return try context.invocation.environment(environment.name ?? reference.environment, typing: "--env")
    }
}

struct HoldCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep a version from going live.",
        discussion: """
            How do I make sure that nothing ships this version? A version that is live stays live.

            EXAMPLE
              mlops hold fashion@v1.2.0 --env production --reason "wrong labels"

            UNDO
              mlops unhold MODEL@VERSION --env ENVIRONMENT
            """
    )

    static let isUrgent = true

    @OptionGroup var version: VersionOptions
    @OptionGroup var options: HoldOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let reference = try version.parsed()
        let environment = try options.place(of: reference, in: context)
        var verb = Hold(reference: reference, environment: environment, releasing: false)
        verb.reason = options.reason
        verb.dryRun = change.dryRun
        try await context.report(try verb.run(in: context.invocation))
    }
}

struct UnholdCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "unhold",
        abstract: "Let a version that was held go live again.",
        discussion: """
            This version turned out to be fine: how may it be deployed again?

            EXAMPLE
              mlops unhold fashion@v1.2.0 --env production --reason "labels were right"

            NEXT
              mlops deploy MODEL@VERSION --env ENVIRONMENT
            """
    )

    static let isUrgent = true

    @OptionGroup var version: VersionOptions
    @OptionGroup var options: HoldOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let reference = try version.parsed()
        let environment = try options.place(of: reference, in: context)
        var verb = Hold(reference: reference, environment: environment, releasing: true)
        verb.reason = options.reason
        verb.dryRun = change.dryRun
        try await context.report(try verb.run(in: context.invocation))
    }
}

extension Hold.Report: Renderable {
    package var text: String {
        let word = held ? "held" : "no longer held"
        guard !environments.isEmpty else { return "\(model) \(version): nothing to change" }
        let places = environments.joined(separator: ", ")
        var lines = ["\(dryRun ? "would be " : "")\(word): \(model) \(version) in \(places)"]
        if held, !serving.isEmpty {
            lines.append("it is live in \(serving.joined(separator: ", ")) and stays so")
            lines += rollback.map { "to leave it: \($0)" }
        }
        if changed { lines.append("undo: \(undo)") }
        return lines.joined(separator: "\n")
    }
}
