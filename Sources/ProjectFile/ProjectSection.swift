internal import Support

/// A group of keys that is read one by one; a key that nobody reads is an error, as it is probably a slip.
package struct ProjectSection: ~Copyable {
    package let node: ProjectNode
    private let entries: [(key: String, line: Int, value: ProjectNode)]
    private var known: [String] = []

    init(node: ProjectNode, entries: [(key: String, line: Int, value: ProjectNode)]) {
        self.node = node
        self.entries = entries
    }

    /// The value of `key`; `nil` when it is not there.
    package mutating func optional(_ key: String) -> ProjectNode? {
        known.append(key)
        return entries.first { $0.key == key }?.value
    }

    /// Whether a key is there that does not belong there.
    package func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// The value of `key`, which must be there.
    package mutating func required(_ key: String) throws(ProjectError) -> ProjectNode {
        guard let value = optional(key) else {
            // A slip in the key itself explains more than that it is missing.
            for entry in entries where NearestWord.find(entry.key, in: [key]) != nil { throw unknown(entry) }
            let place = node.path.isEmpty ? "the file" : "`\(node.path)`"
            throw node.error("\(place) needs the key `\(key)`")
        }
        return value
    }

    /// All keys and values, for groups whose keys are the user's own words.
    package mutating func all() -> [(key: String, value: ProjectNode)] {
        known += entries.map(\.key)
        return entries.map { ($0.key, $0.value) }
    }

    /// Ends the reading: throws ``ProjectError`` for the first key that was not asked for.
    package consuming func finish() throws(ProjectError) {
        for entry in entries where !known.contains(entry.key) {
            throw unknown(entry)
        }
    }

    private borrowing func unknown(_ entry: (key: String, line: Int, value: ProjectNode)) -> ProjectError {
        let place = node.path.isEmpty ? "" : " in `\(node.path)`"
        let nearest = NearestWord.find(entry.key, in: known) ?? node.path(below: entry.key)
        // A key that the command line has set stands in no line of the file.
        let isSet = entry.value.file != node.file
        return ProjectError(
            file: isSet ? entry.value.file : node.file,
            line: isSet ? nil : entry.line,
            "unknown key `\(entry.key)`\(place)",
            hints: nearest.map { ["did you mean `\($0)`?"] }
                ?? ["the keys here are: \(known.sorted().joined(separator: ", "))"]
        )
    }
}
