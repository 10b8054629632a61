/// Looks for the orders of a file's layers in which they are those of a network.
///
/// Layers whose names differ in numbers only keep the order of these; others may stand in any order.
struct ModuleSearch {
    private let layers: [WeightedLayer]
    private let families: [[TensorModule]]
    private let orientation: TensorName.Orientation
    private let channelsFirst: Bool
    /// The layers of the network that were found before none fitted any more, at the most.
    private(set) var furthest = 0

    private var found: [[TensorMatch.Pair]] = []
    private var heads: [Int]
    private var hopeless: Set<[Int]> = []
    private var order: [[TensorMatch.Pair]] = []

    /// A search for as many layers as there are modules, which stand in the order of their names.
    init(
        _ modules: [TensorModule],
        _ layers: [WeightedLayer],
        _ orientation: TensorName.Orientation,
        channelsFirst: Bool
    ) {
        var families: [[TensorModule]] = []
        for module in modules {
            if families.last?.first?.place.family == module.place.family {
                families[families.count - 1].append(module)
            } else {
                families.append([module])
            }
        }
        self.layers = layers
        self.families = families
        self.orientation = orientation
        self.channelsFirst = channelsFirst
        heads = [Int](repeating: 0, count: families.count)
    }

    /// The weights of each order: none, one, or two for several.
    mutating func orders() -> [[TensorMatch.Pair]] {
        search()
        return found
    }

    private mutating func search() {
        furthest = max(furthest, order.count)
        if order.count == layers.count { return found.append(order.flatMap { $0 }) }
        if hopeless.contains(heads) { return }
        let before = found.count
        for index in families.indices where heads[index] < families[index].count {
            let module = families[index][heads[index]]
            let layer = layers[order.count]
            guard let pairs = layer.pairs(from: module, orientation, channelsFirst: channelsFirst) else { continue }
            heads[index] += 1
            order.append(pairs)
            search()
            order.removeLast()
            heads[index] -= 1
            // Two are as good as a thousand; and nobody has so many layers without numbers in their names.
            if found.count > 1 || hopeless.count > 10_000 { return }
        }
        if found.count == before { hopeless.insert(heads) }
    }
}
