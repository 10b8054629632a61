internal import Datasets
internal import ProjectFile
internal import Support

extension Project {
    /// The data that the project file means, with paths made absolute; throws ``ProjectError`` with the line.
    func dataset(in directory: String) throws -> DatasetDescription {
        guard let data else { throw missing("data") }
        let task = try learningTask()
        func source(_ source: DataSection.Source) throws -> DataSource {
            try data.source(source, task: task, in: directory)
        }
        return DatasetDescription(
            task: task,
            train: try source(data.train),
            validation: try data.validation.map(source),
            test: try data.test.map(source),
            split: try Split(validation: data.validationSplit ?? 0, test: data.testSplit ?? 0),
            classes: data.classes,
            features: FeatureDescription(try features.map { try $0.rule() }, ignored: data.ignore),
            seed: UInt64(training?.seed ?? 0)
        )
    }

    /// The task that the file names, else the one that its loss is for.
    func learningTask() throws -> LearningTask {
        switch task {
        case .classification: return .classification
        case .regression: return .regression
        case nil:
            guard let loss = training?.loss else { throw missing("task") }
            return loss.hasSuffix("crossentropy") ? .classification : .regression
        }
    }

    /// An error for a section that the verb needs and the file does not have.
    func missing(_ key: String) -> ProjectError {
        ProjectError(
            file: file,
            line: nil,
            "the file needs the key `\(key)` for this",
            hints: ["see a complete one: mlops init --template tabular DIR"]
        )
    }
}

extension DataSection {
    /// A source with its paths made absolute.
    func source(_ source: Source, task: LearningTask, in directory: String) throws -> DataSource {
        func resolve(_ path: String) -> String { Path.resolve(path, in: directory) }
        switch source {
        case .images(let images, let labels): return .idx(images: resolve(images), labels: resolve(labels))
        case .npy(let inputs, let targets): return .npy(inputs: resolve(inputs), targets: resolve(targets))
        case .csv(let options):
            guard let target else { throw node.error("`data` needs the key `target`, the column to predict") }
            let path = resolve(options.path)
            return .csv(path: path, format: try format(options, path), target: target)
        case .synthetic(let options):
            guard options.kind == task.rawValue else {
                throw node.error("the task is \(task.rawValue), and the synthetic data are for \(options.kind)")
            }
            return .synthetic(
                task == .classification
                    ? .classification(
                        rows: options.rows,
                        inputs: options.inputs,
                        classes: options.classes,
                        seed: UInt64(options.seed)
                    )
                    : .regression(rows: options.rows, inputs: options.inputs, seed: UInt64(options.seed))
            )
        }
    }
}

extension DataSection {
    private func format(_ options: CSVOptions, _ path: String) throws -> CSVFormat {
        switch options.delimiter {
        case .character(let character): return CSVFormat(delimiter: character)
        // A table that is not here is missed by whoever reads it.
        case .auto: return FileSystem.exists(path) ? try CSVFormat.detected(in: path) : CSVFormat()
        }
    }
}

extension FeatureRule {
    /// The steps of a column; throws ``ProjectError`` with the line.
    func rule() throws -> FeatureDescription.Rule {
        FeatureDescription.Rule(pattern, try steps.map { try $0.transform() })
    }
}

extension FeatureRule.Step {
    private static let names = ["rescale", "standardize", "one_hot"]

    func transform() throws -> TransformDescription {
        switch name {
        case "rescale":
            guard let options else {
                throw node.error("`rescale` needs a factor", hints: ["for example: rescale: 1/255"])
            }
            return .rescale(factor: try options.number())
        case "standardize":
            try refuseOptions()
            return .standardize
        case "one_hot":
            guard let options else { return .oneHot }
            var section = try options.section()
            _ = try section.optional("unknown")?.word(of: ["zeros"])
            try section.finish()
            return .oneHot
        default:
            throw node.error(
                "unknown step `\(name)`",
                hints: [
                    NearestWord.find(name, in: Self.names).map { "did you mean `\($0)`?" }
                        ?? "the steps are: \(Self.names.joined(separator: ", "))"
                ]
            )
        }
    }

    private func refuseOptions() throws {
        if let options { throw options.error("`\(name)` has no options") }
    }
}
