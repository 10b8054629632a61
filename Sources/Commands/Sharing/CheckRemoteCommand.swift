internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct CheckRemoteCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look whether the remote has everything, and what its host does not refuse.",
        discussion: """
            Could somebody rewrite our history, or has somebody? Is every version there that the ledgers name? Says what a \
            server should be set to. Exit code 12 when something is missing or was rewritten.

            EXAMPLES
              mlops remote check
              mlops remote check --probe

            NEXT
              mlops push
            """
    )

    @Flag(help: "Try out what the host refuses: push, rewrite and delete a branch of our own, mlops-check/….")
    var probe = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = CheckRemote()
        verb.probing = probe
        let report = try await verb.run(in: context.invocation)
        try context.report(report)
        if !report.isWhole { throw ExitCode(FailureKind.integrity) }
    }
}

extension CheckRemote.Report: Renderable {
    package var text: String {
        var lines = remote.map { [$0.headline] + $0.lines } ?? []
        for version in lost {
            lines.append(
                "LOST  \(version.version): its tag is gone there; \(version.isHere ? "give it back: mlops push" : "who has it: mlops push")"
            )
        }
        lines += moved.map { tag in
            let cure =
                tag.isHere
                ? "who may force, can put it back: git --git-dir \(store) push --force origin refs/tags/\(tag.version)"
                : "who has the right one, can put it back"
            return "MOVED  \(tag.version): its tag holds another package there than the ledger says; \(cure)"
        }
        lines += orphans.map { "UNFINISHED  \($0): registered, and in no ledger; complete it: mlops maintain" }
        if lost.isEmpty && moved.isEmpty && orphans.isEmpty {
            lines.append("\(Wording.plural(versions, "version")), all there")
        }
        if !foreign.isEmpty { lines += Wording.list(foreign, behind: "not ours, and not looked at: ") }
        lines += rules.map { rule in
            let name = rule.rule.split(separator: "_").joined(separator: " ")
            return switch rule.isEnforced {
            case true?: "refused there, for branches: \(name)"
            case false?: "NOT refused there: \(name)"
            case nil: "cannot be told from here: whether \(name) are refused"
            }
        }
        if let largestVersion { lines.append(limits(of: largestVersion)) }
        if rules.contains(where: { $0.isEnforced != true }) {
            lines.append(
                "for a bare repository, type in it (branches; tags are guarded by their digests in the ledgers):"
            )
            lines += serverSettings.map { "  \($0)" }
            lines.append(
                "on a git host, protect the branches models/**, environments/**, policies/**, mlops and the tags *@v*"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// How large a push may be, beside the largest that there was.
    private func limits(of version: String) -> String {
        let largest = "the largest version is \(version) with \(Wording.bytes(largestBytes)), in files of at most 4 MiB"
        return switch sizeLimit {
        case nil: "cannot be told from here: how large a push may be; \(largest)"
        case 0?: "no limit to the size of a push; \(largest)"
        case let limit?: "a push may have \(Wording.bytes(limit)) at most (receive.maxInputSize); \(largest)"
        }
    }
}
