internal import Datasets
internal import ModelStore
internal import Monitoring
internal import Support

/// The rows of an update: what the model has learned from so far, and what is new.
struct UpdateRows {
    let training: Examples
    let validation: Examples?
    /// Test rows of the model's own training.
    let test: Examples?
    /// Rows that the parent was never trained on, as they were dealt out for it; `nil` when these are not here.
    let oldKept: Examples?
    /// New rows that are kept from the training; `nil` when the recipe keeps none.
    let newKept: Examples?
    let newTraining: Int
    /// The rows that are learned from again.
    let oldTraining: Int
    /// The training rows of the project's own data; `nil` when these are not here.
    let described: Int?
    /// What is remembered of the rows that are learned from; `nil` for what is no table.
    let profile: TableProfile?
    /// The digests of the new files.
    let added: [Digest]
    /// The digests of the files that the model has learned from and that are here.
    let present: [Digest]

    /// Reads and deals out the project's data, then the files that the model has learned from later, then the new ones.
    ///
    /// Throws ``StoreError`` (15) when no file is new, and the failures of the data.
    init(
        _ dataset: DatasetDescription,
        _ recipe: RecipeDocument,
        files: [(name: String, source: DataSource)],
        pipeline: FeaturePipeline,
        classes: ClassNames?,
        parent: String,
        onlyNew: Bool,
        _ invocation: Invocation
    ) throws {
        let sources = try UpdateFiles(files, dataset, recipe, parent: parent, invocation.progress)
        let dataset = sources.dataset
        var sampler = TableSampler(pipeline.fields.map { ($0.name, $0.kind == .text ? .text : .number) })
        func observe(_ rows: RawRows) { sampler.add(rows) }
        func ignore(_ rows: RawRows) {}
        var dealer = RowDealer(dataset, features: pipeline, classes: classes)
        let (own, later) = try sources.dealKnown(by: &dealer, recipe, observe: onlyNew ? ignore : observe)
        let added = try sources.new.map { file in
            let parts = try dealer.deal(file.source, observe: observe)
            if parts.repeated > 0 {
                invocation.progress.warn(
                    "\(parts.repeated) of the \(parts.rows) rows of \(file.name) are like rows that were there before; "
                        + "each stays where these are: learned from, or kept"
                )
            }
            return parts
        }
        let known = [own].compactMap { $0 } + later
        func joined(_ parts: [RowDealer.Parts], _ part: KeyPath<RowDealer.Parts, Examples?>) throws -> Examples? {
            try parts.compactMap { $0[keyPath: part] }.reduce(nil) { all, more in try all?.joined(with: more) ?? more }
        }
        let learnable = try joined(added, \.training)
        guard learnable != nil, let training = try joined(onlyNew ? added : known + added, \.training) else {
            throw StoreError(
                .refused,
                "all rows of \(sources.new.map(\.name).joined(separator: " and ")) belong to groups, times or rows that are kept "
                    + "from training",
                hints: ["they can judge \(parent), and teach it nothing: mlops evaluate MODEL --csv FILE"]
            )
        }
        self.training = training
        validation = try joined(known + added, \.validation)
        test = own?.test
        oldKept = try joined(known, \.test) ?? joined(known, \.validation)
        newKept = try joined(added, \.test) ?? joined(added, \.validation)
        if newKept == nil, dataset.split.keepsRows {
            invocation.progress.warn(
                "all new rows are learned from, as they cannot be dealt out: nothing here tells what they are worth"
            )
        }
        newTraining = learnable?.rows ?? 0
        oldTraining = onlyNew ? 0 : try joined(known, \.training)?.rows ?? 0
        described = own?.training?.rows
        profile = dataset.train.isTable ? TableProfile(try sampler.finish()) : nil
        self.added = sources.new.map(\.digest)
        present = (sources.hasTraining ? [recipe.data.train] : []) + sources.old.map(\.digest)
    }
}
