internal import Datasets
internal import ModelStore
internal import Support

/// Finds the rows that a version learned from by their digest, wherever they are by now.
struct DataSearch {
    /// The project's own folder.
    let kept: KeptData
    /// Files and folders in which they may be, as the user named them.
    let places: [String]
    /// What to call the version in messages.
    let title: String

    /// The source whose files have the digest: where the project says, in the project's copies, or in the places given.
    ///
    /// Throws ``StoreError`` (14) when it is nowhere, with the digest that is wanted.
    func find(_ source: DataSource, _ part: String, digest: Digest) throws -> DataSource {
        let candidates =
            [source, kept.find(source, digest: digest)].compactMap { $0 } + places.compactMap(source.moved)
        var found: [(String, Digest)] = []
        for candidate in candidates where candidate.files.allSatisfy(FileSystem.exists) {
            let own = try candidate.digest()
            if own == digest { return candidate }
            if let name = candidate.files.first { found.append((name, own)) }
        }
        throw StoreError(
            .notFound,
            "the \(part) rows of \(title) are not here: their digest is \(digest.hexadecimal)",
            hints: found.map { "\($0.0) is another: \($0.1.hexadecimal)" } + [
                "where they are now: mlops reproduce ... --data FILE|DIR",
                "to keep a copy of what is learned from next time, in mlops.yaml: data: {keep: copy}",
            ]
        )
    }
}

extension DataSource {
    /// The same source with its files in another place: in a folder, or, of one file, that file.
    fileprivate func moved(to place: String) -> DataSource? {
        guard !files.isEmpty else { return nil }
        if FileSystem.isDirectory(place) { return at(files.map { "\(place)/\(Path.name($0))" }) }
        return files.count == 1 ? try? replacing(path: place) : nil
    }
}
