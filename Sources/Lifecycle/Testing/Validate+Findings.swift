internal import Datasets
internal import Evaluation
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Monitoring

extension Validate.Finding {
    /// A package whose members were all read, and whose model was loaded.
    init(package manifest: Manifest) {
        self.init(
            name: "package",
            verdict: .pass,
            details: ["\(manifest.members.count) members are whole, and the model loads"]
        )
    }

    /// What callers of the versions that serve would notice.
    init(differences: [String], from serving: [ServingVersion]) {
        let names = serving.map { "\($0.environment) (\($0.version.version))" }.joined(separator: ", ")
        let agreement = serving.isEmpty ? "no other version serves" : "callers of \(names) will notice nothing"
        self.init(
            name: "inputs and outputs",
            verdict: differences.isEmpty ? .pass : .fail,
            details: differences.isEmpty ? [agreement] : differences
        )
    }

    /// Whether the rows look like those that the model was made from: broken columns fail, drifted ones are told.
    init(data rows: ValidationRows, of model: LoadedModel) throws {
        var details = ["\(rows.labeled.count) \(Evaluate.Part(rows.part).rawValue) rows fit the model"]
        var verdict = Verdict.pass
        if let profile = try model.files.optional(TableProfile.self, MemberNames.profile) {
            // Anomalies are meant to look otherwise.
            let usual = model.predictor.task == .anomaly ? rows.labeled.normalRows : rows.labeled
            let report = try usual.drift(from: TableSample(profile), format: model.table?.format ?? CSVFormat())
            let broken = report.dataQualityColumns
            let drifted = report.driftedColumns.filter { !broken.contains($0) }
            if !broken.isEmpty {
                details.append("data quality: \(broken.joined(separator: ", "))")
                verdict = .fail
            }
            if !drifted.isEmpty {
                let names = drifted.joined(separator: ", ")
                details.append("other values than in training: \(names) (mlops monitor shows them)")
            }
        }
        self.init(name: "data", verdict: verdict, details: details)
    }

    /// No rows are here that the model was not trained on.
    init(absence: ValidationRows.Absence) {
        self.init(name: "data", verdict: .inconclusive, details: [absence.description])
    }

    /// Rows that the model does not take.
    init(misfit error: DatasetError) {
        self.init(name: "data", verdict: .fail, details: ["the validation rows do not fit the model: \(error)"])
    }

    /// What the gates of the project say.
    init(gates lines: [GateLine]) {
        let failed = lines.filter { $0.verdict != .pass }.map(\.metric).joined(separator: ", ")
        if lines.isEmpty {
            self.init(name: "gates", verdict: .inconclusive, details: ["the project has none"])
        } else if failed.isEmpty {
            self.init(
                name: "gates",
                verdict: .pass,
                details: [lines.count == 1 ? "it is met" : "all \(lines.count) are met"]
            )
        } else {
            self.init(name: "gates", verdict: .fail, details: ["not met: \(failed)"])
        }
    }

    /// How it does beside what serves.
    init(comparisons: [Comparison]) {
        self.init(
            name: "against what serves",
            verdict: comparisons.contains { $0.verdict == .fail } ? .fail : .pass,
            details: comparisons.map { line in
                let range = line.difference.map { " [\(shortened($0.lower)) to \(shortened($0.upper))]" } ?? ""
                return "\(line.metric) \(shortened(line.baseline)) -> \(shortened(line.candidate)), difference "
                    + "\(shortened(line.candidate - line.baseline))\(range)"
            }
        )
    }
}

extension LabeledRows {
    /// How they differ from the rows of a profile.
    fileprivate func drift(from reference: TableSample, format: CSVFormat) throws -> DriftReport.Dataset {
        func sampler(of fields: [Field]) -> TableSampler {
            TableSampler(
                fields.map { ($0.name, reference[$0.name]?.kind ?? ($0.kind == .text ? .text : .number)) },
                format: format
            )
        }
        var known: TableSampler?
        try show { rows in
            var sampler = known ?? sampler(of: rows.columns.map(\.field))
            sampler.add(rows)
            known = sampler
        }
        let sampler = known ?? sampler(of: reader().fields)
        return try DriftComparison(reference: reference, current: sampler.finish()).report().dataset
    }
}
