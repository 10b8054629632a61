import TestSupport

/// A verb of the command line, with its page of help.
struct Verb {
    let name: String
    let help: String

    static func all(under parent: String = "") throws -> [Verb] {
        let page = try Shell.run("'\(Binary.path)' \(parent) --help").output
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let names = lines.drop { !$0.hasSuffix("SUBCOMMANDS:") }.compactMap { line -> String? in
            guard line.hasPrefix("  "), let name = line.split(separator: " ").first, line.dropFirst(2).first != " "
            else {
                return nil
            }
            return name == "See" ? nil : String(name)
        }
        guard !names.isEmpty else { return [] }
        return try names.flatMap { name in
            let path = parent.isEmpty ? name : "\(parent) \(name)"
            let help = try Shell.run("'\(Binary.path)' \(path) --help").output
            return [Verb(name: path, help: help)] + (try all(under: path))
        }
    }
}

/// A line of an EXAMPLES section.
struct Example: CustomStringConvertible, Sendable {
    let line: String
    var description: String { line }

    static func all() throws -> [Example] { try Verb.all().flatMap { of($0.help) } }

    private static func of(_ help: String) -> [Example] {
        var examples: [String] = []
        var isInside = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "EXAMPLE" || line == "EXAMPLES" {
                isInside = true
            } else if line.isEmpty {
                isInside = false
            } else if isInside, line.hasPrefix("  mlops ") {
                examples.append(String(line.dropFirst(2)))
            } else if isInside, let last = examples.popLast() {
                // A page of help is 80 characters wide.
                examples.append("\(last) \(line)")
            }
        }
        return examples.map { Example(line: $0) }
    }
}
