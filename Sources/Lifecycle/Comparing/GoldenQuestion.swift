internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import ProjectFile
internal import Support

/// Puts the golden rows of one model to it and to another.
struct GoldenQuestion {
    let old: ComparedModel
    let new: ComparedModel
    let invocation: Invocation

    /// What came of it: the changes, or why nobody could be asked.
    enum Answer {
        case changes(AnswerChanges)
        case cannotBeAsked(String)
    }

    /// Throws a ``Failure`` when a model is damaged, or a program that is asked fails.
    func answer() async throws -> Answer {
        guard new.files.has(MemberNames.goldenOutputs) else {
            return .cannotBeAsked("\(new.title) has no golden rows")
        }
        let (before, after): (LoadedModel, LoadedModel)
        do {
            before = try await LoadedModel(old.source, threads: 1, in: invocation)
            after = try await LoadedModel(new.source, threads: 1, in: invocation)
        } catch let error as StoreError where error.kind == .refused {
            return .cannotBeAsked(error.message)
        }
        let classes = after.predictor.classes
        guard before.predictor.classes == classes else { return .cannotBeAsked("the classes are others") }
        let outputs: (Matrix, Matrix)?
        if let first = before.predictor as? NetworkPredictor, let second = after.predictor as? NetworkPredictor,
            first.pipeline.columns == second.pipeline.columns
        {
            let source = "\(new.title), \(MemberNames.goldenInputs)"
            let rows = try Matrix(reading: new.files.read(MemberNames.goldenInputs), source: source)
            outputs = try (first.predict(rows), second.predict(rows))
        } else if new.kind == .network {
            // Golden rows of a network are features: the rows that they were made of are in the project's data.
            outputs = try await ProjectGoldenRows(of: after, invocation)?.outputs(of: before)
            if outputs == nil {
                return .cannotBeAsked(
                    "the features are others, and the golden rows of \(new.title) are not in the data of a project here"
                )
            }
        } else {
            guard before.predictor.signature.inputs == after.predictor.signature.inputs else {
                return .cannotBeAsked("the inputs are others")
            }
            outputs = try await askForRawRows(before, after)
        }
        invocation.progress.finish()
        guard let (first, second) = outputs else { return .cannotBeAsked("\(new.title) has no golden rows") }
        let changes = AnswerChanges(
            from: (first, before.predictor.decision),
            to: (second, after.predictor.decision),
            classes: classes,
            tolerance: Proof.tolerance
        )
        return changes.map { .changes($0) } ?? .cannotBeAsked("the outputs are others")
    }

    /// Puts golden rows that are raw to both, as models of other frameworks have them; `nil` when there are none.
    private func askForRawRows(_ before: LoadedModel, _ after: LoadedModel) async throws -> (Matrix, Matrix)? {
        let members = [MemberNames.goldenTable, MemberNames.goldenInputs]
        guard let member = members.first(where: { new.files.has($0) }) else { return nil }
        let project = try invocation.readProjectIfAny()
        let folder = try TemporaryFolder(in: TemporaryFolder.place(inProject: project?.directory))
        let path = "\(folder.path)/\(Path.name(member))"
        try AtomicFile.write(new.files.read(member), to: path, durable: false)
        return (try await ask(before, path), try await ask(after, path))
    }

    private func ask(_ model: LoadedModel, _ path: String) async throws -> Matrix {
        let rows: any RowReader
        if let external = model.predictor as? ExternalPredictor {
            rows = try external.goldenReader(of: path)
        } else if let network = model.predictor as? NetworkPredictor, path.hasSuffix(".csv") {
            // Written by mlops with commas and points, however the table was written that the network learned from.
            rows = try TableFile.reader(
                of: path,
                fields: network.pipeline.fields,
                format: CSVFormat(),
                target: network.pipeline.target,
                ignored: network.pipeline.ignored
            )
        } else {
            rows = try model.predictor.reader(of: path)
        }
        return try await model.predictor.outputs(for: rows, cancellation: invocation.cancellation)
    }
}
