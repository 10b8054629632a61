internal import ArgumentParser
internal import Lifecycle
internal import Support

struct ReproduceCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Train a version again, and say whether the same bits come out.",
        discussion: """
            Do this recipe and these rows really give this model? Trains again from the recipe in the package and the rows \
            with the digests that stand there, compares the members of the package one by one, and keeps nothing. Ends \
            with exit code 3 when they differ, and 14 when the rows are nowhere.

            EXAMPLES
              mlops reproduce fashion@v1.2.0
              mlops reproduce defect@production --data archive/process-2026-03.csv

            NEXT
              mlops diff MODEL@VERSION MODEL@VERSION
            """
    )

    @OptionGroup var version: VersionOptions

    @Option(
        help: ArgumentHelp(
            "A file or a folder in which the rows are now; may be repeated.",
            valueName: "file"
        )
    )
    var data: [String] = []

    @Option(
        help: ArgumentHelp("How many threads to use; as many as the work is worth if not given.", valueName: "count")
    )
    var threads: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    }

    func run(in context: Context) async throws {
        var verb = Reproduce(reference: try version.parsed())
        (verb.data, verb.threads) = (data, threads)
        let context = try context.joined()
        if context.invocation.isFollower { return try await verb.follow(in: context.invocation) }
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.isReproduced { throw ExitCode(FailureKind.verdictNo) }
    }
}

extension Reproduce.Report: Renderable {
    package var text: String {
        let title = "\(model) \(version)"
        var table = Table(["MEMBER", "DIGEST", ""])
        for member in members {
            table.add([
                member.name, "\((member.found ?? member.expected)?.short ?? "")", member.isSame ? "same" : "differs",
            ])
        }
        let verdict =
            isReproduced
            ? "\(title) is reproduced: the same \(members.count) members, bit for bit, in \(Wording.seconds(seconds))"
            : "\(title) is not reproduced"
        var lines = [verdict, "", table.text, ""]
        for member in members {
            guard let difference = member.difference else { continue }
            lines.append("\(member.name): \(difference)")
        }
        lines.append("made by \(tool)\(source(commit, isDirty)), now by \(toolNow)\(source(commitNow, nil))")
        return lines.joined(separator: "\n")
    }

    private func source(_ commit: String?, _ isDirty: Bool?) -> String {
        guard let commit else { return "" }
        return " from commit \(commit.prefix(12))\(isDirty == true ? " with changes that were not committed" : "")"
    }
}
