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
            split: try data.split(),
            classes: data.classes,
            features: FeatureDescription(try features.map { try $0.rule() }, ignored: data.ignore),
            seed: UInt64(training?.seed ?? trainerSeed),
            sampleWeights: data.sampleWeights,
            windows: try data.windows?.window(),
            normal: data.normal
        )
    }

    /// The seed of a model that a program of the project trains: `seed` among its parameters.
    var trainerSeed: Int {
        guard let node = trainer?.parameters, case .mapping(let entries) = node.content,
            let seed = try? entries.first(where: { $0.key == "seed" })?.value.integer(in: 0...Int.max)
        else { return 0 }
        return seed
    }

    /// The task that the file names, else the one that its loss is for.
    func learningTask() throws -> LearningTask {
        switch task {
        case .classification: return .classification
        case .regression: return .regression
        case .anomaly: return .anomaly
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
        case .images(let images, let labels): return .idx(images: resolve(images), labels: labels.map(resolve))
        case .folder(let path, let channels): return .folder(path: resolve(path), channels: channels)
        case .recordings(let path): return .recordings(path: resolve(path))
        case .npy(let inputs, let targets): return .npy(inputs: resolve(inputs), targets: targets.map(resolve))
        case .npz(let path, let inputs, let targets):
            return .npz(path: resolve(path), inputs: inputs, targets: targets)
        case .jsonl(let path, let missing):
            return .jsonl(path: resolve(path), missing: MissingMarkers(missing), target: try target(for: task))
        case .csv(let options):
            let path = resolve(options.path)
            return .csv(path: path, format: try format(options, path), target: try target(for: task))
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

extension WindowSection {
    /// How windows are cut; throws ``ProjectError`` with the line.
    fileprivate func window() throws -> Window {
        do {
            return try Window(
                length: length,
                stride: stride,
                horizon: horizon,
                group: group,
                time: time.map { column in
                    Window.Time(column: column, format: try timeFormat?.timeFormat() ?? .iso)
                },
                gap: gap,
                takesTarget: takesTarget
            )
        } catch let error as DatasetError {
            throw node.error("`\(node.path)`: \(error.message)", hints: error.hints)
        }
    }
}

extension DataSection {
    /// The column to predict, which only an anomaly task can do without.
    private func target(for task: LearningTask) throws -> String? {
        guard target != nil || task == .anomaly else {
            throw node.error("`data` needs the key `target`, the column to predict")
        }
        return target
    }

    /// How the rows are dealt out.
    fileprivate func split() throws -> Split {
        let by: Split.Grouping? = try grouping.map { grouping in
            grouping.isTime
                ? .time(column: grouping.column, format: try grouping.format?.timeFormat() ?? .iso)
                : .group(column: grouping.column)
        }
        return try Split(validation: validationSplit ?? 0, test: testSplit ?? 0, by: by, folds: folds?.count)
    }

    private func format(_ options: CSVOptions, _ path: String) throws -> CSVFormat {
        let missing = MissingMarkers(options.missing)
        switch options.delimiter {
        case .character(let character):
            guard character != options.decimal else {
                throw node.error("`\(character)` cannot stand between the fields and before the decimals as well")
            }
            return CSVFormat(delimiter: character, decimal: options.decimal, missing: missing)
        case .auto:
            // A table that is not here is missed by whoever reads it.
            let found =
                FileSystem.exists(path)
                ? try CSVFormat.detected(in: path, decimal: options.decimal).delimiter : UInt8(ascii: ",")
            return CSVFormat(delimiter: Unicode.Scalar(found), decimal: options.decimal, missing: missing)
        }
    }
}
