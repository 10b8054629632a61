internal import Glibc
internal import Support

/// Keeps objects from being removed under somebody who is about to need them.
///
/// Whoever packs or fetches holds it together with others, until his refs have moved; whoever frees holds it alone. Plain git does not
/// know it: what it has brought in the last minutes is left alone by age.
struct ObjectsLock: ~Copyable {
    private let lock: FileLock

    /// Joins those who write objects; waits for one who frees.
    static func using(_ store: String, patience: Double = 60) throws -> ObjectsLock {
        try ObjectsLock(store, .shared, "somebody is freeing space in the store", patience: patience)
    }

    /// Keeps everybody from writing objects; waits for those who do.
    static func freeing(_ store: String) throws -> ObjectsLock {
        try ObjectsLock(store, .exclusive, "somebody is storing or fetching models")
    }

    private init(_ store: String, _ mode: FileLock.Mode, _ why: String, patience: Double = 60) throws {
        try FileSystem.createDirectory("\(store)/mlops")
        let file = try File(opening: "\(store)/mlops/objects.lock", flags: O_RDWR | O_CREAT)
        guard let lock = try FileLock.take(file, mode, patience: patience) else {
            throw StoreError(
                .storeLocked,
                "\(why), for a minute already",
                hints: ["run the command again when it is done"]
            )
        }
        self.lock = lock
    }
}
