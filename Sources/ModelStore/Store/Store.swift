internal import Git
internal import Glibc
internal import ModelPackage
package import Support

/// A model store: a bare git repository that plain git reads.
///
/// Versions hang on tags, ledgers and environments on branches; `docs/format.md` has the layout. A store belongs to one
/// thread at a time.
package final class Store {
    let repository: Repository
    let clock: Clock
    /// The verb that uses the store, for those who wait for it.
    let verb: String
    /// How the remote is talked to, and whether it is.
    let connection: Connection
    /// The shared repository that this one is a clone of; `nil` for a store of its own.
    package let remote: Remote?
    /// Tags that the remote has and this store has not, as a lost race has shown.
    var takenTags: Set<String> = []

    /// The directory of the store.
    package var path: String { repository.path }

    init(_ repository: consuming Repository, clock: Clock, verb: String, connection: Connection = .none) throws {
        remote = try Remote(of: repository)
        self.repository = repository
        self.clock = clock
        self.verb = verb
        self.connection = connection
    }

    /// Creates an empty store at `path`.
    package static func create(at path: String, actor: Actor, clock: Clock = .system) throws -> Store {
        // An empty directory is as good as none.
        guard !FileSystem.exists(path) || (try? FileSystem.names(in: path)) == [] else {
            throw StoreError(
                .refused,
                "there is something at `\(path)` already",
                hints: ["name another place: --store PATH"]
            )
        }
        // Made aside and renamed: a store is there whole or not at all.
        try FileSystem.createDirectory(Path.parent(path))
        let aside = try FileSystem.createTemporaryDirectory(withPrefix: "\(Path.parent(path))/.tmp-\(Path.name(path))-")
        do {
            let repository = try StoreSettings.newRepository(at: aside)
            try Store(repository, clock: clock, verb: "init").found(by: actor)
            try FileSystem.rename(aside, to: path)
        } catch {
            try? FileSystem.remove(aside)
            throw error
        }
        try FileSystem.syncDirectory(Path.parent(path))
        return try Store(try Repository(openingAt: path), clock: clock, verb: "init")
    }

    /// Makes a store of an empty repository: the branch that says what it is.
    func found(by actor: Actor) throws {
        try locked { store in
            var writer = LooseObjectWriter(repositoryAt: store.path)
            let tree = try writer.write(
                changes: [
                    ("README.md", Array(StoreReadme.text.utf8)),
                    ("store.json", try JSON.encode(StoreFormat(oldestReader: 1))),
                ],
                to: nil,
                into: store.repository
            )
            let move = try store.planCommit(
                tree: tree,
                on: References.format,
                after: nil,
                actor: actor,
                message: "Create the store",
                writer: &writer
            )
            try store.apply(Change(moves: [move]))
        }
    }

    /// Opens the store at `path`.
    ///
    /// Throws ``StoreError``: no store there (10), a format newer than this tool (12); with `writing`, a store of
    /// another user (15).
    package static func open(
        at path: String,
        writing: Bool,
        verb: String = "",
        clock: Clock = .system,
        connection: Connection = .none
    ) throws -> Store {
        guard FileSystem.isDirectory(path) else {
            throw StoreError(
                .storeMissing,
                "there is no store at `\(path)`",
                hints: ["check the path", "or create one there: mlops init --store \(quotedForShell(path))"]
            )
        }
        guard FileSystem.exists("\(path)/objects"), FileSystem.exists("\(path)/HEAD") else {
            throw StoreError(
                .storeMissing,
                "`\(path)` is no git repository",
                hints: ["check the path", "or create a store elsewhere: mlops init --store DIR"]
            )
        }
        if writing { try checkOwner(of: path) }
        let store = try Store(
            try Repository(openingAt: path),
            clock: clock,
            verb: verb,
            connection: connection
        )
        try store.checkFormat()
        if writing { try StoreSettings.apply(to: store.repository) }
        return store
    }

    /// Throws ``StoreError`` when the branch that says what the store is asks for a newer tool (12), or is not there (10).
    func checkFormat(on branch: String = References.format) throws {
        guard let tip = try repository.reference(branch),
            let bytes = try repository.blob(at: "store.json", in: try repository.commit(tip).tree)
        else {
            throw StoreError(
                .storeMissing,
                "`\(path)` is a git repository, but no mlops store",
                hints: try repository.references(under: "refs/").isEmpty
                    ? ["it is empty: a shared store begins in it by its address: mlops init --store file://\(path)"]
                    : ["move it away, or create a store elsewhere: mlops init --store PATH"]
            )
        }
        let source = "\(path), \(branch == References.format ? "branch mlops" : branch), store.json"
        let format = try JSON.decode(StoreFormat.self, from: bytes, source: source)
        guard format.oldestReader <= StoreFormat.schema.major else {
            throw StoreError(
                .integrity,
                "\(source): the store asks for a tool that knows format \(format.oldestReader) or later; "
                    + "this mlops knows \(StoreFormat.schema.major)",
                hints: ["install a newer mlops"]
            )
        }
    }

    /// A file written by the wrong user would lock the owner out of the own store.
    private static func checkOwner(of path: String) throws {
        let owner = try FileSystem.owner(of: path)
        guard owner != geteuid() else { return }
        let name = userName(owner)
        // Another user's environment and working directory need not lead to the same store.
        let isNamed = CommandLine.arguments.contains { $0 == "--store" || $0.hasPrefix("--store=") }
        let arguments = CommandLine.arguments + (isNamed ? [] : ["--store", FileSystem.canonical(path)])
        throw StoreError(
            .refused,
            "the store `\(path)` belongs to \(name), and this is \(userName(geteuid()))",
            hints: ["sudo -u \(name) \(arguments.map(quotedForShell).joined(separator: " "))"]
        )
    }

    private static func userName(_ id: UInt32) -> String {
        guard let entry = unsafe getpwuid(id) else { return "user \(id)" }
        return unsafe String(cString: entry.pointee.pw_name)
    }

    /// `word` as a shell reads it back.
    private static func quotedForShell(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "@%+=:,./-_".utf8.contains(byte)
        }
        return isPlain && !word.isEmpty
            ? word : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}

extension Store {
    /// Runs `body` as the only writer.
    ///
    /// A writer of a model's ledger first finishes the registrations that a killed one left half done; a deployment or a
    /// rollback does not wait for that.
    func locked<Result>(completingRegistrations: Bool = false, _ body: (Store) throws -> Result) throws -> Result {
        let lock = try StoreLock(storeAt: path, verb: verb, clock: clock)
        if lock.wasAbandoned { StaleRefLock.removeAll(in: path) }
        if completingRegistrations { completeRegistrations() }
        let result = try body(self)
        _ = consume lock
        return result
    }

    /// The tree that a branch points to, with its commit; `nil` when there is no such branch.
    func tip(of branch: String) throws -> (commit: ObjectID, tree: ObjectID)? {
        guard let commit = try repository.reference(branch) else { return nil }
        return (commit, try repository.commit(commit).tree)
    }
}

/// The names of the store's refs.
enum References {
    static let format = "refs/heads/mlops"
    static let models = "refs/heads/models/"
    static let environments = "refs/heads/environments/"
    static let policies = "refs/heads/policies/"
    static let followers = "refs/heads/followers/"
    static let heads = "refs/heads/"
    static let tags = "refs/tags/"
    /// What the heads of the remote were when it was seen last.
    static let remote = "refs/remotes/\(Remote.name)/"

    static func ledger(of model: String) -> String { "\(models)\(model)" }
    static func environment(_ environment: String, _ model: String) -> String {
        "\(environments)\(environment)/\(model)"
    }
    static func follower(_ follower: String, of environment: String) -> String {
        "\(followers)\(environment)/\(follower)"
    }
    /// Where the head of the remote that corresponds to one of ours is kept.
    static func tracking(_ head: String) -> String { "\(remote)\(head.dropFirst(heads.count))" }
    static func policy(of environment: String) -> String { "\(policies)\(environment)" }
    static func version(_ version: VersionNumber, of model: String) -> String { "\(tags)\(model)@\(version)" }
    static func assignment(_ number: Int, of model: String, in environment: String) -> String {
        "\(tags)\(model)#\(environment)#\(number)"
    }
}
