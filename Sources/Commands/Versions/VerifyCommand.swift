internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of a version, or of all versions.",
        discussion: """
            Is what is stored still what was registered? Ends with exit code 12 when it is not.

            EXAMPLES
              mlops verify fashion@v1.2.0
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
        let report = try VerifyVersions(reference: reference).run(in: context.invocation)
        try context.report(report)
        if !report.isWhole { throw ExitCode(FailureKind.integrity) }
    }
}

extension VerifyVersions.Report: Renderable {
    package var text: String {
        var lines = versions.compactMap { line in
            line.problem.map { "\(line.model) \(line.version)  DAMAGED  \($0)" }
        }
        let total = versions.reduce(0) { $0 + $1.bytes }
        let whole = versions.count { $0.problem == nil }
        lines.append(
            "\(whole) of \(Wording.plural(versions.count, "version")) whole, \(Wording.bytes(total)) read in "
                + Wording.seconds(seconds)
        )
        return lines.joined(separator: "\n")
    }
}
