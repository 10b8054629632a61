internal import Glibc
internal import Support

/// The turn of one process among those of this machine that write to the same ledger of the remote: first come, first served.
///
/// Everyone holds the lock of a file of its own, whose name is a number, and waits for the locks with lower numbers. The kernel takes
/// back the lock of a process that dies.
struct Turn: ~Copyable {
    private let ticket: FileLock

    /// The seconds that whoever is first may take before those behind give up.
    private static let patience = 60.0

    private init(_ ticket: consuming FileLock) { self.ticket = ticket }

    deinit { try? FileSystem.removeFile(ticket.file.path) }

    /// Waits in line.
    ///
    /// Throws ``StoreError`` (11) when the line has not moved for a long time.
    static func take(at ledger: String, in store: String) async throws -> Turn {
        let line = ledger.dropFirst(References.heads.count).split(separator: "/").joined(separator: "+")
        let folder = "\(store)/mlops/lines/\(line)"
        try FileSystem.createDirectory(folder)
        let turn = Turn(try lastTicket(in: folder))
        let number = Int(Path.name(turn.ticket.file.path)) ?? .max
        var watched: Int?
        var stopwatch = Stopwatch()
        while true {
            let before = try numbers(in: folder).filter { $0 < number }
            guard let first = before.min() else { return turn }
            if first != watched { (watched, stopwatch) = (first, Stopwatch()) }
            guard stopwatch.seconds < patience else {
                throw StoreError(
                    .storeLocked,
                    "another process of this machine has been writing to \(Store.shown(ledger)) for \(Int(patience)) s",
                    hints: ["run the command again when it is done"]
                )
            }
            // Whose lock can be had, has died.
            if let file = try? File(opening: "\(folder)/\(first)", flags: O_RDWR),
                let abandoned = try FileLock.take(file, .exclusive)
            {
                try? FileSystem.removeFile(abandoned.file.path)
            } else {
                // Who stands far behind, looks seldom: sixty who all look all the time leave no time for the one whose turn it is.
                try await Task.sleep(for: .milliseconds(before.count == 1 ? 2 : min(20 * before.count, 500)))
            }
        }
    }

    /// Goes to the end of the line.
    private static func lastTicket(in folder: String) throws -> FileLock {
        let door = try File(opening: "\(folder)/door", flags: O_RDWR | O_CREAT)
        guard let entering = try FileLock.take(door, .exclusive, patience: patience) else {
            throw StoreError(.storeLocked, "other processes of this machine crowd at `\(folder)`")
        }
        let number = (try numbers(in: folder).max() ?? 0) + 1
        let file = try File(opening: "\(folder)/\(number)", flags: O_RDWR | O_CREAT | O_EXCL)
        guard let lock = try FileLock.take(file, .exclusive) else {
            throw StoreError(.storeLocked, "somebody else holds `\(folder)/\(number)`")
        }
        _ = consume entering
        return lock
    }

    private static func numbers(in folder: String) throws -> [Int] {
        try FileSystem.names(in: folder).compactMap { Int($0) }
    }
}
