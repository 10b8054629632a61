internal import Datasets
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
    let predictor: any Predictor
    /// The column that it answers, and how the tables are written that it learned from; `nil` for what was no table.
    let table: (target: String?, format: CSVFormat?)?
    let title: String
    /// The version; `nil` for a run.
    let record: VersionRecord?
    let model: String
    /// What to type to mean it: `fashion@v1.2.0`, or `run 3`.
    var reference: String { record.map { "\($0.model)@\($0.version)" } ?? title }
    /// How it was trained, and on what; `nil` for files that somebody registered, and for imported weights.
    let recipe: RecipeDocument?
    let files: ModelFiles
    /// Where its files are for a program; `nil` for a network.
    private let folder: String?
    /// The same, when it is removed with the model.
    private let unpacked: TemporaryFolder?
    /// How far an answer to a golden row may be off.
    private let tolerance: Float

    init(_ source: ModelSource, threads: Int, in invocation: Invocation) async throws {
        switch source {
        case .version(let reference):
            let store = try await invocation.openStore()
            let record = try await invocation.package(reference, in: store)
            try self.init(record, in: store, threads: threads, invocation)
        case .run(let number):
            try self.init(run: number, threads: threads, invocation)
        }
    }

    /// Puts the golden rows of the package to the model; `nil` when it has none.
    func goldenRows(cancellation: Cancellation) async throws -> GoldenRowsReport? {
        if let network = predictor as? NetworkPredictor { return try Proof().goldenRows(files, by: network) }
        guard let external = predictor as? ExternalPredictor, let folder else { return nil }
        return try await ExternalGoldenRows.report(
            of: files,
            by: external,
            tolerance: tolerance,
            folder: folder,
            cancellation: cancellation
        )
    }

    private init(_ record: VersionRecord, in store: Store, threads: Int, _ invocation: Invocation) throws {
        self.record = record
        model = record.model
        title = record.title
        let package = try store.package(of: record)
        if record.kind == .network {
            files = ModelFiles(package, source: title)
            (unpacked, folder, tolerance) = (nil, nil, Proof.tolerance)
            // A network whose weights were imported has none.
            recipe = try files.optional(RecipeDocument.self, MemberNames.recipe)
            let network = try NetworkPredictor(files, threads: threads)
            predictor = network
            table = network.pipeline.table
        } else {
            // Only a project says which program answers for files of another tool.
            let project = try ExternalProject(of: record, invocation)
            let temporary = try TemporaryFolder(in: project.workspace)
            let path = "\(temporary.path)/model"
            try package.extract(to: path, cancellation: invocation.cancellation)
            (unpacked, folder, tolerance) = (temporary, path, project.tolerance)
            files = ModelFiles(folder: path, source: title)
            recipe = try files.optional(RecipeDocument.self, MemberNames.recipe)
            predictor = try project.predictor(of: files, at: path, invocation)
            table = project.table.map { ($0.target, $0.format) }
        }
    }

    private init(run number: Int, threads: Int, _ invocation: Invocation) throws {
        let (_, directory) = try invocation.readProject()
        let run = try RunDirectory.open(number, in: directory)
        let record = try run.finishedRecord()
        self.record = nil
        model = record.model
        title = "run \(number)"
        unpacked = nil
        let path = "\(run.path)/package"
        folder = record.trainer == nil ? nil : path
        files = ModelFiles(folder: path, source: title)
        recipe = try files.document(RecipeDocument.self, MemberNames.recipe)
        if record.trainer == nil {
            let network = try NetworkPredictor(files, threads: threads)
            predictor = network
            table = network.pipeline.table
            tolerance = Proof.tolerance
        } else {
            let project = try ExternalProject(of: title, model: model, invocation)
            predictor = try project.predictor(of: files, at: path, invocation)
            table = project.table.map { ($0.target, $0.format) }
            tolerance = project.tolerance
        }
    }
}
