internal import Datasets
package import Evaluation
internal import Inference
internal import ModelPackage
package import ModelStore
internal import Monitoring
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
        let store = try invocation.openStore()
        let record = try invocation.version(reference, in: store)
        let package = try store.package(of: record)
        try package.verify(cancellation: invocation.cancellation)
        let model = try LoadedModel(
            .version(ModelReference("\(record.model)@\(record.version)")),
            threads: threads,
            in: invocation
        )
        var findings = [
            Finding(
                name: "package",
                verdict: .pass,
                details: ["\(package.manifest.members.count) members are whole, and the model loads"]
            )
        ]
        let places = try serving(record, store)
        findings.append(try compatibility(record, places, store))
        let rows = try validationRows(model, invocation)
        var gates: [GateLine] = []
        var comparisons: [Comparison] = []
        if let rows {
            findings.append(try dataFinding(model, rows.rows))
            let outputs = try await model.predictor.outputs(
                for: rows.rows.reader(),
                cancellation: invocation.cancellation
            )
            gates = try judge(rows.gates, outputs, model, rows.rows)
            findings.append(gateFinding(gates))
            comparisons = try await compare(model, outputs, rows, places, store, invocation)
            if let finding = comparisonFinding(comparisons, places) { findings.append(finding) }
        } else {
            findings.append(
                Finding(name: "data", verdict: .inconclusive, details: ["no validation rows are here to judge it by"])
            )
        }
        invocation.progress.finish()
        let verdict = findings.map(\.verdict).contains(.fail) ? Verdict.fail : rows == nil ? .inconclusive : .pass
        let recorded = try write(verdict, rows, record, invocation)
        return Report(
            model: record.model,
            title: record.title,
            version: record.version,
            digest: record.digest,
            findings: findings,
            gates: gates,
            comparisons: comparisons,
            verdict: verdict,
            recorded: recorded,
            seconds: stopwatch.seconds
        )
    }

    /// Rows that the model was not trained on, with what the project asks of them.
    private struct ValidationRows {
        let rows: LabeledRows
        let digest: Digest
        let gates: [Gate]
        let dataset: DatasetDescription
    }

    /// What runs where, as far as it is another version than this one.
    private func serving(
        _ record: VersionRecord,
        _ store: Store
    ) throws -> [(environment: String, version: VersionReference)] {
        let known = try store.environments()
        if let environment, !known.contains(environment) { throw StoreError.noEnvironment(environment, known: known) }
        return try (environment.map { [$0] } ?? known).compactMap { name in
            let state = try store.state(of: name, model: record.model)
            guard let serving = state.deployment?.serving, serving.version != record.version else { return nil }
            return (name, serving)
        }
    }

    private func compatibility(
        _ record: VersionRecord,
        _ places: [(environment: String, version: VersionReference)],
        _ store: Store
    ) throws -> Finding {
        var differences: [String] = []
        for (environment, serving) in places {
            differences += try store.signatureDifferences(from: serving, to: record).map { "\(environment): \($0)" }
        }
        let names = places.map { "\($0.environment) (\($0.version.version))" }.joined(separator: ", ")
        return Finding(
            name: "inputs and outputs",
            verdict: differences.isEmpty ? .pass : .fail,
            details: differences.isEmpty
                ? [places.isEmpty ? "no other version serves" : "callers of \(names) will notice nothing"] : differences
        )
    }

    /// `nil` when no project is here, or it has no validation rows for the version.
    private func validationRows(_ model: LoadedModel, _ invocation: Invocation) throws -> ValidationRows? {
        guard let (project, directory) = try invocation.readProjectIfAny(), project.model == model.model,
            project.data != nil
        else { return nil }
        var dataset = try project.dataset(in: directory)
        if let recipe = model.recipe {
            dataset.deal(as: recipe)
            // Which rows were kept from it can be told only while the data are the same.
            guard try !dataset.isDealt(.validation) || dataset.train.digest() == recipe.data.train else { return nil }
        }
        guard let source = dataset.source(of: .validation) else { return nil }
        let fields = try model.predictor.fields(of: source)
        guard let found = try dataset.rows(of: .validation, fields: fields, classes: model.predictor.classes) else {
            return nil
        }
        return ValidationRows(
            rows: found.rows,
            digest: found.digest,
            gates: try project.gates(for: dataset.task),
            dataset: dataset
        )
    }

    /// Whether the rows look like those that the model was made from.
    private func dataFinding(_ model: LoadedModel, _ rows: LabeledRows) throws -> Finding {
        let count = "\(rows.count) validation rows"
        guard model.files.has(MemberNames.profile) else {
            return Finding(name: "data", verdict: .pass, details: ["\(count) fit the model"])
        }
        let profile = try model.files.document(TableProfile.self, MemberNames.profile)
        let reference = try TableSample(profile)
        let reader = rows.reader()
        var sampler = TableSampler(
            reader.fields.map { ($0.name, reference[$0.name]?.kind ?? ($0.kind == .text ? .text : .number)) },
            format: model.table?.format ?? CSVFormat()
        )
        while let batch = try reader.read(upTo: 4096) { sampler.add(batch) }
        let report = try DriftComparison(reference: reference, current: sampler.finish()).report().dataset
        let broken = report.dataQualityColumns
        let drifted = report.driftedColumns.filter { !broken.contains($0) }
        var details = ["\(count) fit the model"]
        if !broken.isEmpty { details.append("data quality: \(broken.joined(separator: ", "))") }
        if !drifted.isEmpty {
            details.append(
                "other values than in training: \(drifted.joined(separator: ", ")) (mlops monitor shows them)"
            )
        }
        return Finding(name: "data", verdict: broken.isEmpty ? .pass : .fail, details: details)
    }

    private func judge(
        _ gates: [Gate],
        _ outputs: Matrix,
        _ model: LoadedModel,
        _ rows: LabeledRows
    ) throws -> [GateLine] {
        let evaluation = try Evaluation(
            outputs: outputs,
            for: rows.targets,
            names: model.predictor.classes,
            decision: model.predictor.decision
        )
        return gates.map { GateLine($0, evaluation) }
    }

    private func gateFinding(_ lines: [GateLine]) -> Finding {
        guard !lines.isEmpty else {
            return Finding(name: "gates", verdict: .inconclusive, details: ["the project has none"])
        }
        let failed = lines.filter { $0.verdict != .pass }
        return Finding(
            name: "gates",
            verdict: failed.isEmpty ? .pass : .fail,
            details: [
                failed.isEmpty
                    ? "all \(lines.count) are met" : "not met: \(failed.map(\.metric).joined(separator: ", "))"
            ]
        )
    }

    /// The metrics of the gates, or the usual one, beside those of each version that serves.
    private func compare(
        _ model: LoadedModel,
        _ outputs: Matrix,
        _ rows: ValidationRows,
        _ places: [(environment: String, version: VersionReference)],
        _ store: Store,
        _ invocation: Invocation
    ) async throws -> [Comparison] {
        var metrics: [Metric] = []
        for gate in rows.gates where !metrics.contains(gate.metric) { metrics.append(gate.metric) }
        if metrics.isEmpty { metrics = [rows.dataset.task == .classification ? .accuracy : .rootMeanSquaredError] }
        var comparisons: [Comparison] = []
        for version in Set(places.map(\.version.version)).sorted() {
            guard
                let serving = try? LoadedModel(
                    .version(ModelReference("\(model.model)@\(version)")),
                    threads: threads,
                    in: invocation
                ),
                serving.predictor.classes == model.predictor.classes,
                let source = rows.dataset.source(of: .validation),
                let fields = try? serving.predictor.fields(of: source),
                let same = try? rows.dataset.rows(of: .validation, fields: fields, classes: serving.predictor.classes)
            else {
                invocation.progress.warn("\(model.model) \(version) cannot be put beside it: it takes other rows")
                continue
            }
            let others = try await serving.predictor.outputs(
                for: same.rows.reader(),
                cancellation: invocation.cancellation
            )
            for metric in metrics {
                let comparison = try Comparison(
                    metric,
                    baseline: (others, serving.predictor.decision),
                    candidate: (outputs, model.predictor.decision),
                    targets: rows.rows.targets
                )
                if let comparison { comparisons.append(comparison) }
            }
        }
        return comparisons
    }

    private func comparisonFinding(
        _ comparisons: [Comparison],
        _ places: [(environment: String, version: VersionReference)]
    ) -> Finding? {
        guard !comparisons.isEmpty else { return nil }
        return Finding(
            name: "against what serves",
            verdict: comparisons.contains { $0.verdict == .fail } ? .fail : .pass,
            details: comparisons.map { line in
                let range = line.difference.map { " [\(shortened($0.lower)) to \(shortened($0.upper))]" } ?? ""
                return "\(line.metric) \(shortened(line.baseline)) -> \(shortened(line.candidate)), difference "
                    + "\(shortened(line.candidate - line.baseline))\(range)"
            }
        )
    }

    private func write(
        _ verdict: Verdict,
        _ rows: ValidationRows?,
        _ record: VersionRecord,
        _ invocation: Invocation
    ) throws -> Bool {
        guard recording else { return false }
        let check = CheckRecord(
            check: Self.checkName,
            verdict: verdict.recorded,
            digest: record.digest,
            data: rows?.digest,
            rows: rows == nil ? nil : Evaluate.Part.validation.rawValue,
            recipe: try EvaluationRecipe(gates: rows?.gates ?? [], part: .validation).digestOrEmpty(),
            metrics: [:],
            actor: invocation.actor.name,
            tool: Tool.title,
            time: invocation.clock.now()
        )
        try invocation.openStoreForWriting().record(check, model: record.model, actor: invocation.actor)
        return true
    }
}
