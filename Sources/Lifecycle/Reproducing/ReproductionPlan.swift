internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import NeuralNetwork
internal import ProjectFile
internal import Support

extension TrainingPlan {
    /// The training that made a version, from the recipe in its package and the rows with the digests that stand there.
    ///
    /// Throws ``StoreError``: rows that are nowhere (14), a version that no recipe tells how to make (15).
    init(reproducing record: VersionRecord, data: [String], _ store: Store, _ invocation: Invocation) throws {
        let files = ModelFiles(try store.package(of: record), source: record.title)
        guard record.kind == .network, files.has(MemberNames.recipe) else {
            throw StoreError(
                .refused,
                "\(record.title) \(record.kind == .network ? "was imported" : "is a model of another framework"): "
                    + "no recipe says how mlops would make it",
                hints: ["verify that its bytes are whole: mlops verify \(record.model)@\(record.version)"]
            )
        }
        let recipe = try files.document(RecipeDocument.self, MemberNames.recipe)
        guard let network = recipe.network, let training = recipe.training else {
            throw StoreError(.refused, "\(record.title) does not say how it was trained")
        }
        if let update = recipe.update {
            self = try TrainingPlan(reproducing: update, recipe, record, data: data, store, invocation)
            return
        }
        let search = try Search(record, recipe, files, data, invocation)
        let (rows, profile) = try search.dataset.prepared(memoryLimit: invocation.featureMemory())
        let start = try Transfer.recorded(in: recipe, of: record.title, store: store)?
            .start(of: network, seed: training.seed, frozen: training.frozen ?? [])
        self.init(
            model: record.model,
            network: network,
            recipe: training,
            dataset: search.dataset,
            data: rows,
            profile: profile,
            gates: [],
            document: try RecipeDocument(
                network: network,
                recipe: training,
                dataset: search.dataset,
                balancesClasses: recipe.balancesClasses ?? false,
                decision: recipe.decision,
                transfer: start?.1
            ),
            decision: recipe.decision,
            initial: start?.0
        )
    }

    /// The update that made a version: its parent goes on learning from the same rows.
    private init(
        reproducing update: RecipeDocument.Continuation,
        _ recipe: RecipeDocument,
        _ record: VersionRecord,
        data: [String],
        _ store: Store,
        _ invocation: Invocation
    ) throws {
        guard let parent = try store.version(with: update.parent, of: record.model) else {
            throw StoreError(
                .notFound,
                "the version that \(record.title) goes on from is not in the store: \(update.parent.hexadecimal)"
            )
        }
        let (project, directory) = try invocation.readProject()
        let source = try project.dataset(in: directory).train
        let search = DataSearch(
            kept: KeptData(inProject: directory),
            places: data.map(invocation.resolve),
            title: record.title
        )
        let known = try RecipeDocument(of: parent, in: store).data.added ?? []
        let new = (recipe.data.added ?? []).filter { !known.contains($0) }
        // The files that were there then: an update goes on without those that are not.
        let there = new.first.map { recipe.data.predecessors(of: $0) } ?? []
        let files = try (there + new).map { digest in
            try search.find(source, digest == recipe.data.train ? "training" : "later", digest: digest).files[0]
        }
        var verb = Update(
            reference: try ModelReference("\(parent.model)@\(parent.version)"),
            data: files
        )
        verb.epochs = update.epochs
        verb.onlyNew = update.onlyNew ?? false
        self = try UpdatePlan(verb, parent, store, invocation).training
    }
}

/// The data of a version, found and described as they were for its training.
private struct Search {
    private(set) var dataset: DatasetDescription

    init(
        _ record: VersionRecord,
        _ recipe: RecipeDocument,
        _ files: ModelFiles,
        _ data: [String],
        _ invocation: Invocation
    ) throws {
        let places = data.map(invocation.resolve)
        let project = try invocation.readProjectIfAny()
        if let project, project.project.model == record.model, project.project.data != nil {
            dataset = try project.project.dataset(in: project.directory)
        } else {
            dataset = try DatasetDescription(named: places, of: record, files)
        }
        dataset.deal(as: recipe)
        dataset.task = recipe.task
        dataset.features = recipe.features
        dataset.sampleWeights = recipe.sampleWeights
        let search = DataSearch(
            kept: KeptData(inProject: project?.directory ?? invocation.directory),
            places: places,
            title: record.title
        )
        dataset.train = try search.find(dataset.train, "training", digest: recipe.data.train)
        dataset.validation = try recipe.data.validation.map { digest in
            try search.find(dataset.validation ?? dataset.train, "validation", digest: digest)
        }
        dataset.test = try recipe.data.test.map { digest in
            try search.find(dataset.test ?? dataset.train, "test", digest: digest)
        }
    }
}

extension DatasetDescription {
    /// The data of a version outside of its project: a table that the user names, read as the version's own was.
    fileprivate init(named places: [String], of record: VersionRecord, _ files: ModelFiles) throws {
        let pipeline = try files.document(FeaturePipeline.self, MemberNames.features)
        guard let table = pipeline.table, let place = places.first else {
            throw StoreError(
                .refused,
                "this is not the project of \(record.title): nothing here says where its rows are",
                hints: ["run this in its project", "or name the table that it learned from: --data FILE"]
            )
        }
        self.init(
            task: .classification,
            train: try .table(place, format: table.format ?? CSVFormat(), target: table.target),
            classes: try files.document(Signature.self, MemberNames.signature).classes
        )
    }
}
