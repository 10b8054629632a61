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
        guard remote != nil, isOurs else { return }
        let packs = packs
        let large = packs.filter { pack in ((try? File(reading: pack).size()) ?? 0) >= Self.largePack }
        guard isUntidy(packs.count - large.count), let lock = tidying(),
            let objects = try? ObjectsLock.using(path, patience: 0)
        else { return }
        _ = try? await client.run(["pack-refs", "--all"])
        _ = try? await client.run(["repack", "-q", "-d", "-l", "--geometric=2"] + keeping(large))
        _ = consume objects
        _ = consume lock
    }

    /// The right to do it, which one process has at a time; `nil` when another is at it.
    private func tidying() -> FileLock? {
        guard let file = try? File(opening: "\(path)/mlops/tidy.lock", flags: O_RDWR | O_CREAT) else { return nil }
        return try? FileLock.take(file, .exclusive)
    }

    /// The files of the packs.
    var packs: [String] {
        let folder = "\(path)/objects/pack"
        return ((try? FileSystem.names(in: folder)) ?? []).filter { $0.hasSuffix(".pack") }.map { "\(folder)/\($0)" }
    }

    /// How git's `repack` is told to leave packs as they are.
    func keeping(_ packs: [String]) -> [String] { packs.map { "--keep-pack=\(Path.name($0))" } }

    /// Looks into one folder of loose objects, which stands for all, as their names are spread evenly.
    private func isUntidy(_ packs: Int) -> Bool {
        let loose = (try? FileSystem.names(in: "\(path)/objects/17"))?.count ?? 0
        return packs >= Self.limits.packs || loose >= Self.limits.looseInFolder
    }
}
