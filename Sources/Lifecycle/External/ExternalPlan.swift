internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelPackage
internal import ProjectFile
internal import Support

/// Everything that the training of a model of another framework needs, read from the project file and the data.
struct ExternalPlan {
    let model: String
    let trainer: ExternalCommand
    let predictor: ExternalCommand
    let dataset: DatasetDescription
    /// What a raw row consists of.
    let fields: [Field]
    let classes: ClassNames?
    let gates: [Gate]
    let decision: DecisionRule?
    let document: RecipeDocument
    let job: ExternalJob

    /// Reads and checks; throws ``ProjectError`` or the failures of the data.
    init(_ project: Project, in directory: String) throws {
        guard let model = project.model else { throw project.missing("model") }
        guard let trainer = project.trainer else { throw project.missing("trainer") }
        guard let predictor = project.predictor else {
            throw trainer.node.error(
                "a model that `trainer` trains is judged by what `predictor` answers, and there is none",
                hints: ["add: predictor: {command: [python3, predict.py]}"]
            )
        }
        guard project.features.isEmpty else {
            throw ProjectError(
                file: project.file,
                line: project.features.first?.node.line,
                "`features` are for networks: the program of `trainer` makes its own",
                hints: ["remove them; columns that it shall not see belong under ignore:"]
            )
        }
        if let data = project.data, data.sampleWeights != nil {
            throw data.node.error(
                "`sample_weights` are for networks: the program of `trainer` weighs rows itself",
                hints: ["remove the key; the column can be a parameter of the program"]
            )
        }
        if let windows = project.data?.windows {
            throw windows.node.error(
                "`windows` are for networks: the program of `trainer` cuts its own",
                hints: ["remove the key; what it says can be a parameter of the program"]
            )
        }
        if let folds = project.data?.folds {
            throw folds.node.error(
                "`\(folds.node.path)`: folds are for networks: the program of `trainer` is run once",
                hints: [
                    "keep a share of the rows: validation: {split: 0.2}",
                    "or let the program deal folds of the rows that it learns from itself",
                ]
            )
        }
        if project.task == .anomaly {
            throw trainer.node.error(
                "`task: anomaly` is for networks: a program has no part in choosing the threshold",
                hints: ["train it as a regression whose answer is the score"]
            )
        }
        self.model = model
        dataset = try project.dataset(in: directory)
        gates = try project.gates(for: dataset.task)
        fields = try dataset.rawFields(of: dataset.train)
        classes = try dataset.rawClasses(fields)
        let hasValidation = dataset.source(of: .validation) != nil
        try project.decision?.check(classes: classes, hasValidation: hasValidation)
        decision = try project.decision?.decision()
        self.trainer = trainer.externalCommand(in: directory, limit: ExternalContract.trainingLimit)
        self.predictor = predictor.externalCommand(in: directory, limit: ExternalContract.predictionLimit)
        let parameters = trainer.parameters.map { Parameter($0) }
        document = try RecipeDocument(
            trainer: RecipeDocument.TrainerRecipe(
                command: trainer.command,
                parameters: parameters,
                files: ExternalPlan.digests(of: trainer.command, in: directory),
                seed: dataset.seed
            ),
            dataset: dataset,
            decision: decision
        )
        job = ExternalJob(
            model: model,
            task: dataset.task,
            target: dataset.train.target,
            classes: classes?.names,
            columns: fields.flatMap(\.valueNames),
            seed: dataset.seed,
            parameters: parameters
        )
    }

    /// The digests of the words that are files of the project: another script is another recipe.
    private static func digests(of words: [String], in directory: String) throws -> [String: Digest] {
        var digests: [String: Digest] = [:]
        for word in words where !word.hasPrefix("/") {
            let path = Path.resolve(word, in: directory)
            guard FileSystem.entryKind(at: path) == .file else { continue }
            digests[word] = try Digest(ofFile: File(reading: path))
        }
        return digests
    }

    /// The inputs and outputs of the model.
    var signature: Signature { Signature(raw: fields, target: dataset.train.target, classes: classes?.names) }

    /// How tables are written that the model takes; `nil` for arrays.
    var table: ExternalPredictor.Table? { dataset.externalTable }
}

extension DatasetDescription {
    /// How tables are written that a model of another framework takes; `nil` for arrays.
    var externalTable: ExternalPredictor.Table? {
        guard let target = train.target else { return nil }
        let grouping = split.grouping.map { [$0.column] } ?? []
        return ExternalPredictor.Table(
            format: train.format ?? CSVFormat(),
            target: target,
            ignored: features.ignored + grouping
        )
    }
}
