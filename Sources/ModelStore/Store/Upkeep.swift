internal import Git
internal import Glibc
internal import Support

extension Store {
    /// From how many packs, and from how many loose objects in one of their 256 folders, a clone is put together.
    private static let limits = (packs: 40, looseInFolder: 10)

    /// From how many bytes on a pack stays as it is: it would be copied for seconds.
    private static let largePack = 64 << 20

    /// Puts together what many small fetches and writes have left in a clone, if it has become much.
    ///
    /// A thousand changes of others come in a thousand packs, and each of git's commands opens them all. Large packs stay as they are,
    /// and only as many of the small ones are made one as keep their numbers of objects in a geometric progression, so that an object is
    /// copied a logarithmic number of times. Nothing is removed, so that nobody is in the way of those who store and fetch meanwhile, and nobody is
    /// waited for; what fails is tried at another time.
    package func tidy() async {
        let (small, large) = packs()
        guard remote != nil, isOurs, isUntidy(small), let lock = tidying(),
            let objects = try? ObjectsLock.using(path, patience: 0)
        else { return }
        _ = try? await client.run(["pack-refs", "--all"])
        _ = try? await client.run(["repack", "-q", "-d", "-l", "--geometric=2"] + large.map { "--keep-pack=\($0)" })
        _ = consume objects
        _ = consume lock
    }

    /// The right to do it, which one process has at a time; `nil` when another is at it.
    private func tidying() -> FileLock? {
        guard let file = try? File(opening: "\(path)/mlops/tidy.lock", flags: O_RDWR | O_CREAT) else { return nil }
        return try? FileLock.take(file, .exclusive)
    }

    /// The number of packs that may be put together, and the names of those that stay.
    private func packs() -> (small: Int, large: [String]) {
        let folder = "\(path)/objects/pack"
        let packs = ((try? FileSystem.names(in: folder)) ?? []).filter { $0.hasSuffix(".pack") }
        let large = packs.filter { name in
            ((try? File(reading: "\(folder)/\(name)").size()) ?? 0) >= Self.largePack
        }
        return (packs.count - large.count, large)
    }

    /// Looks into one folder of loose objects, which stands for all, as their names are spread evenly.
    private func isUntidy(_ packs: Int) -> Bool {
        let loose = (try? FileSystem.names(in: "\(path)/objects/17"))?.count ?? 0
        return packs >= Self.limits.packs || loose >= Self.limits.looseInFolder
    }
}
