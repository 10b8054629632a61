internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import NeuralNetwork
internal import ProjectFile
internal import Support

/// Everything that the update of a network needs: what it knows, the new rows, and the rows that it is judged by.
struct UpdatePlan {
    let training: TrainingPlan
    /// The version that goes on learning.
    let parent: VersionRecord
    /// Rows that the parent was never trained on, as they were dealt out for it; `nil` when these are not here.
    let oldRows: Examples?
    /// New rows that are kept from the training; `nil` when the recipe keeps none.
    let newRows: Examples?
    /// The new rows that are learned from.
    let newTrainingRows: Int
    /// The rows of the parent's own training that are learned from again.
    let oldTrainingRows: Int

    /// Reads the parent's package, the project and the data.
    ///
    /// Throws ``StoreError`` (15) for a model of another framework, and the failures of the data.
    init(_ verb: Update, _ parent: VersionRecord, _ store: Store, _ invocation: Invocation) throws {
        let (project, directory) = try invocation.readProject()
        guard parent.kind == .network else {
            throw StoreError(
                .refused,
                "\(parent.title) is a model of another framework: only its own program can go on training it",
                hints: ["train a new version: mlops train --set data.train.csv=\(verb.data.first ?? "FILE")"]
            )
        }
        let files = ModelFiles(try store.package(of: parent), source: parent.title)
        guard files.has(MemberNames.recipe) else {
            throw StoreError(
                .refused,
                "\(parent.title) was imported: nothing says how it was trained, or on what",
                hints: ["train a version with a recipe: mlops train"]
            )
        }
        let recipe = try files.document(RecipeDocument.self, MemberNames.recipe)
        guard let network = recipe.network, var training = recipe.training else {
            throw StoreError(.refused, "\(parent.title) does not say how it was trained")
        }
        guard recipe.windows == nil else {
            throw StoreError(
                .refused,
                "\(parent.title) learned from windows over a series: an update cannot tell yet which of them are new",
                hints: ["train a new version on the longer series: mlops train"]
            )
        }
        if let folds = recipe.split.folds {
            throw StoreError(
                .refused,
                "\(parent.title) was judged by \(folds) folds, and has learned from the rows of all of them: nothing would "
                    + "judge its update",
                hints: ["train a new version on old and new rows together: mlops train"]
            )
        }
        if let epochs = verb.epochs { training.epochs = epochs }
        let pipeline = try files.document(FeaturePipeline.self, MemberNames.features)
        let classes = try files.classNames()
        var dataset = try project.dataset(in: directory)
        dataset.deal(as: recipe)
        let rows = try UpdateRows(
            dataset,
            recipe,
            files: verb.data.map { ($0, try dataset.train.replacing(path: invocation.resolve($0))) },
            pipeline: pipeline,
            classes: classes,
            parent: parent.title,
            onlyNew: verb.onlyNew,
            invocation
        )
        guard training.earlyStopping?.monitor.hasPrefix("val_") != true || rows.validation != nil else {
            throw StoreError(
                .refused,
                "the recipe of \(parent.title) stops early by its validation rows, and there are none here",
                hints: ["put the training data back, or train a new version: mlops train"]
            )
        }
        if case .quantile(let share) = recipe.decision {
            do throws(EvaluationError) {
                try ScoreThreshold.check(share, rows: rows.validation?.normalCount ?? 0)
            } catch {
                throw StoreError(
                    .refused,
                    "the threshold of \(parent.title) is chosen again behind an update: \(error.message)",
                    hints: ["put the validation data back, or train a new version: mlops train"]
                )
            }
        }
        let steps = UpdatePlan.steps(recipe.update, described: rows.described, files, training)
        // Whoever trained the parent: an update is the work of one process.
        training.processes = nil
        self.parent = parent
        oldRows = rows.oldKept
        newRows = rows.newKept
        newTrainingRows = rows.newTraining
        oldTrainingRows = rows.oldTraining
        self.training = TrainingPlan(
            model: parent.model,
            network: network,
            recipe: training,
            dataset: dataset,
            data: PreparedData(
                features: pipeline,
                classes: classes,
                training: rows.training,
                validation: rows.validation,
                test: rows.test
            ),
            profile: rows.profile,
            gates: try project.gates(for: dataset.task),
            document: recipe.adding(
                rows.added,
                dealtAfter: rows.present,
                by: RecipeDocument.Continuation(
                    parent: parent.digest,
                    epochs: verb.epochs,
                    onlyNew: verb.onlyNew ? true : nil,
                    steps: steps,
                    rows: rows.training.rows
                )
            ),
            decision: recipe.decision,
            start: try ParentTraining(files, network, training).state(after: steps)
        )
    }

    /// So many that it does not matter to an optimizer whether there were more.
    private static let manySteps = 1_000_000

    /// The steps that the parent's optimizer has taken: one for each batch of each epoch, after those of its own parent.
    private static func steps(
        _ update: RecipeDocument.Continuation?,
        described rows: Int?,
        _ files: ModelFiles,
        _ recipe: TrainingRecipe
    ) -> Int {
        guard let rows = update?.rows ?? rows else { return manySteps }
        let history = (try? files.read(MemberNames.history)) ?? []
        let epochs = history.count { $0 == UInt8(ascii: "\n") }
        let batch = recipe.rowsPerStep(of: rows)
        return (update?.steps ?? 0) + epochs * ((rows + batch - 1) / batch)
    }
}
