package import Support

extension DatasetDescription {
    /// A part of the rows of a project.
    package enum Part: Sendable { case training, validation, test }

    /// Where the rows of a part come from: data of their own, else the training data that they are dealt out of; `nil` when
    /// the project has no such rows.
    package func source(of part: Part) -> DataSource? {
        switch part {
        case .training: train
        case .validation: validation ?? (split.validation > 0 ? train : nil)
        case .test: test ?? (split.test > 0 ? train : nil)
        }
    }

    /// The rows of one part, dealt out as for training, with the given fields.
    ///
    /// `nil` when the project has no such rows. The digest is that of the files they come from.
    package func rows(
        of part: Part,
        fields: [Field],
        classes: ClassNames?
    ) throws -> (rows: LabeledRows, digest: Digest)? {
        guard let source = source(of: part) else { return nil }
        guard isDealt(part) else { return (try source.labeledRows(fields, classes: classes), try source.digest()) }
        let labeled = try source.load(
            fields,
            task: LearningTask(answering: classes),
            normal: classes?.names.first,
            side: SideColumns(grouping: split.grouping?.column)
        )
        let targets = try source.targets(labeled.targets, classes: classes)
        let chosen = try parts(of: labeled, targets).rows(of: part)
        return (LabeledRows(labeled, targets, chosen: chosen, source: source), try source.digest())
    }

    /// Whether the rows of a part are dealt out of the training data.
    package func isDealt(_ part: Part) -> Bool { source(of: part) == train && split.keepsRows }

    /// Deals out the rows of the training data.
    func parts(of labeled: LabeledSource, _ targets: Targets) throws -> Split.Parts {
        guard let windows = labeled.windows else {
            return try dealt(by: RowPlaces(split.grouping, of: labeled, in: train), targets)
        }
        let parts = try (train.isRecordings ? split.byRecording() : split).parts(
            of: windows,
            grouping: labeled.grouping,
            targets,
            seed: seed,
            place: train.targetPlace
        )
        // Windows overlap: one that is not normal, of an anomaly task, would judge what its neighbours have taught.
        return Split.Parts(
            training: learnable(parts.training, of: targets),
            validation: parts.validation,
            test: parts.test
        )
    }

    /// Deals the rows that are learned from into folds; `nil` where there are none.
    func folds(of labeled: LabeledSource, _ targets: Targets, training: [Int]) throws -> Folds? {
        guard let count = split.folds else { return nil }
        guard validation == nil else {
            throw DatasetError(.init("data"), "validation is given both as data and as folds of the training rows")
        }
        if let windows = labeled.windows {
            return try windows.folds(count, by: labeled.grouping, split, of: training, targets, seed: seed, in: train)
        }
        let places = try RowPlaces(split.grouping, of: labeled, in: train).selecting(training)
        return try Folds(count, of: places, targets.selecting(training), seed: seed)
    }
}

extension Split.Parts {
    /// The rows of one part.
    func rows(of part: DatasetDescription.Part) -> [Int] {
        switch part {
        case .training: training
        case .validation: validation
        case .test: test
        }
    }
}
