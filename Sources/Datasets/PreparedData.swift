/// A project's data, ready to learn from: read, checked, split, and with its features computed.
package struct PreparedData: Sendable {
    /// The features, fitted on the training rows.
    package let features: FeaturePipeline
    /// The classes in the order of the model's outputs; `nil` for a regression.
    package let classes: ClassNames?
    package let training: Examples
    package let validation: Examples?
    package let test: Examples?

    /// Does all of it.
    ///
    /// - Throws: ``DatasetError`` and the failures of the formats, which name file, line, row and column.
    package init(_ description: DatasetDescription) throws {
        if description.split.validation > 0, description.validation != nil {
            throw DatasetError(.init("data"), "validation is given both as data and as a share of the training rows")
        }
        if description.split.test > 0, description.test != nil {
            throw DatasetError(.init("data"), "test is given both as data and as a share of the training rows")
        }
        let fields = try description.features.fields(of: description.train)
        let labeled = try description.train.load(fields, task: description.task)
        let place = description.train.targetPlace
        let classes: ClassNames? =
            switch description.task {
            case .regression: nil
            case .classification:
                try description.classes.map { try ClassNames($0) } ?? description.train.classes(of: labeled.targets)
            }
        let targets = try description.train.targets(labeled.targets, classes: classes)
        let parts: Split.Parts =
            if case .classes(let labels, let count) = targets {
                try description.split.stratifiedParts(of: labels, count: count, seed: description.seed)
            } else {
                try description.split.parts(of: labeled.rows.count, seed: description.seed)
            }
        let features = try FeaturePipeline.fitted(
            description.features,
            to: labeled.rows,
            training: parts.training,
            source: description.train
        )
        func examples(_ rows: [Int]) throws -> Examples? {
            guard !rows.isEmpty else { return nil }
            return Examples(
                inputs: try features.transform(labeled.rows, indices: rows, source: place.source),
                inputShape: features.shape,
                targets: targets.selecting(rows)
            )
        }
        guard let training = try examples(parts.training) else { throw DatasetError.noRows(place.source) }
        self.features = features
        self.classes = classes
        self.training = training
        let validation = try description.validation.map { try features.examples(from: $0, classes: classes) }
        self.validation = try validation ?? examples(parts.validation)
        let test = try description.test.map { try features.examples(from: $0, classes: classes) }
        self.test = try test ?? examples(parts.test)
    }
}

extension FeaturePipeline {
    /// Reads a source, and computes the features of its rows.
    ///
    /// Without classes the targets are numbers. The columns of a table may stand in any order.
    package func examples(from source: DataSource, classes: ClassNames?) throws -> Examples {
        let found: [Field]
        switch source {
        case .csv(let path, let format, let target):
            found = fields
            _ = try table(path, format: format, target: target)
        case .idx(let images, _): found = try IDXReader(path: images, field: fields[0].name).fields
        case .npy(let inputs, _): found = try NPYRowReader(path: inputs, field: fields[0].name).fields
        case .synthetic(let synthetic): found = [Field(fields[0].name, .number, shape: [synthetic.inputs])]
        }
        guard found == fields else {
            throw DatasetError(
                .init(source.files.first ?? "synthetic"),
                "expected rows of shape \(fields[0].shape), found rows of shape \(found[0].shape)"
            )
        }
        let labeled = try source.load(fields, task: classes == nil ? .regression : .classification)
        return Examples(
            inputs: try transform(labeled.rows, source: source.targetPlace.source),
            inputShape: shape,
            targets: try source.targets(labeled.targets, classes: classes)
        )
    }

}

extension DataSource {
    /// The classes that occur.
    fileprivate func classes(of raw: RawTargets) throws -> ClassNames {
        try namingLines { try ClassNames(derivedFrom: raw, place: targetPlace) }
    }

    /// Adds the line of the row to an error, where the source is a table.
    private func namingLines<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatasetError {
            guard case .csv(let path, let format, _) = self, let row = error.place.row else { throw error }
            var place = error.place
            place.line = CSVRowReader.line(ofRow: row, path: path, format: format)
            throw DatasetError(place, error.message, kind: error.kind, hint: error.hints.first)
        }
    }

    /// Numbers the classes; a label that is none is an error that names its row and, in a table, its line.
    func targets(_ raw: RawTargets, classes: ClassNames?) throws -> Targets {
        guard let classes else {
            guard case .numbers(let values, let width) = raw else {
                preconditionFailure("the targets of a regression are numbers")
            }
            let floats = values.map { Float($0) }
            if let bad = floats.firstIndex(where: { !$0.isFinite }) {
                var place = targetPlace
                place.row = bad / width + 1
                throw DatasetError.notFinite(place, values[bad])
            }
            return .values(Matrix(rows: raw.count, columns: width, values: floats))
        }
        return try namingLines {
            .classes(try classes.indices(of: raw, place: targetPlace), count: classes.names.count)
        }
    }
}

extension Targets {
    /// The targets of the given rows.
    func selecting(_ rows: [Int]) -> Targets {
        switch self {
        case .classes(let labels, let count): .classes(rows.map { labels[$0] }, count: count)
        case .values(let matrix):
            .values(
                Matrix(
                    rows: rows.count,
                    columns: matrix.columns,
                    values: rows.flatMap { matrix.values[$0 * matrix.columns..<($0 + 1) * matrix.columns] }
                )
            )
        }
    }
}
