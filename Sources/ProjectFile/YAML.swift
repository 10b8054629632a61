internal import Yams

/// Turns the text of a project file into nodes.
enum YAML {
    /// Parses `text`; throws ``ProjectError`` with the line where it is no YAML.
    static func parse(_ text: String, file: String) throws(ProjectError) -> ProjectNode {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            throw explain(error, file: file)
        } catch {
            throw ProjectError(file: file, line: nil, "cannot be read: \(error)")
        }
        guard let root else { throw ProjectError(file: file, line: nil, "the file is empty") }
        return convert(root, file: file, path: "")
    }

    /// Parses the value of an override, such as `20` or `[a, b]`.
    static func parseValue(_ text: String, path: String) throws(ProjectError) -> ProjectNode {
        let source = "--set \(path)"
        do {
            guard let root = try compose(yaml: text) else {
                return ProjectNode(.scalar(""), file: source, line: 1, path: path)
            }
            return convert(root, file: source, path: path)
        } catch {
            throw ProjectError(file: source, line: nil, "`\(text)` is no value")
        }
    }

    private static func convert(_ node: Node, file: String, path: String) -> ProjectNode {
        let line = node.mark?.line ?? 1
        func below(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        switch node {
        case .scalar(let scalar):
            return ProjectNode(.scalar(scalar.string), file: file, line: line, path: path)
        case .sequence(let items):
            let converted = items.enumerated().map { convert($1, file: file, path: "\(path)[\($0)]") }
            return ProjectNode(.list(converted), file: file, line: line, path: path)
        case .mapping(let mapping):
            let entries = mapping.map { key, value in
                let word = key.scalar?.string ?? ""
                return (key: word, line: key.mark?.line ?? line, value: convert(value, file: file, path: below(word)))
            }
            return ProjectNode(.mapping(entries), file: file, line: line, path: path)
        case .alias:
            return ProjectNode(.scalar(""), file: file, line: line, path: path)
        }
    }

    private static func explain(_ error: YamlError, file: String) -> ProjectError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ProjectError(
                file: file,
                line: mark.line,
                "this is no YAML: \(problem)",
                hints: ["look at the indentation, at colons and at quotes on this line and the one above"]
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            ProjectError(
                file: file,
                line: context.mark.line,
                "the key \(duplicates.map { "`\($0)`" }.joined(separator: ", ")) is there twice"
            )
        default:
            ProjectError(file: file, line: nil, "cannot be read: \(error)")
        }
    }
}
