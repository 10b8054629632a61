internal import Datasets
internal import Evaluation
internal import Inference
package import ModelStore
internal import ProjectFile
package import Support

/// Judges a model on rows whose answers are known, by the gates of the project.
package struct Evaluate: Sendable {
    /// Which rows.
    package enum Rows: Sendable {
        /// The project's own test rows, or its validation or training rows.
        case project(Part)
        case csv(String)
        case images(String, labels: String?)
        case npy(inputs: String, targets: String?)
    }

    /// A part of the project's data.
    package enum Part: String, Sendable, CaseIterable { case test, validation, train }

    package var source: ModelSource
    package var rows: Rows
    package var threads = 1
    /// Metrics that get a bootstrap interval, besides the accuracy, which always has one.
    package var intervals: [String] = []
    /// Whether the result is written into the ledger of the version.
    package var recording = true

    /// What its result is called in the ledger and in `requires:`.
    static let checkName = "evaluate"

    package init(source: ModelSource, rows: Rows) {
        self.source = source
        self.rows = rows
    }

    /// How good the model is.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let title: String
        package let version: VersionNumber?
        package let digest: Digest?
        /// What it was judged on.
        package let data: String
        package let dataDigest: Digest
        /// By the gates of the project, if this is the project's model.
        package let judged: GatedEvaluation
        /// Of an anomaly task the threshold of the model, and what it rests on; `nil` for others.
        package let decision: DecisionLine?
        /// Whether the result is in the ledger.
        package let recorded: Bool
        package let seconds: Double

        private enum CodingKeys: String, CodingKey {
            case model, title, version, digest, data, dataDigest, decision, recorded, seconds
        }

        package func encode(to encoder: any Encoder) throws {
            try judged.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(model, forKey: .model)
            try container.encode(title, forKey: .title)
            try container.encodeIfPresent(version, forKey: .version)
            try container.encodeIfPresent(digest, forKey: .digest)
            try container.encode(data, forKey: .data)
            try container.encode(dataDigest, forKey: .dataDigest)
            try container.encodeIfPresent(decision, forKey: .decision)
            try container.encode(recorded, forKey: .recorded)
            try container.encode(seconds, forKey: .seconds)
        }
    }

    /// Judges the model, and records the result.
    package func run(in invocation: Invocation) async throws -> Report {
        let asked = try IntervalMetrics(named: intervals)
        let model = try await LoadedModel(source, threads: threads, in: invocation)
        let task = model.predictor.task
        let metrics = try asked.all(for: task)
        let stopwatch = Stopwatch()
        let (rows, name, digest, isKeptApart) = try load(model, invocation)
        // Whoever is judged on what he has learned from is not judged.
        let part = digest == model.recipe?.data.train && !isKeptApart ? .train : self.part
        let isAdded = model.recipe?.data.added?.contains(digest) ?? false
        if part == .train || isAdded {
            invocation.progress.warn("\(model.title) was trained on these rows: the figures flatter it")
        }
        if !rows.areLabeled {
            invocation.progress.note("no label says what these rows are: every one is taken for normal")
        }
        let gates = try gates(for: model, task, invocation)
        let outputs = try await model.predictor.outputs(for: rows.reader(), cancellation: invocation.cancellation)
        let evaluation = try Evaluation(
            outputs: outputs,
            for: rows.targets,
            names: model.predictor.classes,
            decision: model.predictor.decision,
            intervals: metrics,
            onResample: invocation.reportResample
        )
        let judged = GatedEvaluation(evaluation, gates: gates)
        var recorded = false
        if recording, let record = model.record {
            let store = try await invocation.openStoreForWriting()
            let check = CheckRecord(
                check: Evaluate.checkName,
                verdict: judged.verdict.recorded,
                digest: record.digest,
                data: digest,
                rows: part?.rawValue,
                recipe: try EvaluationRecipe(gates: gates, part: part).digest(),
                metrics: evaluation.metrics,
                actor: invocation.actor.name,
                tool: Tool.title,
                time: invocation.clock.now()
            )
            try await store.record(check, model: record.model, actor: invocation.actor)
            recorded = true
        }
        return Report(
            model: model.model,
            title: model.title,
            version: model.record?.version,
            digest: model.record?.digest,
            data: name,
            dataDigest: digest,
            judged: judged,
            decision: task == .anomaly ? model.predictor.decision.map { DecisionLine($0) } : nil,
            recorded: recorded,
            seconds: stopwatch.seconds
        )
    }

    /// The part of the project's rows, if these are the project's.
    private var part: Part? {
        guard case .project(let part) = rows else { return nil }
        return part
    }

    /// The gates that the project has for this model.
    private func gates(for model: LoadedModel, _ task: LearningTask, _ invocation: Invocation) throws -> [Gate] {
        guard let (project, _) = try invocation.readProjectIfAny(), project.model == model.model else { return [] }
        return try project.gates(for: task)
    }

    private func refuseOtherRows(_ dataset: DatasetDescription, _ part: Part, _ model: LoadedModel) throws {
        guard part != .train, try dataset.isDealt(part.datasetPart, outOfOtherRowsThan: model.recipe) else { return }
        throw StoreError(
            .refused,
            "the training data are not those of \(model.title): which rows were kept from it can no longer be told",
            hints: ["give rows that it has never seen: --csv FILE", "or train again: mlops train"]
        )
    }

    private func load(
        _ model: LoadedModel,
        _ invocation: Invocation
    ) throws -> (LabeledRows, name: String, Digest, isKeptApart: Bool) {
        let predictor = model.predictor
        let source: DataSource
        let name: String
        switch rows {
        case .project(let part):
            let (project, directory) = try invocation.readProject()
            var dataset = try project.dataset(in: directory)
            if let recipe = model.recipe { dataset.deal(as: recipe) }
            try refuseOtherRows(dataset, part, model)
            if part == .validation, dataset.validation == nil, let folds = dataset.split.folds {
                throw StoreError(
                    .notFound,
                    "\(model.title) was judged by \(folds) folds, and has learned from the rows of all of them",
                    hints: [
                        "the figures of its folds: mlops show \(model.model)",
                        "rows that it has never seen: --csv FILE",
                    ]
                )
            }
            guard let source = dataset.source(of: part.datasetPart),
                let found = try dataset.rows(
                    of: part.datasetPart,
                    fields: predictor.fields(of: source),
                    classes: predictor.classes
                )
            else {
                throw StoreError(
                    .notFound,
                    "the project has no \(part.rawValue) rows",
                    hints: ["name a file: --csv FILE, or add `test:` or `split: {test: 0.2}` to `data:`"]
                )
            }
            let name = "the \(part.rawValue) rows of the project"
            // Dealt out of the training data, as they were for the model.
            let isKeptApart = dataset.isDealt(part.datasetPart) && part != .train
            if isKeptApart && model.recipe == nil {
                invocation.progress.warn(
                    "nothing says which rows \(model.title) was trained on: if these were among them, they flatter it"
                )
            }
            return (found.rows, name, found.digest, isKeptApart: isKeptApart)
        case .csv(let path):
            guard let table = model.table else {
                throw StoreError(
                    .usage,
                    "\(model.title) was not trained on a table",
                    hints: ["give --images or --inputs"]
                )
            }
            source = try .table(
                invocation.resolve(path),
                format: table.format ?? CSVFormat(),
                target: table.target
            )
            name = path
        case .images(let images, let labels):
            try needAnswers(labels, "--labels", model)
            source = .idx(images: invocation.resolve(images), labels: labels.map(invocation.resolve))
            name = images
        case .npy(let inputs, let targets):
            try needAnswers(targets, "--targets", model)
            source = .npy(inputs: invocation.resolve(inputs), targets: targets.map(invocation.resolve))
            name = inputs
        }
        let fields = try predictor.fields(of: source)
        return (
            try source.labeledRows(fields, classes: predictor.classes), name, try source.digest(), isKeptApart: false
        )
    }
}

extension Evaluate {
    /// Only an anomaly task takes rows without answers, all of them for normal.
    private func needAnswers(_ file: String?, _ option: String, _ model: LoadedModel) throws {
        guard file == nil, model.predictor.task != .anomaly else { return }
        throw StoreError(
            .usage,
            "\(model.title) is judged by the answers to its rows, and none are given",
            hints: ["add: \(option) FILE"]
        )
    }
}

extension Evaluate.Part {
    /// The part that a user calls so.
    init(_ part: DatasetDescription.Part) {
        self =
            switch part {
            case .training: .train
            case .validation: .validation
            case .test: .test
            }
    }

    var datasetPart: DatasetDescription.Part {
        switch self {
        case .test: .test
        case .validation: .validation
        case .train: .training
        }
    }
}

extension Verdict {
    /// The verdict as the ledger writes it.
    var recorded: CheckRecord.Verdict {
        switch self {
        case .pass: .pass
        case .fail: .fail
        case .inconclusive: .inconclusive
        case .notEnoughData: .notEnoughData
        }
    }
}
