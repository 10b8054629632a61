internal import Git
internal import Glibc
internal import Support

/// What is remembered of the last talks with the remote, beside the refs: `mlops/remote/` in the store.
struct RemoteMemory {
    static let folder = "mlops/remote"
    private let folder: String

    init(storeAt path: String) { folder = "\(path)/\(Self.folder)" }

    /// When the remote was seen last.
    var lastContact: Timestamp? {
        (try? FileSystem.modificationTime(of: "\(folder)/contact")).map { Timestamp(seconds: Int64($0)) }
    }

    /// Branches that the remote has rewritten, and that were not followed.
    var rewritten: [String] { lines(of: "rewritten") }

    /// Branches that were at the remote, and are there no more.
    var deleted: [String] { lines(of: "deleted") }

    /// Notes that the remote was seen just now, and what somebody had rewritten or deleted there.
    func noteContact(rewritten: [String], deleted: [String]) throws {
        try FileSystem.createDirectory(folder)
        try note(rewritten, in: "rewritten")
        try note(deleted, in: "deleted")
        try AtomicFile.write("", to: "\(folder)/contact", durable: false)
    }

    /// Notes that what was deleted there is looked at as never pushed.
    func forgetDeleted() throws { try note([], in: "deleted") }

    private func lines(of name: String) -> [String] {
        let bytes = (try? FileSystem.read("\(folder)/\(name)")) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func note(_ lines: [String], in name: String) throws {
        guard self.lines(of: name) != lines else { return }
        try AtomicFile.write(lines.map { "\($0)\n" }.joined(), to: "\(folder)/\(name)", durable: false)
    }

    /// Runs `body` as the only one who fetches, unless a fetch that others began since the caller asked has answered it.
    ///
    /// Fetches are counted when they begin and when they have succeeded or failed: the next one to begin has seen what the caller asks
    /// for, and where the one that was on its way could reach nobody, the caller need not try as long once more. Throws
    /// ``RemoteError``.
    func fetching(from remote: Remote, _ body: () async throws -> Void) async throws {
        func unreachable(_ message: String) -> RemoteError {
            RemoteError(.unreachable, address: remote.address.description, message: message)
        }
        try FileSystem.createDirectory(folder)
        let asked = counts
        let file = try File(opening: "\(folder)/fetch.lock", flags: O_RDWR | O_CREAT)
        guard let lock = try FileLock.take(file, .exclusive, patience: Connection.patienceForOthers) else {
            throw unreachable("another mlops has been waiting for it for \(Int(Connection.patienceForOthers)) s")
        }
        let now = counts
        guard now.succeeded <= asked.begun else { return }
        guard !asked.isUnderWay || now.failed < asked.begun else {
            throw unreachable("another mlops has just tried in vain")
        }
        let number = now.begun + 1
        try note(Counts(begun: number, succeeded: now.succeeded, failed: now.failed))
        do {
            try await body()
        } catch let error as RemoteError {
            try note(Counts(begun: number, succeeded: now.succeeded, failed: number))
            throw error
        }
        try note(Counts(begun: number, succeeded: number, failed: now.failed))
        _ = consume lock
    }

    private struct Counts {
        var begun = 0
        var succeeded = 0
        var failed = 0

        /// Whether a fetch had begun and not ended.
        var isUnderWay: Bool { begun > max(succeeded, failed) }
    }

    private var counts: Counts {
        let bytes = (try? FileSystem.read("\(folder)/fetches")) ?? []
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        return words.count == 3 ? Counts(begun: words[0], succeeded: words[1], failed: words[2]) : Counts()
    }

    private func note(_ counts: Counts) throws {
        try AtomicFile.write(
            "\(counts.begun) \(counts.succeeded) \(counts.failed)\n",
            to: "\(folder)/fetches",
            durable: false
        )
    }
}
