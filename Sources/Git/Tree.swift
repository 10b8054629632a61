/// One line of a tree.
package struct TreeEntry: Hashable, Sendable {
    package let name: String
    package let id: ObjectID
    package let isTree: Bool

    package init(name: String, id: ObjectID, isTree: Bool) {
        self.name = name
        self.id = id
        self.isTree = isTree
    }
}

/// A directory of the repository, as git stores it.
package struct Tree: Sendable {
    package private(set) var entries: [TreeEntry]

    package init(_ entries: [TreeEntry] = []) { self.entries = entries }

    /// The entry called `name`.
    package subscript(name: String) -> TreeEntry? { entries.first { $0.name == name } }

    /// Puts `entry` in, in place of one of the same name.
    package mutating func set(_ entry: TreeEntry) {
        remove(entry.name)
        entries.append(entry)
    }

    /// Takes the entry called `name` out, if there is one.
    package mutating func remove(_ name: String) { entries.removeAll { $0.name == name } }

    /// Reads git's form: for each entry its mode in octal, a space, the name, a zero byte and twenty bytes of SHA-1.
    init(parsing bytes: [UInt8], id: ObjectID) throws(GitError) {
        var entries: [TreeEntry] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let zero = rest[space...].firstIndex(of: 0), zero + 20 < rest.endIndex,
                let name = String(validating: rest[(space + 1)..<zero], as: UTF8.self),
                let object = ObjectID(bytes: Array(rest[(zero + 1)...(zero + 20)]))
            else {
                throw GitError(code: .mismatch, operation: "read the tree \(id)", message: "the tree is malformed")
            }
            let isTree = rest[..<space].elementsEqual("40000".utf8)
            entries.append(TreeEntry(name: name, id: object, isTree: isTree))
            rest = rest[(zero + 21)...]
        }
        self.entries = entries
    }

    /// Git's form, with the entries in git's order: by bytes, a tree as if its name ended in `/`.
    var encoded: [UInt8] {
        func key(_ entry: TreeEntry) -> [UInt8] { Array((entry.isTree ? "\(entry.name)/" : entry.name).utf8) }
        let sorted = entries.map { (key($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
        return sorted.flatMap { _, entry in
            Array("\(entry.isTree ? "40000" : "100644") \(entry.name)".utf8) + [0] + entry.id.bytes
        }
    }
}

extension Repository {
    /// Reads a tree.
    package borrowing func tree(_ id: ObjectID) throws(GitError) -> Tree {
        try Tree(parsing: object(id, expecting: .tree), id: id)
    }

    /// Follows `path`, such as `versions/3f/v1.0.0.json`, from the tree `root`; `nil` when a part is missing.
    package borrowing func entry(at path: String, in root: ObjectID) throws(GitError) -> TreeEntry? {
        var current = TreeEntry(name: "", id: root, isTree: true)
        for part in path.split(separator: "/") {
            guard current.isTree, let next = try tree(current.id)[String(part)] else { return nil }
            current = next
        }
        return current
    }

    /// Reads the blob at `path` below the tree `root`; `nil` when there is none.
    package borrowing func blob(at path: String, in root: ObjectID) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(at: path, in: root), !entry.isTree else { return nil }
        return try object(entry.id, expecting: .blob)
    }
}
