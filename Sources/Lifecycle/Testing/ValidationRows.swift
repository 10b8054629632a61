internal import Datasets
internal import Evaluation
internal import Inference
internal import ProjectFile
internal import Support

/// Rows that the model was not trained on, with what the project asks of them.
struct ValidationRows {
    let labeled: LabeledRows
    let digest: Digest
    let gates: [Gate]
    let dataset: DatasetDescription

    /// Which rows of the project they are: after folds, which leave no others, those of the test.
    var part: DatasetDescription.Part { dataset.judgingPart }

    /// Why there are none.
    enum Absence: Error, CustomStringConvertible {
        case noProject(model: String)
        case otherData(title: String)
        case noRows
        case learnedFromAll(title: String, folds: Int)

        var description: String {
            switch self {
            case .noProject(let model): "no project of `\(model)` is here, with rows to judge it by"
            case .otherData(let title):
                "the training data are not those of \(title): which rows were kept from it can no longer be told"
            case .learnedFromAll(let title, let folds):
                "\(title) was judged by \(folds) folds and has learned from all rows: others would judge it, named as `test:` in "
                    + "`data:`"
            case .noRows: "the project has no validation rows; add `split: {validation: 0.15}` to `data:`"
            }
        }
    }

    /// The validation rows of the project for a version.
    static func found(for model: LoadedModel, in invocation: Invocation) throws -> Result<ValidationRows, Absence> {
        guard let (project, directory) = try invocation.readProjectIfAny(), project.model == model.model,
            project.data != nil
        else { return .failure(.noProject(model: model.model)) }
        var dataset = try project.dataset(in: directory)
        if let recipe = model.recipe { dataset.deal(as: recipe) }
        if try dataset.isDealt(dataset.judgingPart, outOfOtherRowsThan: model.recipe) {
            return .failure(.otherData(title: model.title))
        }
        guard let found = try dataset.validationRows(for: model) else {
            return .failure(dataset.split.folds.map { .learnedFromAll(title: model.title, folds: $0) } ?? .noRows)
        }
        return .success(
            ValidationRows(
                labeled: found.rows,
                digest: found.digest,
                gates: try project.gates(for: dataset.task),
                dataset: dataset
            )
        )
    }

    /// The gates, for what the model answers to these rows.
    func gates(for outputs: Matrix, of model: LoadedModel) throws -> [GateLine] {
        let evaluation = try Evaluation(
            outputs: outputs,
            for: labeled.targets,
            names: model.predictor.classes,
            decision: model.predictor.decision
        )
        return gates.map { GateLine($0, evaluation) }
    }
}

extension DatasetDescription {
    /// The rows by which a model may be judged that was trained on this dataset.
    fileprivate var judgingPart: Part { split.folds != nil && validation == nil ? .test : .validation }

    /// The rows to judge by, as a model reads them; `nil` when there are none.
    func validationRows(for model: LoadedModel) throws -> (rows: LabeledRows, digest: Digest)? {
        guard let source = source(of: judgingPart) else { return nil }
        let fields = try model.predictor.fields(of: source)
        return try rows(of: judgingPart, fields: fields, classes: model.predictor.classes)
    }
}
