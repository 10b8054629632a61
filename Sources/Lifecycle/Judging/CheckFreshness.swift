internal import Datasets
internal import ModelStore
internal import ProjectFile
internal import Support

/// What the project asks of an evaluation today, compared with what was asked when a check was recorded.
final class CheckFreshness {
    private let project: Project?
    private let dataset: DatasetDescription?
    private var asked: [Evaluate.Part: (recipe: Digest?, data: Digest?)] = [:]

    /// Looks at the project of this directory, if it is that of the model.
    init(of model: String, in invocation: Invocation) throws {
        let found = try invocation.readProjectIfAny()
        guard let (project, directory) = found, project.model == model, project.training != nil else {
            (project, dataset) = (nil, nil)
            return
        }
        self.project = project
        dataset = try project.dataset(in: directory)
    }

    /// Why a check no longer answers what the project asks; `nil` when it does, and where no project can tell.
    func staleness(of check: CheckRecord) throws -> String? {
        guard check.check == Evaluate.checkName, let part = check.rows.flatMap(Evaluate.Part.init(rawValue:)),
            let (recipe, data) = try today(part)
        else { return nil }
        if check.recipe != recipe { return "the gates or the split of mlops.yaml are others since" }
        if let data, check.data != data { return "the \(part.rawValue) data are others since" }
        return nil
    }

    private func today(_ part: Evaluate.Part) throws -> (recipe: Digest?, data: Digest?)? {
        guard let project, let dataset else { return nil }
        if let known = asked[part] { return known }
        let source = dataset.source(of: part.datasetPart)
        // Data that are not here cannot have been changed here.
        let isHere = source?.files.allSatisfy(FileSystem.exists) ?? false
        let recipe = EvaluationRecipe(gates: try project.gates(for: dataset.task), part: part, of: dataset)
        let found = (recipe: try recipe.digest(), data: isHere ? try source?.digest() : nil)
        asked[part] = found
        return found
    }
}
