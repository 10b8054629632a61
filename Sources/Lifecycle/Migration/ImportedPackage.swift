internal import Datasets
internal import Inference
internal import ModelPackage
internal import Monitoring
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// Makes the members of a package out of an imported network, and proves that they can be loaded.
struct ImportedPackage {
    /// The members, by their names.
    struct Members {
        let content: [String: [UInt8]]

        var sources: [MemberSource] { content.map { MemberSource(path: $0.key, content: .bytes($0.value)) } }

        /// The digest of the inputs and outputs.
        var signature: Digest? { content[MemberNames.signature].map { Digest(of: $0) } }

        func goldenRows() throws -> Int {
            try Matrix(reading: content[MemberNames.goldenOutputs] ?? [], source: MemberNames.goldenOutputs).rows
        }
    }

    private let plan: ImportPlan
    private let network: Sequential
    private let judged: JudgedImport

    init(_ plan: ImportPlan, _ network: Sequential, _ judged: JudgedImport) {
        self.plan = plan
        self.network = network
        self.judged = judged
    }

    /// Throws a ``Failure`` when the parts do not fit together, as they need not when a file describes its own network.
    func members() throws -> Members {
        var members: [String: [UInt8]] = [
            MemberNames.weights: try Safetensors.encode(network.parameters.map(\.named), metadata: [:]),
            MemberNames.network: try JSON.encode(network.description),
            MemberNames.features: try JSON.encode(plan.features),
            MemberNames.signature: try JSON.encode(plan.signature),
        ]
        if let decision = judged.decision { members[MemberNames.decision] = try JSON.encode(decision) }
        if let profile = plan.profile { members[MemberNames.profile] = try JSON.encode(profile) }
        let inputs = network.description.inputShape.reduce(1, *)
        let rows = plan.data.map { GoldenRows.first(of: $0.validation ?? $0.training) } ?? .made(columns: inputs)
        for (name, bytes) in try rows.members(for: network, scores: plan.classes?.isOneClass ?? false) {
            members[name] = bytes
        }
        let files = ModelFiles(members, source: "the imported network")
        _ = try Proof().goldenRows(files, by: NetworkPredictor(files))
        return Members(content: members)
    }
}
