internal import Inference
internal import ModelPackage
internal import ModelStore
internal import Support

/// Where a model is taken from: a version, or a run that is none yet.
package enum ModelSource: Sendable {
    case version(ModelReference)
    case run(Int)
}

/// A model ready to answer, with what is known about it.
struct LoadedModel {
    let predictor: NetworkPredictor
    let title: String
    /// The version; `nil` for a run.
    let record: VersionRecord?
    let model: String
    /// What to type to mean it: `fashion@v1.2.0`, or `run 3`.
    var reference: String { record.map { "\($0.model)@\($0.version)" } ?? title }
    /// How it was trained, and on what.
    let recipe: RecipeDocument
    let files: ModelFiles

    init(_ source: ModelSource, threads: Int, in invocation: Invocation) throws {
        switch source {
        case .version(let reference):
            let store = try invocation.openStore()
            let record = try invocation.version(reference, in: store)
            guard record.kind == .network else {
                throw StoreError(
                    .refused,
                    "\(record.title) is kept as files of another tool, which mlops cannot run by itself",
                    hints: [
                        "unpack it and run it with its own tool: mlops get \(record.model)@\(record.version) --to DIR"
                    ]
                )
            }
            let package = try store.package(of: record)
            self.record = record
            model = record.model
            title = record.title
            files = ModelFiles(package, source: title)
        case .run(let number):
            let (_, directory) = try invocation.readProject()
            let run = try RunDirectory.open(number, in: directory)
            let record = try run.record()
            guard record.status == .finished else {
                throw StoreError(
                    .refused,
                    "run \(number) is \(record.status.rawValue), not finished",
                    hints: ["finish it: mlops train --resume-run \(number)"]
                )
            }
            self.record = nil
            model = record.model
            title = "run \(number)"
            files = ModelFiles(folder: "\(run.path)/package", source: title)
        }
        recipe = try files.document(RecipeDocument.self, MemberNames.recipe)
        predictor = try NetworkPredictor(files, threads: threads)
    }
}
