internal import Support

/// A piece of the project file that knows where it stands.
package struct ProjectNode: Sendable {
    /// What the piece is.
    package indirect enum Content: Sendable {
        case scalar(String)
        case list([ProjectNode])
        case mapping([(key: String, line: Int, value: ProjectNode)])
    }

    package var content: Content
    /// The file and the line, counted from 1, for messages.
    package let file: String
    package let line: Int
    /// The keys on the way, as `training.optimizer.adam`.
    package let path: String

    package init(_ content: Content, file: String, line: Int, path: String) {
        self.content = content
        self.file = file
        self.line = line
        self.path = path
    }

    /// An error at this place.
    package func error(_ message: String, hints: [String] = []) -> ProjectError {
        ProjectError(file: file, line: line, message, hints: hints)
    }

    private var found: String {
        switch content {
        case .scalar(let text): text.isEmpty ? "nothing" : "`\(text)`"
        case .list: "a list"
        case .mapping: "a group of keys"
        }
    }

    private func expected(_ what: String) -> ProjectError { error("`\(path)`: expected \(what), found \(found)") }
}

/// Reading of values. Each throws ``ProjectError`` when the piece is something else.
extension ProjectNode {
    /// The text of a scalar.
    package func string() throws(ProjectError) -> String {
        guard case .scalar(let text) = content, !text.isEmpty else { throw expected("a word") }
        return text
    }

    /// The text of a scalar, which may be empty.
    package func text() throws(ProjectError) -> String {
        guard case .scalar(let text) = content else { throw expected("a text") }
        return text
    }

    /// A whole number in `range`.
    package func integer(in range: ClosedRange<Int>) throws(ProjectError) -> Int {
        guard case .scalar(let text) = content, let number = Int(text.filter { $0 != "_" }), range.contains(number)
        else {
            let limits =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw expected("a whole number \(limits)")
        }
        return number
    }

    /// A number in `range`, also as a quotient such as `1/255`.
    package func number(in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
        throws(ProjectError) -> Double
    {
        guard case .scalar(let text) = content, let number = ProjectNode.parse(text), range.contains(number) else {
            let isAny = range.upperBound == .greatestFiniteMagnitude && range.lowerBound == -range.upperBound
            let limits =
                if isAny { "" } else if range.upperBound == .greatestFiniteMagnitude {
                    " of at least \(range.lowerBound.plain)"
                } else {
                    " from \(range.lowerBound.plain) to \(range.upperBound.plain)"
                }
            throw expected("a number\(limits)")
        }
        return number
    }

    /// Seconds out of `90`, `90s`, `30m`, `1h` or `2d`.
    package func duration() throws(ProjectError) -> Int {
        let text = try string()
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard let number = Int(digits), number >= 0, number <= 1_000_000 else {
            throw error("`\(path)`: expected a duration such as 30m, 1h or 2d, found `\(text)`")
        }
        return number * (unit ?? 1)
    }

    /// `true` or `false`.
    package func boolean() throws(ProjectError) -> Bool {
        switch content {
        case .scalar("true"): true
        case .scalar("false"): false
        default: throw expected("true or false")
        }
    }

    /// The items of a list.
    package func list() throws(ProjectError) -> [ProjectNode] {
        guard case .list(let items) = content else { throw expected("a list") }
        return items
    }

    /// A list of words.
    package func strings() throws(ProjectError) -> [String] {
        try list().map { (node) throws(ProjectError) in try node.string() }
    }

    /// One of `words`.
    package func word(of words: [String]) throws(ProjectError) -> String {
        let text = try string()
        guard words.contains(text) else {
            throw error(
                "`\(path)`: expected one of \(words.joined(separator: ", ")), found `\(text)`",
                hints: NearestWord.find(text, in: words).map { ["did you mean `\($0)`?"] } ?? []
            )
        }
        return text
    }

    /// The keys of a mapping, to be read one by one.
    package func section() throws(ProjectError) -> ProjectSection {
        guard case .mapping(let entries) = content else { throw expected("a group of keys") }
        return ProjectSection(node: self, entries: entries)
    }

    /// A word alone, or a word with options below it: `relu`, `adam: {learning_rate: 0.01}`, `dropout: 0.2`.
    ///
    /// The second part is what stands below the word; `nil` for the word alone.
    package func wordWithOptions() throws(ProjectError) -> (word: String, options: ProjectNode?) {
        switch content {
        case .scalar: return (try string(), nil)
        case .mapping(let entries) where entries.count == 1: return (entries[0].key, entries[0].value)
        default: throw expected("a word, or one word with its options")
        }
    }

    private static func parse(_ text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let numerator = Double(parts[0]), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return numerator.isFinite ? numerator : nil }
        guard let denominator = Double(parts[1]), denominator != 0 else { return nil }
        let quotient = numerator / denominator
        return quotient.isFinite ? quotient : nil
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var plain: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
