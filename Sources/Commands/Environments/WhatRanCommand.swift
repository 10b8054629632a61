internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct WhatRanCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "what-ran",
        abstract: "Show what was live at a moment.",
        discussion: """
            An answer of last Tuesday is questioned: which version gave it?

            EXAMPLES
              mlops what-ran production --at 2026-11-20T14:00Z
              mlops what-ran production --at 3h

            NEXT
              mlops show MODEL@VERSION
            """
    )

    @OptionGroup var place: PlaceOptions

    @Argument(help: "Only this model.")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "The moment, as 2026-11-20T14:00Z, or how long ago: 90m, 3h, 2d. Without a zone it is UTC.",
            valueName: "time"
        )
    )
    var at: MomentArgument

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let environment = try context.invocation.environment(try place.parsed(), typing: "mlops what-ran")
        var verb = WhatRan(environment: environment, time: at.time(before: context.invocation.clock.now()))
        verb.model = model
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension WhatRan.Report: Renderable {
    package var text: String {
        models.flatMap { line -> [String] in
            let routes = line.routes.filter { $0.percent > 0 }.map { route in
                route.percent == 100 ? "\(route.version)" : "\(route.version) \(route.percent) %"
            }
            let copy = line.shadow.map { ", shadow \($0.version)" } ?? ""
            let why = line.reason.map { ": \"\($0)\"" } ?? ""
            let end = line.until.map { "until \($0)" } ?? "and still"
            return [
                "\(environment) at \(time)  \(line.model) \(routes.joined(separator: ", "))\(copy)",
                "  since \(line.since) \(end), deployment \(line.revision), \(line.kind.rawValue) by \(line.actor)\(why)",
                "  \(line.routes.first.map { "\($0.digest)" } ?? "")",
            ]
        }
        .joined(separator: "\n")
    }
}
