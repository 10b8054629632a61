internal import Datasets
internal import ModelStore
internal import Support

/// Which of the files of an update the model has learned from, and which are new.
///
/// What is not here any more is told as a warning: an update goes on without.
struct UpdateFiles {
    struct File {
        let name: String
        let source: DataSource
        let digest: Digest
    }

    /// The project's data, without the parts that are not those of the model.
    private(set) var dataset: DatasetDescription
    /// Whether the rows of the model's own training are here.
    private(set) var hasTraining: Bool
    /// What the model has learned from in earlier updates, in their order.
    let old: [File]
    let new: [File]

    /// Throws ``StoreError`` (15) when no file is new.
    init(
        _ files: [(name: String, source: DataSource)],
        _ dataset: DatasetDescription,
        _ recipe: RecipeDocument,
        parent: String,
        _ progress: any ProgressListener
    ) throws {
        self.dataset = dataset
        let learned = recipe.data.added ?? []
        var given: [File] = []
        for file in files {
            let digest = try file.source.digest()
            guard !given.contains(where: { $0.digest == digest }) else { continue }
            given.append(File(name: file.name, source: file.source, digest: digest))
        }
        hasTraining = try dataset.train.isThere(as: recipe.data.train)
        if !hasTraining, let moved = given.first(where: { $0.digest == recipe.data.train }) {
            self.dataset.train = moved.source
            hasTraining = true
        }
        old = learned.compactMap { digest in given.first { $0.digest == digest } }
        new = given.filter { !learned.contains($0.digest) && $0.digest != recipe.data.train }
        try leaveOutOtherParts(than: recipe, of: parent, progress)
        guard !new.isEmpty else {
            throw StoreError(
                .refused,
                "\(parent) has learned from \(given.map(\.name).joined(separator: " and ")) already",
                hints: ["give rows that it has not seen"]
            )
        }
        warnOfAbsentRows(lost: learned.count - old.count, parent: parent, progress)
    }

    /// Rows of their own that are others by now judge nothing.
    private mutating func leaveOutOtherParts(
        than recipe: RecipeDocument,
        of parent: String,
        _ progress: any ProgressListener
    ) throws {
        for (part, path, digest) in [
            ("validation", \DatasetDescription.validation, recipe.data.validation),
            ("test", \.test, recipe.data.test),
        ] {
            guard let source = dataset[keyPath: path], try !source.isThere(as: digest) else { continue }
            dataset[keyPath: path] = nil
            progress.warn("the \(part) rows are not those of \(parent): they are left out of the comparison")
        }
    }

    private func warnOfAbsentRows(lost: Int, parent: String, _ progress: any ProgressListener) {
        if !hasTraining {
            progress.warn(
                "the rows that \(parent) was trained on are not here: it goes on without them, and nobody can tell "
                    + "which of the new rows stand there too"
            )
        }
        if lost > 0 {
            progress.warn(
                "\(parent) has learned from \(lost) more file\(lost == 1 ? "" : "s"), and goes on without; "
                    + "to keep what it knows, give them as well: --data FILE --data FILE"
            )
        }
    }

    /// Deals out the rows that the model has learned from: those of its training, and those of each update.
    ///
    /// Each file was dealt out after those that were there then, and so it is again.
    func dealKnown(
        by dealer: inout RowDealer,
        _ recipe: RecipeDocument,
        observe: (RawRows) throws -> Void
    ) throws -> (own: RowDealer.Parts?, later: [RowDealer.Parts]) {
        let own = hasTraining ? try dealer.dealDescribed(observe: observe) : nil
        var places: [Digest: Int] = hasTraining ? [recipe.data.train: 0] : [:]
        var later: [RowDealer.Parts] = []
        for file in old {
            let earlier = recipe.data.predecessors(of: file.digest).map { places[$0] }
            if earlier.contains(nil) {
                later.append(try dealer.learn(file.source, observe: observe))
            } else {
                later.append(try dealer.deal(file.source, after: earlier.compactMap { $0 }, observe: observe))
            }
            places[file.digest] = places.count
        }
        return (own, later)
    }
}

extension DataSource {
    /// Whether its files are there, and have a digest.
    fileprivate func isThere(as digest: Digest?) throws -> Bool {
        try files.allSatisfy(FileSystem.exists) && self.digest() == digest
    }
}
