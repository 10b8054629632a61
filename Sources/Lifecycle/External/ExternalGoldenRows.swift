internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Support
internal import TensorFiles

/// Golden rows of a model of another framework, put to it by the program of the project.
enum ExternalGoldenRows {
    /// Puts the golden rows of a package to the model in `folder`; `nil` when it has none.
    static func report(
        of files: ModelFiles,
        by predictor: ExternalPredictor,
        tolerance: Float,
        folder: String,
        cancellation: Cancellation
    ) async throws -> GoldenRowsReport? {
        let names = [MemberNames.goldenTable, MemberNames.goldenInputs]
        guard let inputs = names.first(where: { files.has($0) }), files.has(MemberNames.goldenOutputs) else {
            return nil
        }
        let expected = try Matrix(
            reading: files.read(MemberNames.goldenOutputs),
            source: "\(files.source), \(MemberNames.goldenOutputs)"
        )
        let rows = try predictor.goldenReader(of: "\(folder)/\(inputs)")
        let outputs = try await predictor.outputs(for: rows, cancellation: cancellation)
        return try GoldenRowsReport(outputs, expected, tolerance: tolerance)
    }
}

extension Move {
    /// Has the program of the project answer the golden rows of what has been put in place.
    ///
    /// A rollback does not wait for a program of somebody else: for it, the bytes are the proof. Without a project that
    /// names the program, nothing can be asked.
    func confirmByProgram(_ prepared: PreparedMove, _ targets: [MoveReport.Target]) async -> [MoveReport.Target] {
        guard record.kind == .files, let first = targets.first, first.problem == nil,
            let project = try? ExternalProject(of: record.title, model: record.model, invocation)
        else { return targets }
        let golden: GoldenRowsReport?
        let problem: String?
        do {
            golden = try await goldenRows(prepared.versions.first?.folder, project)
            problem = golden?.problem
        } catch {
            golden = nil
            problem = "the golden rows could not be put to it: \((error as? any Failure)?.description ?? "\(error)")"
        }
        invocation.progress.finish()
        let confirmed = MoveReport.Target(
            directory: first.directory,
            serves: first.serves,
            seconds: first.seconds,
            goldenRows: golden,
            problem: problem,
            mended: first.mended
        )
        return [confirmed] + targets.dropFirst()
    }

    private func goldenRows(_ unpacked: String?, _ project: ExternalProject) async throws -> GoldenRowsReport? {
        var folder = unpacked
        var temporary: TemporaryFolder?
        if folder == nil {
            let new = try TemporaryFolder(in: project.workspace)
            try store.package(of: record).extract(to: "\(new.path)/model", cancellation: invocation.cancellation)
            folder = "\(new.path)/model"
            temporary = new
        }
        defer { withExtendedLifetime(temporary) {} }
        guard let folder else { return nil }
        let files = ModelFiles(folder: folder, source: record.title)
        // Files that nobody gave golden rows need no signature, and so no look at the data.
        guard files.has(MemberNames.goldenOutputs) else { return nil }
        return try await ExternalGoldenRows.report(
            of: files,
            by: project.predictor(of: files, at: folder, invocation),
            tolerance: project.tolerance,
            folder: folder,
            cancellation: invocation.cancellation
        )
    }
}
