internal import Inference
internal import ModelPackage
internal import ModelStore
internal import NeuralNetwork
internal import ProjectFile
internal import Support

/// Weights of a version that another training begins with.
struct Transfer {
    /// As it stands in the recipe of what is trained.
    struct Source: Codable, Equatable {
        /// The package that the weights are from.
        let parent: Digest
        /// The layers that begin with its weights.
        let layers: [String]
    }

    private let parent: VersionRecord
    private let model: Sequential

    /// Reads the weights of a version.
    ///
    /// Throws ``StoreError``: no such version (14), no network (15).
    init(_ parent: VersionRecord, in store: Store) throws {
        guard parent.kind == .network else {
            throw StoreError(
                .refused,
                "\(parent.title) is a model of another framework: its weights are not those of a network here",
                hints: ["import them as a network first: mlops migrate import"]
            )
        }
        let files = ModelFiles(try store.package(of: parent), source: parent.title)
        self.parent = parent
        model = try files.model(of: files.document(NetworkDescription.self, MemberNames.network))
    }

    /// A fresh network with the parent's weights in the layers that it has under the same name and in the same shape.
    ///
    /// Throws ``StoreError`` (64) when there is none, or a frozen layer is not among them.
    func start(of network: NetworkDescription, seed: UInt64, frozen: [String]) throws -> (Sequential, Source) {
        let fresh = try Sequential(network, seed: seed)
        let known = Dictionary(model.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        func layer(_ parameter: NamedTensor) -> String { String(parameter.name.prefix { $0 != "/" }) }
        let layers = network.layers.map(\.name).filter { name in
            let own = fresh.parameters.filter { layer($0) == name }
            return !own.isEmpty && own.allSatisfy { known[$0.name]?.shape == $0.shape }
        }
        func refusal(_ message: String) -> StoreError {
            let names = model.parameters.map { "\($0.name) \($0.shape)" }
            return StoreError(.usage, message, hints: ["it has \(names.joined(separator: ", "))"])
        }
        guard !layers.isEmpty else {
            throw refusal("no layer of the network has a name and a shape of \(parent.title)")
        }
        for name in frozen where !layers.contains(name) && fresh.parameters.contains(where: { layer($0) == name }) {
            throw refusal("the layer `\(name)` would be frozen with random weights: \(parent.title) has none for it")
        }
        let parameters = fresh.parameters.map { layers.contains(layer($0)) ? known[$0.name] ?? $0 : $0 }
        return (try Sequential(network, parameters: parameters), Source(parent: parent.digest, layers: layers))
    }
}

extension Transfer {
    /// The version that a project file names; `nil` for a training from random weights.
    static func named(by project: Project, in invocation: Invocation) async throws -> Transfer? {
        guard let section = project.training?.transfer else { return nil }
        let store = try await invocation.openStore()
        do {
            return try Transfer(await invocation.package(ModelReference(section.from), in: store), in: store)
        } catch let error as StoreError where error.kind == .notFound {
            throw StoreError(.notFound, "`training.transfer.from`: \(error.message)", hints: error.hints)
        }
    }

    /// The version that a recipe was begun with; `nil` for one from random weights.
    static func recorded(in recipe: RecipeDocument, of title: String, store: Store) throws -> Transfer? {
        guard let digest = recipe.transfer?.parent else { return nil }
        for model in try store.models() {
            if let parent = try store.version(with: digest, of: model) { return try Transfer(parent, in: store) }
        }
        throw StoreError(
            .notFound,
            "the version that \(title) began with is not in the store: \(digest.hexadecimal)"
        )
    }
}
