internal import Glibc
internal import Support

/// The right to write to a store, which one process has at a time.
///
/// A `flock`: the kernel takes it back when its holder dies, however that happens. The file holds who it is, for the
/// message to those who wait; it is empty when nobody holds the lock, unless the last holder was killed.
struct StoreLock: ~Copyable {
    private let lock: FileLock
    /// Whether the last holder was killed, and may have left something half done.
    let wasAbandoned: Bool

    /// Waits up to five seconds for the lock of the store at `path`.
    init(storeAt path: String, verb: String, clock: Clock, patience: Double = 5) throws {
        let file = try File(opening: "\(path)/mlops.lock", flags: O_RDWR | O_CREAT)
        guard let lock = try FileLock.take(file, .exclusive, patience: patience) else {
            throw StoreLock.busy("\(path)/mlops.lock")
        }
        let holder = "pid \(getpid()) on \(hostName()), \(verb), since \(clock.now())\n"
        let wasAbandoned = try lock.file.size() > 0
        _ = ftruncate(lock.file.descriptor, 0)
        try lock.file.write(holder)
        self.wasAbandoned = wasAbandoned
        self.lock = lock
    }

    deinit { _ = ftruncate(lock.file.descriptor, 0) }

    private static func busy(_ path: String) -> StoreError {
        let text = (try? FileSystem.read(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let holder = text.split(separator: "\n").first.map(String.init) ?? "an unknown process"
        return StoreError(
            .storeLocked,
            "somebody is writing to the store: \(holder)",
            hints: ["run the command again when it is done"]
        )
    }
}

/// The machine's name.
func hostName() -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let status = unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let start = bytes.baseAddress else { return Int32(-1) }
        return unsafe gethostname(start.assumingMemoryBound(to: CChar.self), 255)
    }
    return status == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "unknown"
}
