internal import Datasets
internal import Evaluation
internal import ModelPackage
internal import ModelStore
internal import ProjectFile
internal import Support

/// What the project asks of an evaluation of a version today, compared with what was asked when a check was recorded.
final class CheckFreshness {
    private let gates: [Gate]
    /// The data of the project, dealt out as for the version; `nil` where no project can tell.
    private let dataset: DatasetDescription?
    private var digests: [Evaluate.Part: Digest?] = [:]
    /// The digest of the cases in the project's `tests` folder; `nil` where no project can tell.
    private let cases: Digest?

    /// Looks at the project of this directory, if it is that of the model.
    init(of record: VersionRecord, in store: Store, _ invocation: Invocation) throws {
        let isTrained = try store.package(of: record).manifest.member(MemberNames.recipe) != nil
        let isImported = record.lineage.imported != nil
        guard isTrained || isImported, let (project, directory) = try invocation.readProjectIfAny(),
            project.model == record.model, project.data != nil,
            project.training != nil || project.trainer != nil || isImported
        else {
            (gates, dataset, cases) = ([], nil, nil)
            return
        }
        cases = try BehaviourFiles([], invocation).digest
        var dataset = try project.dataset(in: directory)
        gates = try project.gates(for: dataset.task)
        if isTrained { dataset.deal(as: try RecipeDocument(of: record, in: store)) }
        self.dataset = dataset
    }

    /// Why a check no longer answers what the project asks; `nil` when it does, and where no project can tell.
    func staleness(of check: CheckRecord) throws -> String? {
        guard dataset != nil else { return nil }
        if check.check == TestModel.checkName {
            return check.recipe == cases ? nil : "the cases in tests/ are others since"
        }
        if check.check == Validate.checkName {
            let asked = try EvaluationRecipe(gates: gates, part: .validation).digestOrEmpty()
            guard check.recipe == asked else { return "the gates of mlops.yaml are others since" }
            let part = check.rows.flatMap(Evaluate.Part.init(rawValue:)) ?? .validation
            guard let data = try digest(of: part), check.data != data else { return nil }
            return "the \(part.rawValue) data are others since"
        }
        guard check.check == Evaluate.checkName else { return nil }
        let part = check.rows.flatMap(Evaluate.Part.init(rawValue:))
        guard try check.recipe == EvaluationRecipe(gates: gates, part: part).digest() else {
            return "the gates of mlops.yaml are others since"
        }
        guard let part, let data = try digest(of: part), check.data != data else { return nil }
        return "the \(part.rawValue) data are others since"
    }

    /// The digest of the data of a part; `nil` when they are not here, and so cannot have been changed here.
    private func digest(of part: Evaluate.Part) throws -> Digest? {
        if let known = digests[part] { return known }
        let source = dataset?.source(of: part.datasetPart)
        let isHere = source?.files.allSatisfy(FileSystem.exists) ?? false
        let found = isHere ? try source?.digest() : nil
        digests[part] = .some(found)
        return found
    }
}
