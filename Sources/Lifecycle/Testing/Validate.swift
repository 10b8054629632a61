internal import Datasets
package import Evaluation
internal import Inference
internal import ModelPackage
package import ModelStore
internal import ProjectFile
package import Support

/// Says whether a version may take the place of what serves: whole, compatible, fed with the right data, and not worse.
package struct Validate: Sendable {
    package var reference: ModelReference
    /// The environment that it is meant for; every one that runs the model if `nil`.
    package var environment: String?
    package var threads = 1
    /// Whether the result is written into the ledger of the version.
    package var recording = true

    /// What its result is called in the ledger and in `requires:`.
    static let checkName = "validate"

    package init(reference: ModelReference) { self.reference = reference }

    /// The answer to one question.
    package struct Finding: Encodable, Sendable {
        /// What was asked, such as `package` or `gates`.
        package let name: String
        package let verdict: Verdict
        /// What was found, for people.
        package let details: [String]
    }

    /// The answers.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let title: String
        package let version: VersionNumber
        package let digest: Digest
        package let findings: [Finding]
        package let gates: [GateLine]
        package let comparisons: [Comparison]
        package let verdict: Verdict
        package let recorded: Bool
        package let seconds: Double
    }

    /// Asks, and records the answer.
    ///
    /// Throws ``StoreError`` when there is no such version or environment (14), and what loading the model throws.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let store = try await invocation.openStore()
        let record = try await invocation.package(reference, in: store)
        let package = try store.package(of: record)
        try package.verify(cancellation: invocation.cancellation)
        let model = try await LoadedModel(
            .version(ModelReference("\(record.model)@\(record.version)")),
            threads: threads,
            in: invocation
        )
        // Where nothing was deployed yet, the project may know the environment all the same.
        let proposed = try invocation.readProjectIfAny()?.project.environments?.map(\.name) ?? []
        let serving = try store.servingVersions(besides: record, in: environment, orProposed: proposed)
        var findings = [
            Finding(package: package.manifest),
            Finding(differences: try store.signatureDifferences(from: serving, to: record), from: serving),
        ]
        let rows: ValidationRows?
        do {
            switch try ValidationRows.found(for: model, in: invocation) {
            case .success(let found): rows = found
            case .failure(let absence):
                rows = nil
                findings.append(Finding(absence: absence))
            }
        } catch let error as DatasetError {
            // Other columns than the version takes are an answer, not an accident.
            rows = nil
            findings.append(Finding(misfit: error))
        }
        var gates: [GateLine] = []
        var comparisons: [Comparison] = []
        if let rows {
            findings.append(try Finding(data: rows, of: model))
            let outputs = try await model.predictor.outputs(
                for: rows.labeled.reader(),
                cancellation: invocation.cancellation
            )
            gates = try rows.gates(for: outputs, of: model)
            findings.append(Finding(gates: gates))
            let candidate = ServingComparison(model: model, outputs: outputs, rows: rows, threads: threads)
            comparisons = try await candidate.comparisons(with: serving, in: invocation)
            if !comparisons.isEmpty { findings.append(Finding(comparisons: comparisons)) }
        }
        invocation.progress.finish()
        let verdict = findings.map(\.verdict).contains(.fail) ? Verdict.fail : rows == nil ? .inconclusive : .pass
        if recording { try await write(verdict, rows, record, invocation) }
        return Report(
            model: record.model,
            title: record.title,
            version: record.version,
            digest: record.digest,
            findings: findings,
            gates: gates,
            comparisons: comparisons,
            verdict: verdict,
            recorded: recording,
            seconds: stopwatch.seconds
        )
    }

    private func write(
        _ verdict: Verdict,
        _ rows: ValidationRows?,
        _ record: VersionRecord,
        _ invocation: Invocation
    ) async throws {
        let check = CheckRecord(
            check: Self.checkName,
            verdict: verdict.recorded,
            digest: record.digest,
            data: rows?.digest,
            rows: rows.map { Evaluate.Part($0.part).rawValue },
            recipe: try EvaluationRecipe(gates: rows?.gates ?? [], part: .validation).digestOrEmpty(),
            metrics: [:],
            actor: invocation.actor.name,
            tool: Tool.title,
            time: invocation.clock.now()
        )
        try await invocation.openStoreForWriting().record(check, model: record.model, actor: invocation.actor)
    }
}
