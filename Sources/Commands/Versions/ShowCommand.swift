internal import ArgumentParser
internal import Lifecycle
internal import ModelPackage
internal import ModelStore
internal import Support

struct ShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about one version.",
        discussion: """
            What is in this version, how good is it, who checked it, and where does it run?

            EXAMPLES
              mlops show fashion@v1.2.0
              mlops show fashion@production --json

            NEXT
              mlops get MODEL@VERSION --to DIR
            """
    )

    @OptionGroup var version: VersionOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try context.report(try ShowVersion(reference: try version.parsed()).run(in: context.invocation))
    }
}

extension ShowVersion.Report: Renderable {
    package var text: String {
        var lines = ["\(version.title)  \(version.digest)"]
        let parent = version.parent.map { ", made from \($0)" } ?? ""
        lines.append("registered \(version.time) by \(version.actor)\(parent)")
        if let file = version.lineage.imported { lines.append("weights imported from the file \(file)") }
        if let metrics = version.metrics {
            let figures = metrics.values.sorted { $0.key < $1.key }.map { "\($0.key) \(Wording.figure($0.value))" }
            let place = metrics.data.map { " on \($0) data" } ?? ""
            lines.append("metrics\(place): \(figures.joined(separator: ", "))")
        }
        if let signature {
            lines.append("inputs: \(signature.inputs.map(\.text).joined(separator: ", "))")
            lines.append("outputs: \(signature.outputs.map(\.text).joined(separator: ", "))")
            if let classes = signature.classes { lines.append("classes: \(classes.joined(separator: ", "))") }
        }
        for place in environments {
            let words = [
                place.isServing ? "live" : nil, place.isHeld ? "held" : nil, place.verdict?.rawValue,
            ].compactMap { $0 }
            lines.append("\(place.environment): \(words.joined(separator: ", "))")
        }
        for check in checks {
            let record = check.record
            let stale = check.stale.map { ", stale: \($0)" } ?? ""
            lines.append("\(record.check): \(record.verdict.rawValue) (\(record.time), \(record.actor))\(stale)")
        }
        var table = Table(rightAligned: [1])
        for member in members { table.add(["  \(member.path)", Wording.bytes(member.size), member.digest.short]) }
        lines.append("members:\n\(table.text)")
        lines.append("next: mlops get \(version.model)@\(version.version) --to DIR")
        return lines.joined(separator: "\n")
    }
}
