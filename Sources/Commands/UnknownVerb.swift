internal import ArgumentParser
internal import Support

/// A word where a verb should be, with the verb that was probably meant.
struct UnknownVerb: Failure {
    let word: String
    /// What stands in front of it: `mlops`, or `mlops environment`.
    let path: String
    let known: [String]

    /// The unknown verb of a command line; `nil` when there is none.
    ///
    /// Also behind `help`, which would say nothing about it.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
        var (command, path) = (root, [root._commandName])
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        for word in words {
            let verbs = command.configuration.subcommands
            guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let verb = verbs.first(where: { $0._commandName == word }) else {
                self.word = word
                self.path = path.joined(separator: " ")
                known = verbs.map { $0._commandName }
                return
            }
            (command, path) = (verb, path + [word])
        }
        return nil
    }

    var description: String { "there is no verb `\(word)`" }
    var kind: FailureKind { .usage }
    var hints: [String] {
        let nearest = NearestWord.find(word, in: known).map { "did you mean `\(path) \($0)`?" }
        return [nearest, "all verbs: \(path) --help"].compactMap { $0 }
    }
}
