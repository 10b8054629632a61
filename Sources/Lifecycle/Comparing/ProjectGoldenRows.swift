internal import Datasets
internal import Inference
internal import ModelPackage
internal import ProjectFile
internal import Support

/// The rows of a project that the golden rows of a network were made of.
struct ProjectGoldenRows {
    private let dataset: DatasetDescription
    private let part: DatasetDescription.Part
    /// What the network itself answers to them.
    private let expected: Matrix
    private let invocation: Invocation

    /// Finds the rows; `nil` when there is no project of the model here, or its data are others by now.
    init?(of model: LoadedModel, _ invocation: Invocation) async throws {
        guard let (project, directory) = try invocation.readProjectIfAny(), project.model == model.model,
            project.data != nil
        else { return nil }
        var dataset = try project.dataset(in: directory)
        if let recipe = model.recipe { dataset.deal(as: recipe) }
        self.dataset = dataset
        self.invocation = invocation
        part = dataset.source(of: .validation) == nil ? .training : .validation
        expected = try Matrix(
            reading: model.files.read(MemberNames.goldenOutputs),
            source: "\(model.title), \(MemberNames.goldenOutputs)"
        )
        guard let found = try await answers(of: model), found.values == expected.values else { return nil }
    }

    /// What another model and the network itself answer; `nil` when the other one does not take such rows.
    func outputs(of other: LoadedModel) async throws -> (Matrix, Matrix)? {
        try await answers(of: other).map { ($0, expected) }
    }

    private func answers(of model: LoadedModel) async throws -> Matrix? {
        let outputs: Matrix
        do {
            guard let source = dataset.source(of: part),
                let found = try dataset.rows(
                    of: part,
                    fields: model.predictor.fields(of: source),
                    classes: model.predictor.classes
                )
            else { return nil }
            outputs = try await model.predictor.outputs(
                for: found.rows.reader(),
                cancellation: invocation.cancellation
            )
        } catch is DatasetError {
            return nil
        } catch is SystemError {
            return nil
        }
        return outputs.rows >= expected.rows ? outputs.prefix(expected.rows) : nil
    }
}
