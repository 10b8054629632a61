/// A program of the project that trains, or that answers.
package struct CommandSection: Sendable {
    /// The program and its arguments.
    package let command: [String]
    /// In seconds; `nil` for the usual limit.
    package let timeLimit: Int?
    /// What the project hands to the program, as it stands in the file.
    package let parameters: ProjectNode?
    /// How far an answer may be from the one that is expected, relative to its size or to 1; `nil` for the usual.
    package let tolerance: Double?
    package let node: ProjectNode

    init(_ node: ProjectNode, hasTolerance: Bool) throws(ProjectError) {
        self.node = node
        var section = try node.section()
        let command = try section.required("command")
        let words = try command.strings()
        guard !words.isEmpty else {
            throw command.error(
                "`\(command.path)`: expected a program and its arguments, found an empty list",
                hints: ["for example: command: [python3, train.py]"]
            )
        }
        self.command = words
        timeLimit = try section.optional("time_limit").map { (node) throws(ProjectError) in try node.duration() }
        parameters = section.optional("parameters")
        tolerance = hasTolerance ? try section.optional("tolerance")?.number(in: 0...1) : nil
        try section.finish()
    }
}
