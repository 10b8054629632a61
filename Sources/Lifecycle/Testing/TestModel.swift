internal import Inference
internal import ModelPackage
package import ModelStore
internal import ProjectFile
package import Support

/// Says whether a model behaves: its golden rows, and the cases of behaviour in the project's `tests` folder.
package struct TestModel: Sendable {
    package var source: ModelSource
    /// Files of cases; all of the project's when there are none.
    package var files: [String] = []
    package var threads = 1
    /// Whether the result is written into the ledger of the version.
    package var recording = true

    /// What its result is called in the ledger and in `requires:`.
    static let checkName = "test"

    package init(source: ModelSource) { self.source = source }

    /// What became of a case.
    package struct CaseReport: Encodable, Sendable {
        package let name: String
        /// The file that it stands in; `nil` for the golden rows.
        package let file: String?
        package let rows: Int
        package let passed: Bool
        /// What was expected and what was found, when it failed.
        package let problem: String?
        /// The median time of an answer, where a case asks for one.
        package let milliseconds: Double?
    }

    /// What became of all.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let title: String
        package let version: VersionNumber?
        package let digest: Digest?
        package let cases: [CaseReport]
        package let goldenRows: GoldenRowsReport?
        package let verdict: CheckRecord.Verdict
        package let recorded: Bool
        package let seconds: Double
    }

    /// Puts golden rows and cases to the model, and records the result.
    ///
    /// Throws ``ProjectError`` for a case that cannot be meant, and what loading a model throws.
    package func run(in invocation: Invocation) async throws -> Report {
        let model = try await LoadedModel(source, threads: threads, in: invocation)
        let stopwatch = Stopwatch()
        let behaviours = try BehaviourFiles(files, invocation)
        let golden = try await model.goldenRows(cancellation: invocation.cancellation)
        var reports: [CaseReport] = []
        if let golden {
            reports.append(
                CaseReport(
                    name: "golden rows",
                    file: nil,
                    rows: golden.total,
                    passed: golden.agree == golden.total,
                    problem: golden.problem,
                    milliseconds: nil
                )
            )
        }
        for (file, behaviour) in behaviours.cases {
            try invocation.cancellation.check()
            let judge = BehaviourJudge(
                predictor: model.predictor,
                columns: BehaviourColumns(
                    model.predictor.signature.inputs,
                    optional: model.predictor.optionalColumns,
                    format: model.table?.format
                ),
                directory: behaviours.directory,
                workspace: behaviours.workspace,
                cancellation: invocation.cancellation,
                behaviour: behaviour
            )
            let outcome = try await judge.outcome()
            reports.append(
                CaseReport(
                    name: behaviour.name,
                    file: file,
                    rows: outcome.rows,
                    passed: outcome.problem == nil,
                    problem: outcome.problem,
                    milliseconds: outcome.milliseconds
                )
            )
        }
        invocation.progress.finish()
        guard !reports.isEmpty else {
            throw StoreError(
                .notFound,
                "there is nothing to test \(model.title) by: it has no golden rows, and the project no tests/*.yaml",
                hints: ["docs/testing.md shows how a case is written"]
            )
        }
        let verdict: CheckRecord.Verdict = reports.allSatisfy(\.passed) ? .pass : .fail
        let recorded = try await record(verdict, behaviours.digest, model, invocation)
        return Report(
            model: model.model,
            title: model.title,
            version: model.record?.version,
            digest: model.record?.digest,
            cases: reports,
            goldenRows: golden,
            verdict: verdict,
            recorded: recorded,
            seconds: stopwatch.seconds
        )
    }

    private func record(
        _ verdict: CheckRecord.Verdict,
        _ recipe: Digest,
        _ model: LoadedModel,
        _ invocation: Invocation
    ) async throws -> Bool {
        guard recording, let record = model.record else { return false }
        let check = CheckRecord(
            check: Self.checkName,
            verdict: verdict,
            digest: record.digest,
            data: nil,
            rows: nil,
            recipe: recipe,
            metrics: [:],
            actor: invocation.actor.name,
            tool: Tool.title,
            time: invocation.clock.now()
        )
        try await invocation.openStoreForWriting().record(check, model: record.model, actor: invocation.actor)
        return true
    }
}

/// The cases of behaviour of a project.
struct BehaviourFiles {
    let directory: String
    /// A folder for rows on their way.
    let workspace: String
    let cases: [(file: String, case: BehaviourFile.Case)]
    /// The digest of all files, with the tables of rows: what the model is tested by, besides its own golden rows.
    let digest: Digest

    /// Reads the given files, or all of the project's `tests` folder.
    init(_ files: [String], _ invocation: Invocation) throws {
        let project = try invocation.readProjectIfAny()
        directory = project?.directory ?? invocation.directory
        workspace = TemporaryFolder.place(inProject: project?.directory)
        var paths = files.map { (path: invocation.resolve($0), shown: $0) }
        if files.isEmpty, let project, FileSystem.isDirectory("\(project.directory)/tests") {
            paths = try FileSystem.names(in: "\(project.directory)/tests")
                .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
                .map { ("\(project.directory)/tests/\($0)", "tests/\($0)") }
        }
        var found: [(file: String, case: BehaviourFile.Case)] = []
        var builder = DigestBuilder()
        for (path, shown) in paths {
            let cases = try BehaviourFile.read(path, shownAs: shown).cases
            found += cases.map { (shown, $0) }
            builder.update(try FileSystem.read(path, limit: 1 << 24))
            for behaviour in cases {
                guard case .table(let table) = behaviour.rows else { continue }
                // A table that is not there is missed by the case.
                let digest = try? Digest(ofFile: File(reading: Path.resolve(table, in: directory)))
                builder.update(Array((digest?.hexadecimal ?? "").utf8))
            }
        }
        cases = found
        digest = builder.finish()
    }
}
