/// A key of the project file that the command line sets: `training.epochs=20`.
package struct Override: Hashable, Sendable, Codable {
    package let path: String
    package let value: String

    package init(path: String, value: String) {
        self.path = path
        self.value = value
    }

    /// Reads `key.key=value`.
    package init(_ text: String) throws(ProjectError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ProjectError(
                file: "--set",
                line: nil,
                "expected key=value, found `\(text)`",
                hints: ["for example: --set training.epochs=20"]
            )
        }
        self.init(path: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }
}

extension ProjectNode {
    /// The tree with one value replaced or added.
    ///
    /// Groups on the way are made when they are missing.
    func setting(_ override: Override) throws(ProjectError) -> ProjectNode {
        let value = try YAML.parseValue(override.value, path: override.path)
        return try replacing(override.path.split(separator: ".").map(String.init)[...], with: value)
    }

    private func replacing(_ keys: ArraySlice<String>, with value: ProjectNode) throws(ProjectError) -> ProjectNode {
        guard let key = keys.first else { return value }
        var entries: [(key: String, line: Int, value: ProjectNode)] = []
        switch content {
        case .mapping(let existing): entries = existing
        case .scalar(let word):
            // `optimizer: adam` becomes `optimizer: {adam: {...}}` when one of its options is set.
            let empty = ProjectNode(.mapping([]), file: file, line: line, path: "\(path).\(word)")
            if !word.isEmpty { entries = [(word, line, empty)] }
        case .list:
            throw ProjectError(file: value.file, line: nil, "`\(path)` is a list; set it as a whole")
        }
        let below = path.isEmpty ? key : "\(path).\(key)"
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = try entries[index].value.replacing(keys.dropFirst(), with: value)
        } else {
            let empty = ProjectNode(.mapping([]), file: value.file, line: value.line, path: below)
            entries.append((key, value.line, try empty.replacing(keys.dropFirst(), with: value)))
        }
        return ProjectNode(.mapping(entries), file: file, line: line, path: path)
    }
}
