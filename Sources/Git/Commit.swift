package import Support

/// Who wrote a commit or tag, and when.
package struct Identity: Hashable, Sendable {
    package let name: String
    package let email: String
    package let time: Timestamp

    /// Characters that git's format reserves are replaced by spaces.
    package init(name: String, email: String, time: Timestamp) {
        func clean(_ text: String) -> String {
            let cleaned = text.map { "<>\n\r\0".contains($0) ? " " : $0 }
            let trimmed = String(cleaned).split(separator: " ").joined(separator: " ")
            return trimmed.isEmpty ? "unknown" : trimmed
        }
        self.name = clean(name)
        self.email = clean(email)
        self.time = time
    }

    /// Git's form: name, address, seconds since 1970, zone.
    var line: String { "\(name) <\(email)> \(time.seconds) +0000" }

    init?(parsing line: Substring) {
        guard let open = line.lastIndex(of: "<"), let close = line.lastIndex(of: ">"), open < close else { return nil }
        let numbers = line[line.index(after: close)...].split(separator: " ")
        guard let seconds = numbers.first.flatMap({ Int64($0) }) else { return nil }
        name = line[..<open].trimmingSpaces
        email = String(line[line.index(after: open)..<close])
        time = Timestamp(seconds: seconds)
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        split(separator: " ").joined(separator: " ")
    }
}

/// A commit: a tree, what came before it, who and why.
package struct Commit: Sendable {
    package let tree: ObjectID
    package let parents: [ObjectID]
    package let author: Identity
    package let message: String

    package init(tree: ObjectID, parents: [ObjectID], author: Identity, message: String) {
        self.tree = tree
        self.parents = parents
        self.author = author
        self.message = message
    }

    /// Git's form; author and committer are the same.
    var encoded: [UInt8] {
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        text += "author \(author.line)\ncommitter \(author.line)\n\n\(message)"
        return Array(text.utf8)
    }

    init(parsing bytes: [UInt8], id: ObjectID) throws(GitError) {
        let (headers, message) = splitObject(bytes)
        guard let tree = headers.first(where: { $0.key == "tree" }).flatMap({ ObjectID($0.value) }),
            let author = headers.first(where: { $0.key == "author" }).flatMap({ Identity(parsing: $0.value) })
        else {
            throw GitError(code: .mismatch, operation: "read the commit \(id)", message: "the commit is malformed")
        }
        self.init(
            tree: tree,
            parents: headers.filter { $0.key == "parent" }.compactMap { ObjectID($0.value) },
            author: author,
            message: message
        )
    }
}

/// An annotated tag: a name for a commit, with who, when and why.
package struct Tag: Sendable {
    package let name: String
    package let target: ObjectID
    package let tagger: Identity
    package let message: String

    package init(name: String, target: ObjectID, tagger: Identity, message: String) {
        self.name = name
        self.target = target
        self.tagger = tagger
        self.message = message
    }

    /// The name that git gives to the object.
    package var id: ObjectID? {
        let bytes = encoded
        return unsafe ObjectKind.tag.name(of: bytes.span.bytes)
    }

    /// Git's form of a tag of a commit.
    var encoded: [UInt8] {
        Array("object \(target)\ntype commit\ntag \(name)\ntagger \(tagger.line)\n\n\(message)".utf8)
    }

    init(parsing bytes: [UInt8], id: ObjectID) throws(GitError) {
        let (headers, message) = splitObject(bytes)
        func header(_ key: String) -> Substring? { headers.first { $0.key == key }?.value }
        guard let target = header("object").flatMap({ ObjectID($0) }), header("type") == "commit",
            let name = header("tag"), let tagger = header("tagger").flatMap({ Identity(parsing: $0) })
        else {
            throw GitError(code: .mismatch, operation: "read the tag \(id)", message: "the tag is malformed")
        }
        self.init(name: String(name), target: target, tagger: tagger, message: message)
    }
}

/// Splits the text of a commit or tag into its header lines and its message.
private func splitObject(_ bytes: [UInt8]) -> (headers: [(key: Substring, value: Substring)], message: String) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let gap = text.firstRange(of: "\n\n") else { return ([], text) }
    let lines = text[..<gap.lowerBound].split(separator: "\n")
    let headers: [(key: Substring, value: Substring)] = lines.compactMap { line in
        line.firstIndex(of: " ").map { (key: Substring(line[..<$0]), value: Substring(line[line.index(after: $0)...])) }
    }
    return (headers, String(text[gap.upperBound...]))
}

extension Repository {
    /// Reads a commit.
    package borrowing func commit(_ id: ObjectID) throws(GitError) -> Commit {
        try Commit(parsing: object(id, expecting: .commit), id: id)
    }

    /// Reads an annotated tag.
    package borrowing func tag(_ id: ObjectID) throws(GitError) -> Tag {
        try Tag(parsing: object(id, expecting: .tag), id: id)
    }
}
