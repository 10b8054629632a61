internal import NeuralNetwork
internal import TensorFiles

/// Which tensor of a file is which parameter of a network.
struct TensorMatch {
    /// A tensor and the parameter that it becomes.
    struct Pair {
        let source: TensorEntry
        let name: String
        let shape: [Int]
        let isTransposed: Bool
    }

    /// What the match rests on.
    enum Basis: String { case name, orderAndShape = "order_and_shape" }

    /// In the order of the network's parameters.
    let pairs: [Pair]
    let basis: Basis
    /// The numbers that a row of the network's input has.
    let inputs: Int
}

extension TensorMatch {
    /// A layer with weights, as the network has it.
    fileprivate struct Layer {
        let name: String
        /// `nil` when only the file can tell.
        let inputs: Int?
        let units: Int
        let hasBias: Bool
    }

    /// A layer with weights, as the file has it.
    fileprivate struct Group {
        let kernel: TensorEntry
        let bias: TensorEntry?
        let orientation: TensorName.Orientation?
        let place: LayerPlace
    }

    /// Finds the tensors of a network, by their names or else by order and shape.
    ///
    /// With `knowsInputs` false the width of the network's input is what the file says. Throws ``TensorMismatch`` when they
    /// do not fit, or fit in several ways.
    init(_ entries: [TensorEntry], to network: NetworkDescription, knowsInputs: Bool, file: String) throws {
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
                guard let entry = byName[name], entry.shape.count == shape.count,
                    zip(entry.shape, shape).allSatisfy({ $1 == nil || $0 == $1 })
                else { throw mismatch(.shapes) }
                return Pair(source: entry, name: name, shape: entry.shape, isTransposed: false)
            }
            basis = .name
            inputs = pairs.first?.shape.first ?? 0
            return
        }
        guard entries.count == parameters.count else { throw mismatch(.count) }
        guard let groups = Self.groups(entries) else { throw mismatch(.layers) }
        let layers = Self.layers(expected)
        let orientations = Set(groups.map(\.orientation))
        let named = orientations.count == 1 ? orientations.first ?? nil : nil
        // PyTorch's word for a kernel means [units, inputs]; where that does not fit, the shapes decide.
        let candidates: [TensorName.Orientation] =
            named == .inputsFirst ? [.inputsFirst, .unitsFirst] : [.unitsFirst, .inputsFirst]
        var found: [(orders: [[Group]], orientation: TensorName.Orientation)] = []
        for orientation in candidates {
            let orders = Self.orders(of: groups, as: layers, orientation)
            if orders.count > 1 { throw mismatch(.ambiguousOrder) }
            if !orders.isEmpty { found.append((orders, orientation)) }
            if !orders.isEmpty, named != nil { break }
        }
        guard let (orders, orientation) = found.first else { throw mismatch(.shapes) }
        guard found.count == 1 else { throw mismatch(.ambiguousOrientation) }
        pairs = zip(orders[0], layers).flatMap { group, layer in
            let isTransposed = orientation == .unitsFirst
            let shape = isTransposed ? group.kernel.shape.reversed() : group.kernel.shape
            var pairs = [
                Pair(source: group.kernel, name: "\(layer.name)/kernel", shape: shape, isTransposed: isTransposed)
            ]
            if let bias = group.bias {
                pairs.append(
                    Pair(source: bias, name: "\(layer.name)/bias", shape: bias.shape, isTransposed: false)
                )
            }
            return pairs
        }
        basis = .orderAndShape
        inputs = pairs.first?.shape.first ?? 0
    }

    private static func layers(_ expected: [(name: String, shape: [Int?])]) -> [Layer] {
        let biases = Set(expected.map(\.name).filter { $0.hasSuffix("/bias") })
        return expected.compactMap { name, shape in
            guard name.hasSuffix("/kernel"), shape.count == 2, let units = shape[1] else { return nil }
            let layer = String(name.dropLast("/kernel".count))
            return Layer(name: layer, inputs: shape[0], units: units, hasBias: biases.contains("\(layer)/bias"))
        }
    }

    /// The layers of a file, in the order of their names; `nil` when the tensors are no kernels and biases of layers.
    private static func groups(_ entries: [TensorEntry]) -> [Group]? {
        var kernels: [String: TensorEntry] = [:]
        var biases: [String: TensorEntry] = [:]
        var orientations: [String: TensorName.Orientation] = [:]
        for entry in entries {
            let name = TensorName(entry.name)
            let role = name.role ?? (entry.shape.count == 2 ? .kernel : .bias)
            guard entry.shape.count == (role == .kernel ? 2 : 1) else { return nil }
            let previous = role == .kernel ? kernels[name.layer] : biases[name.layer]
            guard previous == nil else { return nil }
            if role == .kernel { kernels[name.layer] = entry } else { biases[name.layer] = entry }
            orientations[name.layer] = name.orientation ?? orientations[name.layer]
        }
        guard biases.keys.allSatisfy({ kernels[$0] != nil }) else { return nil }
        return kernels.map { layer, kernel in
            Group(
                kernel: kernel,
                bias: biases[layer],
                orientation: orientations[layer],
                place: LayerPlace(layer)
            )
        }.sorted { $0.place < $1.place }
    }

    /// The orders of the file's layers in which they are those of the network: none, one, or two for several.
    ///
    /// Layers whose names differ in numbers only keep the order of these.
    private static func orders(
        of groups: [Group],
        as layers: [Layer],
        _ orientation: TensorName.Orientation
    ) -> [[Group]] {
        guard groups.count == layers.count else { return [] }
        var families: [[Group]] = []
        for group in groups {
            if families.last?.first?.place.family == group.place.family {
                families[families.count - 1].append(group)
            } else {
                families.append([group])
            }
        }
        var orders: [[Group]] = []
        var heads = [Int](repeating: 0, count: families.count)
        var hopeless: Set<[Int]> = []
        var order: [Group] = []
        func search() {
            if order.count == layers.count { return orders.append(order) }
            if hopeless.contains(heads) { return }
            let before = orders.count
            for index in families.indices where heads[index] < families[index].count {
                let group = families[index][heads[index]]
                guard group.fits(layers[order.count], orientation) else { continue }
                heads[index] += 1
                order.append(group)
                search()
                order.removeLast()
                heads[index] -= 1
                // Two are as good as a thousand; and nobody has so many layers without numbers in their names.
                if orders.count > 1 || hopeless.count > 10_000 { return }
            }
            if orders.count == before { hopeless.insert(heads) }
        }
        search()
        return orders
    }
}

extension TensorMatch.Group {
    fileprivate func fits(_ layer: TensorMatch.Layer, _ orientation: TensorName.Orientation) -> Bool {
        let (inputs, units) =
            orientation == .unitsFirst ? (kernel.shape[1], kernel.shape[0]) : (kernel.shape[0], kernel.shape[1])
        return (layer.inputs == nil || layer.inputs == inputs) && layer.units == units
            && (bias == nil) == !layer.hasBias && (bias == nil || bias?.shape == [units])
    }
}
