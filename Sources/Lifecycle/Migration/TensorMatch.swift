internal import NeuralNetwork
internal import TensorFiles

/// Which tensors of a file are which weights of a network.
struct TensorMatch {
    /// A weight, and the tensors that it is made of.
    struct Pair {
        /// A tensor, and where its numbers go.
        struct Source {
            let entry: TensorEntry
            let arrangement: TensorArrangement
        }

        /// What becomes of several tensors.
        enum Combination {
            /// They are added up.
            case sum
            /// Each is a row.
            case rows
        }

        let sources: [Source]
        let combination: Combination
        let name: String

        init(sources: [Source], combination: Combination = .sum, name: String) {
            self.sources = sources
            self.combination = combination
            self.name = name
        }

        /// The shape of the weight.
        var shape: [Int] {
            let shape = sources[0].arrangement.shape
            return combination == .rows ? [sources.count] + shape : shape
        }

        /// Whether it has a shape of which some sizes may be any.
        func fits(_ expected: [Int?]) -> Bool {
            sources.allSatisfy { $0.arrangement.shape == sources[0].arrangement.shape }
                && shape.count == expected.count && zip(shape, expected).allSatisfy { $1 == nil || $0 == $1 }
        }
    }

    /// What the match rests on.
    enum Basis: String { case name, orderAndShape = "order_and_shape" }

    /// In the order of the network's weights.
    let pairs: [Pair]
    let basis: Basis
    /// The numbers that a row of the network's input has, where its first layer is `dense`.
    let inputs: Int
    /// Whether the names are those that PyTorch gives.
    let isFromPyTorch: Bool
}

extension TensorMatch {
    /// Finds the tensors of a network, by their names or else by order and shape.
    ///
    /// With `knowsInputs` false the width of the network's input is what the file says. Throws ``TensorMismatch`` when they
    /// do not fit, or fit in several ways.
    init(_ entries: [TensorEntry], to network: NetworkDescription, knowsInputs: Bool, file: String) throws {
        let entries = entries.filter { !TensorName.isCounter($0.name) }
        let parameters = try Sequential.parameterShapes(of: network)
        var shapes = parameters.map { $0.shape.map(Optional.some) }
        // The first kernel is the one whose rows are the inputs.
        if !knowsInputs, !shapes.isEmpty { shapes[0][0] = nil }
        let expected = zip(parameters, shapes).map { (name: $0.0.name, shape: $0.1) }
        func mismatch(_ reason: TensorMismatch.Reason) -> TensorMismatch {
            TensorMismatch(reason, file: file, expected: expected, found: entries)
        }
        if Set(entries.map(\.name)) == Set(parameters.map(\.name)) {
            let byName = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
            pairs = try expected.map { name, shape in
                let pair = byName[name].map { entry in
                    Pair(sources: [Pair.Source(entry: entry, arrangement: .none(entry.shape))], name: name)
                }
                guard let pair, pair.fits(shape) else { throw mismatch(.shapes(from: nil)) }
                return pair
            }
            basis = .name
            inputs = pairs.first?.shape.first ?? 0
            isFromPyTorch = false
            return
        }
        let layers = try WeightedLayer.layers(of: network, weights: expected)
        guard let modules = TensorModule.modules(entries) else { throw mismatch(.names) }
        guard modules.count == layers.count else {
            throw mismatch(.count(expected: layers.count, found: modules.count))
        }
        let orientations = Set(modules.map(\.orientation))
        let named = orientations.count == 1 ? orientations.first ?? nil : nil
        // PyTorch's word for a kernel means [units, inputs]; where that does not fit, the shapes decide.
        let candidates: [TensorName.Orientation] =
            named == .inputsFirst ? [.inputsFirst, .unitsFirst] : [.unitsFirst, .inputsFirst]
        var found: [[Pair]] = []
        var furthest = 0
        for orientation in candidates {
            var search = ModuleSearch(
                modules,
                layers,
                orientation,
                // Whoever says `kernel` has the channels last, however his kernels lie.
                channelsFirst: orientation == .unitsFirst && named != .inputsFirst
            )
            let orders = search.orders()
            if orders.count > 1 { throw mismatch(.ambiguousOrder) }
            found += orders
            furthest = max(furthest, search.furthest)
            if !orders.isEmpty, named != nil { break }
        }
        guard let first = found.first else {
            throw mismatch(.shapes(from: layers.indices.contains(furthest) ? layers[furthest].name : nil))
        }
        guard found.count == 1 else { throw mismatch(.ambiguousOrientation) }
        pairs = first
        basis = .orderAndShape
        inputs = pairs.first?.shape.first ?? 0
        isFromPyTorch = named == .unitsFirst
    }
}
