internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelStore
internal import Support

/// A version that serves somewhere.
struct ServingVersion {
    let environment: String
    let version: VersionReference
}

extension Store {
    /// What runs where, as far as it is another version than this one; in every environment if none is named.
    func servingVersions(
        besides record: VersionRecord,
        in environment: String?,
        orProposed proposed: [String]
    ) throws -> [ServingVersion] {
        let known = try environments()
        if let environment, !known.contains(environment), !proposed.contains(environment) {
            throw StoreError.noEnvironment(environment, known: known)
        }
        return try (environment.map { [$0] } ?? known).compactMap { name in
            let state = try state(of: name, model: record.model)
            guard let serving = state.deployment?.serving, serving.version != record.version else { return nil }
            return ServingVersion(environment: name, version: serving)
        }
    }

    /// What callers would notice, with the environment in front.
    func signatureDifferences(from serving: [ServingVersion], to record: VersionRecord) throws -> [String] {
        try serving.flatMap { place in
            try signatureDifferences(from: place.version, to: record).map { "\(place.environment): \($0)" }
        }
    }
}

/// Puts the rows that a version was judged by to the versions that serve.
struct ServingComparison {
    let model: LoadedModel
    /// What the model answers to the rows.
    let outputs: Matrix
    let rows: ValidationRows
    let threads: Int

    /// The metrics of the gates, or the usual one, beside those of each version that serves.
    func comparisons(with serving: [ServingVersion], in invocation: Invocation) async throws -> [Comparison] {
        let metrics = rows.gates.comparedMetrics(for: rows.dataset.task)
        var comparisons: [Comparison] = []
        for version in Set(serving.map(\.version.version)).sorted() {
            do {
                comparisons += try await compare(metrics, with: version, invocation)
            } catch let error as any Failure where !(error is Cancelled) {
                // Neither other columns nor a damaged package of that version speak against this one.
                invocation.progress.warn("\(model.model) \(version) cannot be put beside it: \(error)")
            }
        }
        return comparisons
    }

    private func compare(
        _ metrics: [Metric],
        with version: VersionNumber,
        _ invocation: Invocation
    ) async throws -> [Comparison] {
        guard let other = try await load(version, invocation) else {
            invocation.progress.warn("\(model.model) \(version) cannot be put beside it: it has other classes")
            return []
        }
        let theirs = try await other.model.predictor.outputs(
            for: other.rows.reader(),
            cancellation: invocation.cancellation
        )
        return try metrics.compactMap { metric in
            try Comparison(
                metric,
                baseline: (theirs, other.model.predictor.decision),
                candidate: (outputs, model.predictor.decision),
                targets: rows.labeled.targets
            )
        }
    }

    /// A version that serves, with the same rows as it reads them; `nil` when it answers something else.
    private func load(
        _ version: VersionNumber,
        _ invocation: Invocation
    ) async throws -> (model: LoadedModel, rows: LabeledRows)? {
        let reference = try ModelReference("\(model.model)@\(version)")
        let other = try await LoadedModel(.version(reference), threads: threads, in: invocation)
        guard other.predictor.classes == model.predictor.classes,
            let found = try rows.dataset.validationRows(for: other)
        else { return nil }
        return (other, found.rows)
    }
}
