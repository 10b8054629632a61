/// A project's data, ready to learn from: read, checked, split, and with its features computed.
package struct PreparedData: Sendable {
    /// The features, fitted on the training rows.
    package let features: FeaturePipeline
    /// The classes in the order of the model's outputs; `nil` for a regression.
    package let classes: ClassNames?
    package let training: Examples
    package let validation: Examples?
    package let test: Examples?
    /// The fold of each training row; `nil` where there are none, or one of them is held out.
    package private(set) var folds: Folds?

    /// Parts that were prepared apart, such as for a training that goes on with more rows.
    package init(
        features: FeaturePipeline,
        classes: ClassNames?,
        training: Examples,
        validation: Examples?,
        test: Examples?
    ) {
        self.features = features
        self.classes = classes
        self.training = training
        self.validation = validation
        self.test = test
    }

    /// Does all of it; `observe` is shown the raw rows of a table that are learned from, block after block.
    ///
    /// Features of more than `memoryLimit` bytes lie in a file. With `fold`, from 0 on, the rows of that fold are for
    /// validation, and only the others are learned from.
    ///
    /// - Throws: ``DatasetError`` and the failures of the formats, which name file, line, row and column.
    package init(
        _ description: DatasetDescription,
        memoryLimit: Int = FeatureRows.usualLimit,
        holdingOut fold: Int? = nil,
        observe: (RawRows) throws -> Void = { _ in }
    ) throws {
        if description.split.validation > 0, description.validation != nil {
            throw DatasetError(.init("data"), "validation is given both as data and as a share of the training rows")
        }
        if description.split.test > 0, description.test != nil {
            throw DatasetError(.init("data"), "test is given both as data and as a share of the training rows")
        }
        let side = SideColumns(description)
        let anomaly = try description.anomalyClasses()
        if anomaly != nil {
            try description.checkLabelColumn()
            if description.split.folds != nil { throw Folds.withAnomalies }
        }
        let fields = try description.fields(side)
        let labeled = try description.train.load(
            fields,
            task: description.task,
            normal: anomaly?.names.first,
            side: side,
            memoryLimit: memoryLimit / 4
        )
        let classes: ClassNames? =
            switch description.task {
            case .regression: nil
            case .anomaly: anomaly
            case .classification:
                try description.classes.map { try ClassNames($0) } ?? description.train.classes(of: labeled.targets)
            }
        let targets = try description.train.targets(labeled.targets, classes: classes)
        var parts = try description.parts(of: labeled, targets)
        if let anomaly, parts.training.isEmpty {
            throw DatasetError.noNormalRows(labeled, description.train.targetPlace, anomaly)
        }
        let folds = try description.folds(of: labeled, targets, training: parts.training)
        self.folds = fold == nil ? folds : nil
        if let fold, let folds { parts = parts.holdingOut(fold, of: folds) }
        let features = try description.train.namingLines {
            try FeaturePipeline.fitted(description, to: labeled, training: parts.training)
        }
        if description.train.table != nil { try labeled.show(parts.training, to: observe) }
        // The rows that windows are cut out of are the same for all parts.
        let steps = try features.steps(of: labeled, from: description.train, memoryLimit: memoryLimit)
        func examples(_ rows: [Int]) throws -> Examples? {
            guard !rows.isEmpty else { return nil }
            return try features.examples(
                of: labeled,
                targets,
                rows: rows,
                from: description.train,
                steps: steps,
                memoryLimit: memoryLimit
            )
        }
        guard let training = try examples(parts.training) else {
            throw DatasetError.noRows(description.train.targetPlace.source)
        }
        self.features = features
        self.classes = classes
        self.training = training
        func judging(_ source: DataSource) throws -> Examples {
            let weights = try side.present(in: source).weights
            return try features.examples(from: source, classes: classes, weights: weights)
        }
        let validation = try description.validation.map(judging)
        self.validation = try validation ?? examples(parts.validation)
        let test = try description.test.map(judging)
        self.test = try test ?? examples(parts.test)
    }
}

extension FeaturePipeline {
    /// Learns the steps of a description from the given rows and no others, or from all.
    static func fitted(
        _ description: DatasetDescription,
        to labeled: LabeledSource,
        training: [Int]?
    ) throws -> FeaturePipeline {
        let fields = Array(labeled.rows.fields.prefix(labeled.fields))
        let steps = try description.features.takesSteps(of: fields) ? labeled.windows : nil
        let store: any StoredRows = steps?.steps ?? labeled.rows
        let chosen = training.map { rows in steps?.places(of: rows) ?? rows }
        func fit() throws -> [FeaturePipeline.Column] {
            var fitter = try PipelineFitter(
                description.features,
                to: store,
                fields: fields,
                training: chosen.map { store.blocks(of: $0) } ?? store.blockRanges.map { _ in nil },
                source: description.train.inputName
            )
            return try fitter.fit()
        }
        var ignored = description.features.ignored
        // What rows are dealt out by and weighted with may stand in a table, and need not.
        for column in SideColumns(description).names where !ignored.contains(column) { ignored.append(column) }
        return FeaturePipeline(
            columns: try steps?.namingRows(fit) ?? fit(),
            target: description.train.table?.target,
            ignored: ignored,
            format: description.train.table?.format
        )
    }

    /// The features and targets of raw rows that have what the pipeline takes.
    package func examples(of labeled: LabeledRows) throws -> Examples {
        let reader = labeled.reader()
        let inputs = try FeatureRows(count: labeled.count, columns: width) { store in
            var first = 0
            while let rows = try reader.read(upTo: 4096) {
                store(try reader.namingLines { try transform(rows, source: reader.source, firstRow: first) })
                first += rows.count
            }
        }
        return Examples(inputs: inputs, inputShape: shape, targets: labeled.targets)
    }

    /// Reads a source, and computes the features of its rows.
    ///
    /// Without classes the targets are numbers. The columns of a table may stand in any order.
    package func examples(
        from source: DataSource,
        classes: ClassNames?,
        weights: String? = nil
    ) throws -> Examples {
        let labeled = try load(source, classes: classes, side: SideColumns(weights: weights))
        let targets = try source.targets(labeled.targets, classes: classes)
        return try examples(
            of: labeled,
            targets,
            rows: Array(0..<labeled.rows.count),
            from: source
        )
    }

    /// Compares the rows of a source with what the pipeline takes.
    ///
    /// - Throws: ``DatasetError`` for missing and unknown columns, and for rows of another shape.
    package func check(_ source: DataSource) throws {
        try source.check(fields: fields, ignored: ignored)
    }

    /// Reads a source, whose rows must consist of what the pipeline takes.
    func load(
        _ source: DataSource,
        classes: ClassNames?,
        side: SideColumns = SideColumns()
    ) throws -> LabeledSource {
        try check(source)
        return try source.load(
            fields,
            task: LearningTask(answering: classes),
            normal: classes?.names.first,
            side: side
        )
    }

    /// The features and targets of the given rows; `steps` are those of what windows are cut out of.
    func examples(
        of labeled: LabeledSource,
        _ targets: Targets,
        rows: [Int],
        from source: DataSource,
        steps: FeatureRows? = nil,
        memoryLimit: Int = FeatureRows.usualLimit
    ) throws -> Examples {
        let steps = try steps ?? self.steps(of: labeled, from: source, memoryLimit: memoryLimit)
        let inputs =
            try windows(rows, of: labeled, in: steps)
            ?? FeatureRows(count: rows.count, columns: width, memoryLimit: memoryLimit) { store in
                try source.namingLines {
                    for (block, chosen) in labeled.rows.blocks(of: rows).enumerated() where chosen?.isEmpty != true {
                        store(try features(of: labeled.rows, block: block, chosen, source: source.inputName))
                    }
                }
            }
        return Examples(
            inputs: inputs,
            inputShape: shape,
            targets: targets.selecting(rows),
            weights: labeled.weights.map { weights in rows.map { weights[$0] } }
        )
    }
}

extension FeaturePipeline {
    /// The features of the rows that windows are cut out of, in the order of their series; `nil` for other rows.
    func steps(
        of labeled: LabeledSource,
        from source: DataSource,
        memoryLimit: Int = FeatureRows.usualLimit
    ) throws -> FeatureRows? {
        guard sequence != nil, let windows = labeled.windows else { return nil }
        let store = windows.steps
        return try FeatureRows(count: store.count, columns: stepWidth, memoryLimit: memoryLimit) { keep in
            try source.namingLines {
                try windows.namingRows {
                    for block in store.blockRanges.indices {
                        keep(try features(of: store, block: block, nil, source: source.inputName))
                    }
                }
            }
        }
    }

    /// Windows of the features of steps; `nil` without such.
    private func windows(_ rows: [Int], of labeled: LabeledSource, in steps: FeatureRows?) -> FeatureRows? {
        guard let steps, let windows = labeled.windows else { return nil }
        return steps.windows(of: windows.window.length, at: rows.map { windows.starts[$0] })
    }

    /// The features of some rows of a block, or of all.
    private func features(
        of rows: any StoredRows,
        block: Int,
        _ chosen: [Int]?,
        source: String
    ) throws -> Matrix {
        let range = rows.blockRanges[block]
        var matrix = Matrix(rows: chosen?.count ?? range.count, columns: stepWidth)
        var offset = 0
        for (index, column) in columns.enumerated() {
            try column.transform(
                rows.column(index, ofBlock: block),
                chosen,
                into: &matrix,
                column: offset,
                source,
                range.lowerBound
            )
            offset += column.width
        }
        return matrix
    }
}

extension DataSource {
    /// The classes that occur.
    func classes(of raw: RawTargets) throws -> ClassNames {
        try namingLines { try ClassNames(derivedFrom: raw, place: targetPlace) }
    }

    /// Adds the line of the row to an error, where the source is a table.
    func namingLines<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatasetError {
            guard error.place.source == files.first, error.place.line == nil, let row = error.place.row,
                let reader = try tableReader()
            else { throw error }
            throw error.at(line: reader.line(ofRow: row))
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
                let found = values[bad].isNaN ? "nothing" : values[bad].isInfinite ? "infinity" : "\(values[bad])"
                try namingLines {
                    throw DatasetError(
                        place,
                        "expected a number to learn, found \(found)",
                        hint: "fill in or correct the target, or remove the row"
                    )
                }
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
        case .values(let matrix): .values(matrix.selecting(rows))
        }
    }
}
