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
        try await context.report(try ShowVersion(reference: try version.parsed()).run(in: context.invocation))
    }
}

extension ShowVersion.Report: Renderable {
    package var text: String {
        let parent = version.parent.map { ", made from \($0)" } ?? ""
        var lines = [version.title, "\(version.digest)", "registered \(version.time) by \(version.actor)\(parent)"]
        if let file = version.lineage.imported { lines.append("weights imported from the file \(file)") }
        if let metrics = version.metrics { lines += metrics.lines }
        if let signature { lines += signature.lines }
        lines += environments.map { "\($0.environment): \($0.words)" }
        for check in checks {
            let record = check.record
            let rows = record.rows.map { " on \($0) rows" } ?? ""
            lines.append("\(record.check)\(rows): \(record.verdict.rawValue) (\(record.time), \(record.actor))")
            if let stale = check.stale { lines += Wording.wrapped("  stale: \(stale)", indent: 4) }
        }
        var table = Table(rightAligned: [1])
        for member in members { table.add(["  \(member.path)", Wording.bytes(member.size), member.digest.short]) }
        lines.append("members:\n\(table.text)")
        if let retirement { lines.append(retirement.text(isHere: isHere)) }
        if !isHere && retirement == nil {
            lines.append("its package is not on this machine; fetch it: mlops pull \(version.model)@\(version.version)")
        }
        if isHere || retirement == nil { lines.append("next: mlops get \(version.model)@\(version.version) --to DIR") }
        return lines.joined(separator: "\n")
    }
}

extension RetirementRecord {
    fileprivate func text(isHere: Bool) -> String {
        let why = reason.map { ": \"\($0)\"" } ?? ""
        let who = "retired by \(actor) at \(time)\(why)"
        if let freed { return "\(who); its weights went at \(freed)" }
        return isHere
            ? "\(who); take it back: mlops retire --undo \(model)@\(version)" : "\(who); its weights may be gone"
    }
}

extension VersionPlace {
    /// `live`, `held`, `good` and `bad`, as far as they apply.
    var standing: [String] {
        let verdict = self.verdict == .unproven ? nil : self.verdict?.rawValue
        return [isServing ? "live" : nil, isHeld ? "held" : nil, verdict].compactMap { $0 }
    }

    /// `live, good`; who is neither good nor bad nor held is unproven.
    fileprivate var words: String {
        let isOpen = verdict == .unproven && !isHeld
        return (standing + (isOpen ? ["unproven"] : [])).joined(separator: ", ")
    }
}

extension Metrics {
    /// The figures in two columns.
    fileprivate var lines: [String] {
        guard !values.isEmpty else { return [] }
        let figures = values.sorted { $0.key < $1.key }.map { [$0.key, Wording.figure($0.value)] }
        var table = Table(rightAligned: [2, 5])
        for index in figures.indices where index % 2 == 0 {
            let second = index + 1 < figures.count ? [""] + figures[index + 1] : []
            table.add([""] + figures[index] + second)
        }
        return ["metrics\(data.map { " on \($0) data" } ?? ""):", table.text]
    }
}

extension Signature {
    fileprivate var lines: [String] {
        var lines = Self.lines("inputs: ", inputs) + Self.lines("outputs: ", outputs)
        if let classes {
            lines += Self.few(Wording.list(classes, behind: "classes:")) {
                Wording.wrapped("classes: \(classes.count): \(Self.first(classes))", indent: 2)
            }
        }
        return lines
    }

    /// The ports by name; of many, how many there are of each type and what the first ones are called.
    private static func lines(_ title: String, _ ports: [Port]) -> [String] {
        few(Wording.list(ports.map(\.text), behind: String(title.dropLast()))) {
            var types: [String] = []
            for port in ports where !types.contains(port.kind) { types.append(port.kind) }
            return types.flatMap { type in
                let names = ports.filter { $0.kind == type }.map(\.name)
                return Wording.wrapped("\(title)\(Wording.plural(names.count, type)): \(first(names))", indent: 2)
            }
        }
    }

    /// Lines as they are when they are few, else what is said in short.
    private static func few(_ lines: [String], else short: () -> [String]) -> [String] {
        lines.count <= 4 ? lines : short()
    }

    private static func first(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " … (all with --json)" : "")
    }
}

extension Signature.Port {
    /// What a single value is to people: `number`, `text`, else its type and shape.
    fileprivate var kind: String {
        guard shape.isEmpty else { return "\(type)\(shape)" }
        return type == "string" ? "text" : type.hasPrefix("float") || type.hasPrefix("int") ? "number" : type
    }
}
