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

    /// The rows of one part, dealt out as for training, with the features of a model that may be older than the project.
    ///
    /// `nil` when the project has no such rows. The digest is that of the files they come from.
    package func examples(
        of part: Part,
        for features: FeaturePipeline,
        classes: ClassNames?
    ) throws -> (examples: Examples, digest: Digest)? {
        guard let source = source(of: part) else { return nil }
        let all = try features.examples(from: source, classes: classes)
        if source != train || split == .none { return (all, try source.digest()) }
        let parts: Split.Parts =
            if case .classes(let labels, let count) = all.targets {
                try split.stratifiedParts(of: labels, count: count, seed: seed)
            } else {
                try split.parts(of: all.rows, seed: seed)
            }
        let rows =
            switch part {
            case .training: parts.training
            case .validation: parts.validation
            case .test: parts.test
            }
        return (all.selecting(rows), try source.digest())
    }
}

extension Examples {
    /// The given rows.
    func selecting(_ rows: [Int]) -> Examples {
        let width = inputs.columns
        var values: [Float] = []
        values.reserveCapacity(rows.count * width)
        for row in rows { values += inputs.values[row * width..<(row + 1) * width] }
        return Examples(
            inputs: Matrix(rows: rows.count, columns: width, values: values),
            inputShape: inputShape,
            targets: targets.selecting(rows)
        )
    }
}
