internal import Datasets
package import Evaluation
internal import Inference
internal import ModelPackage
package import ModelStore
internal import NeuralNetwork
internal import ProjectFile
package import Support
internal import TensorFiles

/// Makes a version out of weights that were trained elsewhere, and the network that they are for.
package struct ImportWeights: Sendable {
    /// A safetensors file.
    package var path: String
    /// The project file that describes the network; `nil` for a file that describes it itself.
    package var network: String?
    /// The model; `nil` for the one that the project file names.
    package var model: String?
    /// The version that it is to replace.
    package var parent: VersionNumber?
    /// Whether it becomes a version although a gate is not met.
    package var registersAnyway = false
    package var dryRun = false

    package init(path: String) { self.path = path }

    /// What became of one tensor.
    package struct TensorLine: Encodable, Sendable {
        /// Its name in the file.
        package let from: String
        /// The parameter of the network.
        package let to: String
        /// Its type in the file, such as `F16`.
        package let type: String
        /// Its shape in the file.
        package let shape: [Int]
        package let isTransposed: Bool
        /// What else was done to it, such as `gates reordered`; `nil` for nothing.
        package let change: String?
        /// How many of its numbers are no 32-bit floats, and were rounded.
        package let rounded: Int
    }

    /// What was imported, and what became of it.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let file: String
        package let fileDigest: Digest
        /// `name`, or `order_and_shape`.
        package let matchedBy: String
        package let tensors: [TensorLine]
        package let parameters: Int
        /// The rows that it was judged on: `validation` or `training`; `nil` where there are none.
        package let measuredOn: String?
        /// The metric that the gates and lists look at first.
        package let main: String?
        package let metrics: [String: Double]?
        package let interval: Interval?
        package let gates: [GateLine]
        package let decision: DecisionLine?
        package let passed: Bool
        package let goldenRows: Int
        package let registration: RegistrationReport?
        package let dryRun: Bool
    }

    /// Throws ``StoreError`` (15) for weights that cannot be the network's, and for the name of an environment; a damaged
    /// file is a `TensorFileError` (12).
    package func run(in invocation: Invocation) async throws -> Report {
        let file = invocation.resolve(path)
        let reader = try SafetensorsReader(path: file)
        let metadata = try WeightsMetadata(reader.layout.metadata, source: path)
        let project = try readProject(invocation)
        guard let name = model ?? project?.project.model else {
            throw StoreError(.usage, "no model is named", hints: ["name it: --model NAME"])
        }
        try Names.validate(name, as: "a model")
        // Before the data are read, which may take a while.
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        try store.refuseTakenName(ofModel: name)
        if let parent { _ = try store.version(parent, of: name) }
        let plan: ImportPlan
        if let (project, directory) = project {
            plan = try ImportPlan(project, in: directory, weights: reader.layout, file: path)
            if plan.data == nil, !project.gates.isEmpty {
                invocation.progress.warn("the gates of \(project.file) were not asked: it has no `data`")
            }
        } else if let metadata {
            plan = try ImportPlan(metadata, weights: reader.layout, file: path)
        } else {
            throw StoreError(
                .usage,
                "`\(path)` holds weights, and does not say what network they are for",
                hints: ["name a project file that does: --network mlops.yaml"]
            )
        }
        var tensors: [ImportedTensor] = []
        for pair in plan.match.pairs {
            try invocation.cancellation.check()
            tensors.append(try ImportedTensor(pair, from: reader, file: path))
        }
        let network = try Sequential(plan.network, parameters: tensors.map(\.parameter))
        let digest = try Digest(ofFile: File(reading: file))
        let judged = try JudgedImport(plan, network)
        let members = try ImportedPackage(plan, network, judged).members()
        let lines = zip(plan.match.pairs, tensors).flatMap { TensorLine.lines($0, $1) }
        if let remark = plan.epsilonRemark { invocation.progress.warn(remark) }
        let passed = judged.gates.areMet
        var registration: RegistrationReport?
        if !dryRun, passed || registersAnyway {
            registration = try await register(name, members, digest, judged, lines, store, invocation)
        }
        return Report(
            model: name,
            file: path,
            fileDigest: digest,
            matchedBy: plan.match.basis.rawValue,
            tensors: lines,
            parameters: network.parameterCount,
            measuredOn: judged.measuredOn,
            main: judged.main,
            metrics: judged.evaluation?.metrics,
            interval: judged.main.flatMap { judged.evaluation?.intervals[$0] },
            gates: judged.gates,
            decision: judged.decision.map { DecisionLine($0) },
            passed: passed,
            goldenRows: try members.goldenRows(),
            registration: registration,
            dryRun: dryRun
        )
    }

    private func readProject(_ invocation: Invocation) throws -> (project: Project, directory: String)? {
        guard let network else { return nil }
        let path = invocation.resolve(network)
        return (try Project.read(path, shownAs: network), Path.parent(path))
    }

    private func register(
        _ model: String,
        _ members: ImportedPackage.Members,
        _ file: Digest,
        _ judged: JudgedImport,
        _ lines: [TensorLine],
        _ store: Store,
        _ invocation: Invocation
    ) async throws -> RegistrationReport {
        let stopwatch = Stopwatch()
        var request = RegistrationRequest(
            model: model,
            members: members.sources,
            kind: .network,
            card: ModelCard.imported(model, file, lines, judged),
            produced: Provenance(time: invocation.clock.now(), actor: invocation.actor.name, tool: Tool.title),
            actor: invocation.actor
        )
        request.parent = parent
        request.signature = members.signature
        request.imported = file
        request.metrics = judged.evaluation.map {
            Metrics(main: judged.main, values: $0.metrics, data: judged.measuredOn, run: nil)
        }
        let registration = try await store.register(request, cancellation: invocation.cancellation)
        return RegistrationReport(
            registration,
            seconds: stopwatch.seconds,
            members: members.sources.count,
            nextEnvironment: invocation.firstEnvironment(in: store)
        )
    }
}

extension ImportWeights.TensorLine {
    /// A line for each tensor that a weight was made of.
    fileprivate static func lines(_ pair: TensorMatch.Pair, _ tensor: ImportedTensor) -> [Self] {
        zip(pair.sources, tensor.rounded).map { source, rounded in
            let arrangement = source.arrangement
            var changes: [String] = []
            if arrangement.order != nil { changes.append("gates reordered") }
            if arrangement.view.count != source.entry.shape.count, arrangement.order == nil {
                changes.append("channels last")
            }
            if pair.sources.count > 1 { changes.append(pair.combination == .sum ? "added up" : "one of two rows") }
            return Self(
                from: source.entry.name,
                to: pair.name,
                type: source.entry.elementType.safetensorsName,
                shape: source.entry.shape,
                isTransposed: arrangement.axes != Array(arrangement.axes.indices),
                change: changes.isEmpty ? nil : changes.joined(separator: ", "),
                rounded: rounded
            )
        }
    }
}
