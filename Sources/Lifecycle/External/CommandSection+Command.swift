internal import Inference
internal import ProjectFile

extension CommandSection {
    /// The program, run from the project's directory.
    func externalCommand(in directory: String, limit: Double) -> ExternalCommand {
        ExternalCommand(words: command, directory: directory, timeLimit: timeLimit.map { Double($0) } ?? limit)
    }
}

extension Parameter {
    /// What stands in the project file, with numbers and flags told from texts.
    init(_ node: ProjectNode) {
        switch node.content {
        case .scalar("true"): self = .flag(true)
        case .scalar("false"): self = .flag(false)
        case .scalar(let text): self = (try? node.number()).map { .number($0) } ?? .text(text)
        case .list(let items): self = .list(items.map { Parameter($0) })
        case .mapping(let entries):
            self = .group(Dictionary(entries.map { ($0.key, Parameter($0.value)) }) { first, _ in first })
        }
    }
}
