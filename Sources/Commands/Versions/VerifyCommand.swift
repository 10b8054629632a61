internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of a version, stored and deployed, or of all that is stored.",
        discussion: """
            Is what is stored, and what is deployed of it, still what was registered? Ends with exit code 12 when it \
            is not.

            EXAMPLES
              mlops verify fashion@v1.2.0
              mlops verify fashion@production
              mlops verify --all

            NEXT
              mlops maintain
            """
    )

    @OptionGroup var version: VersionOptions

    @Flag(help: "Check every version of every model.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        let reference = all ? nil : try version.parsed()
        let report = try await VerifyVersions(reference: reference).run(in: context.invocation)
        try context.report(report)
        if !report.isWhole { throw ExitCode(FailureKind.integrity) }
    }
}

extension VerifyVersions.Report: Renderable {
    package var text: String {
        var lines = damagedLedgers.map { "the ledger \($0.ledger)  damaged: \($0.problem)" }
        lines += versions.compactMap { line in
            line.problem.map { problem in
                "\(line.model) \(line.version)  \(problem.hasPrefix("damaged: ") ? "" : "damaged: ")\(problem)"
            }
        }
        for place in deployed where !place.problems.isEmpty {
            lines.append("\(place.directory) does not serve \(place.model) \(place.version) as it was registered:")
            lines += place.problems.map { "  \($0)" }
            if let mend = place.mend { lines.append("  mend it: \(mend)") }
        }
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        let bytes = versions.reduce(0) { $0 + $1.bytes }
        let cost = "\(Wording.bytes(bytes)) read in \(Wording.seconds(seconds))"
        let whole = versions.count { $0.problem == nil }
        var stored = "\(whole) of \(Wording.plural(versions.count, "version")) whole"
        if versions.count == 1, let only = versions.first {
            stored = "\(only.model) \(only.version)\(only.problem == nil ? "" : " not") whole"
        }
        if elsewhere > 0 { stored += ", \(Wording.count(elsewhere)) at the remote only (not read)" }
        guard !deployed.isEmpty else { return "\(stored), \(cost)" }
        let live = deployed.count(where: \.problems.isEmpty)
        return "\(stored), \(live) of \(Wording.plural(deployed.count, "deployed folder")) whole, \(cost)"
    }
}
