internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Support
internal import TensorFiles

/// Shows that a version can be run, and that it answers as it did when it was registered.
///
/// A package of the training core is loaded and its golden rows are put to it. Files of another tool are proven by
/// their bytes alone.
struct Proof {
    /// How far an output may be from the stored one, relative to its size or to 1.
    static let tolerance: Float = 1e-5

    /// Loads an unpacked package; throws when it cannot be run, and gives `nil` for files of another tool.
    func load(folder: String, kind: PackageKind) throws -> NetworkPredictor? {
        guard kind == .network else { return nil }
        return try NetworkPredictor(ModelFiles(folder: folder, source: folder))
    }

    /// Loads a package that is not unpacked.
    func load(_ package: PackageReader) throws -> NetworkPredictor? {
        guard package.manifest.kind == .network else { return nil }
        return try NetworkPredictor(ModelFiles(package, source: package.manifest.digest.short))
    }

    /// Puts the golden rows of an unpacked package to the model loaded from it; `nil` when it has none.
    func goldenRows(folder: String, by predictor: NetworkPredictor?) throws -> GoldenRowsReport? {
        try goldenRows(ModelFiles(folder: folder, source: folder), by: predictor)
    }

    /// Puts the golden rows of a package that is not unpacked to the model loaded from it; `nil` when it has none.
    func goldenRows(_ package: PackageReader, by predictor: NetworkPredictor?) throws -> GoldenRowsReport? {
        try goldenRows(ModelFiles(package, source: package.manifest.digest.short), by: predictor)
    }

    /// Puts the golden rows among a package's members to the model loaded from it; `nil` when it has none.
    func goldenRows(_ files: ModelFiles, by predictor: NetworkPredictor?) throws -> GoldenRowsReport? {
        guard let predictor, files.has(MemberNames.goldenInputs) else { return nil }
        let inputs = try Matrix(reading: files.read(MemberNames.goldenInputs), source: MemberNames.goldenInputs)
        let expected = try Matrix(reading: files.read(MemberNames.goldenOutputs), source: MemberNames.goldenOutputs)
        return try GoldenRowsReport(predictor.predict(inputs), expected, tolerance: Proof.tolerance)
    }

    /// Which golden rows of `record` the serving version answers otherwise; `nil` when the two cannot be compared.
    ///
    /// They can when both are classifiers with the same features and classes.
    func flips(from serving: VersionReference?, to record: VersionRecord, _ store: Store) throws -> FlipReport? {
        guard let serving, record.kind == .network else { return nil }
        let new = try store.package(of: record)
        let old = try store.package(of: store.version(serving, of: record.model))
        guard old.manifest.kind == .network,
            old.manifest.member(MemberNames.features)?.digest == new.manifest.member(MemberNames.features)?.digest,
            new.manifest.member(MemberNames.goldenInputs) != nil
        else { return nil }
        let inputs = try Matrix(reading: new.read(MemberNames.goldenInputs), source: MemberNames.goldenInputs)
        let before = try NetworkPredictor(ModelFiles(old, source: "\(serving.version)"))
        let after = try NetworkPredictor(ModelFiles(new, source: record.title))
        guard let classes = after.classes, before.classes == classes else { return nil }
        let names = classes.names
        let answers = zip(
            classes.answers(to: try before.predict(inputs), by: before.decision).map { names[Int($0)] },
            classes.answers(to: try after.predict(inputs), by: after.decision).map { names[Int($0)] }
        )
        var counts: [String: (from: String, to: String, count: Int)] = [:]
        for (from, to) in answers where from != to {
            counts["\(from)\0\(to)", default: (from, to, 0)].count += 1
        }
        let changes = counts.values.sorted { ($1.count, $0.from, $0.to) < ($0.count, $1.from, $1.to) }
        return FlipReport(
            rows: inputs.rows,
            flips: changes.reduce(0) { $0 + $1.count },
            changes: changes.map { FlipReport.Change(from: $0.from, to: $0.to, count: $0.count) }
        )
    }
}

extension Matrix {
    /// Rows of numbers out of an NPY file; a column of numbers is a matrix of one column.
    init(reading bytes: [UInt8], source: String) throws {
        let tensor = try NPY.decode(bytes, source: source)
        guard (1...2).contains(tensor.shape.count) else { throw PackageError("\(source): expected rows of numbers") }
        self.init(
            rows: tensor.shape[0],
            columns: tensor.shape.count == 1 ? 1 : tensor.shape[1],
            values: try tensor.floats()
        )
    }
}

extension GoldenRowsReport {
    /// Compares outputs with those that are expected; a row agrees when each of its numbers does.
    init(_ outputs: Matrix, _ expected: Matrix, tolerance: Float) throws {
        guard outputs.rows == expected.rows, outputs.columns == expected.columns else {
            throw PackageError(
                "the model gives \(outputs.columns) numbers for each of \(outputs.rows) golden rows, "
                    + "and the golden outputs are \(expected.columns) for each of \(expected.rows)"
            )
        }
        var (agree, maxDifference): (Int, Float) = (0, 0)
        for row in 0..<outputs.rows {
            var isEqual = true
            for index in row * outputs.columns..<(row + 1) * outputs.columns {
                maxDifference = max(maxDifference, outputs.distance(from: expected, at: index))
                if !outputs.agrees(with: expected, at: index, within: tolerance) { isEqual = false }
            }
            if isEqual { agree += 1 }
        }
        self.init(agree: agree, total: outputs.rows, maxDifference: Double(maxDifference))
    }
}
