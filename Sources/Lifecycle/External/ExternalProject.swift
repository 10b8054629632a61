internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import ProjectFile
internal import Support

/// The project that says which program answers for a model of another framework.
struct ExternalProject {
    private let project: Project
    private let directory: String
    private let command: ExternalCommand
    private let dataset: DatasetDescription?

    /// The project of this directory, which must be that of the version's model and name a `predictor`.
    ///
    /// Throws ``StoreError`` (15) when there is none.
    init(of record: VersionRecord, _ invocation: Invocation) throws {
        do {
            try self.init(of: record.title, model: record.model, invocation)
        } catch let error as StoreError where error.kind == .refused {
            throw StoreError(
                .refused,
                error.message,
                hints: error.hints
                    + [
                        "or unpack it and run it with its own tool: mlops get \(record.model)@\(record.version) --to DIR"
                    ]
            )
        }
    }

    init(of title: String, model: String, _ invocation: Invocation) throws {
        guard let (project, directory) = try invocation.readProjectIfAny(), project.model == model else {
            throw StoreError(
                .refused,
                "\(title) is a model of another framework, which mlops cannot run by itself",
                hints: ["run this in the project of `\(model)`, whose mlops.yaml has a `predictor`"]
            )
        }
        guard let predictor = project.predictor else {
            throw StoreError(
                .refused,
                "\(title) is a model of another framework, and mlops.yaml does not say which program runs it",
                hints: ["add to mlops.yaml: predictor: {command: [python3, predict.py]}"]
            )
        }
        self.project = project
        self.directory = directory
        command = predictor.externalCommand(in: directory, limit: ExternalContract.predictionLimit)
        dataset = project.data == nil ? nil : try project.dataset(in: directory)
    }

    /// Where folders for rows, answers and unpacked models are made.
    var workspace: String { TemporaryFolder.place(inProject: directory) }

    /// How far an answer may be from the one that is expected.
    var tolerance: Float { Float(project.predictor?.tolerance ?? Double(Proof.tolerance)) }

    /// Whether the rows that the model is about are here.
    var hasData: Bool { dataset?.train.files.allSatisfy(FileSystem.exists) ?? false }

    /// The column that is answered, and how tables are written; `nil` for arrays.
    var table: (target: String, format: CSVFormat?)? { dataset?.train.target.map { ($0, dataset?.train.format) } }

    /// The model whose files lie in a folder.
    func predictor(of files: ModelFiles, at path: String, _ invocation: Invocation) throws -> ExternalPredictor {
        let signature = try signature(of: files)
        let recipe = try files.optional(RecipeDocument.self, MemberNames.recipe)
        let output = ProgramOutput(task: "predicting", progress: invocation.progress)
        return try ExternalPredictor(
            command: command,
            job: ExternalJob(
                model: project.model ?? "",
                task: signature.classes == nil ? .regression : .classification,
                target: dataset?.train.target,
                classes: signature.classes,
                columns: signature.inputs.map(\.name),
                seed: recipe?.seed ?? 0,
                // Files that somebody registered were made by nobody here: what the project says now, they are given.
                parameters: recipe?.trainer?.parameters ?? project.trainer?.parameters.map { Parameter($0) }
            ),
            signature: signature,
            decision: try files.optional(Decision.self, MemberNames.decision),
            table: dataset?.externalTable,
            model: path,
            workspace: workspace,
            onLine: { output.show($0) }
        )
    }

    /// The inputs and outputs that the package knows, else those that follow from the project's data.
    private func signature(of files: ModelFiles) throws -> Signature {
        if let known = try files.optional(Signature.self, MemberNames.signature) { return known }
        guard let signature = try signatureOfData() else {
            throw StoreError(
                .refused,
                "\(files.source) does not say what goes in and what comes out, and mlops.yaml has no `data`",
                hints: ["add `task`, and `data` with the table that the model was made from and its `target`"]
            )
        }
        return signature
    }

    /// The inputs and outputs that follow from the project's data; `nil` when it names none.
    func signatureOfData() throws -> Signature? {
        guard let dataset else { return nil }
        let fields = try dataset.rawFields(of: dataset.train)
        return Signature(
            raw: fields,
            target: dataset.train.target,
            classes: try dataset.rawClasses(fields)?.names
        )
    }
}

extension Signature {
    /// The inputs and outputs of a model that takes raw rows.
    init(raw fields: [Field], target: String?, classes: [String]?) {
        self.init(
            inputs: fields.map { field in
                Port(name: field.name, type: field.kind == .text ? "string" : "float32", shape: field.shape)
            },
            outputs: [
                classes.map { Port(name: "probabilities", type: "float32", shape: [$0.count]) }
                    ?? Port(name: target ?? "prediction", type: "float32", shape: [])
            ],
            classes: classes
        )
    }
}
