internal import TensorFiles

/// A layer with weights, as a file has it: tensors whose names differ in the last word.
struct TensorModule {
    /// What a tensor is in its layer.
    struct Part: Hashable {
        let role: TensorName.Role
        var isBackward = false
    }

    let tensors: [Part: TensorEntry]
    /// How its kernel lies; `nil` when no name says it.
    let orientation: TensorName.Orientation?
    let place: LayerPlace

    /// The layers of a file, in the order of their names; `nil` when two tensors are the same thing in the same layer.
    static func modules(_ entries: [TensorEntry]) -> [TensorModule]? {
        var layers: [String: [Part: TensorEntry]] = [:]
        var orientations: [String: TensorName.Orientation] = [:]
        var names = entries.map { TensorName($0.name) }
        // Names of PyTorch have no such cells.
        if !names.contains(where: { $0.orientation == .unitsFirst }) { names = names.map { $0.outsideOfCell() } }
        for (entry, name) in zip(entries, names) {
            let part = Part(role: name.role ?? (entry.shape.count > 1 ? .kernel : .bias), isBackward: name.isBackward)
            guard layers[name.layer, default: [:]].updateValue(entry, forKey: part) == nil else { return nil }
            orientations[name.layer] = name.orientation ?? orientations[name.layer]
        }
        return layers.map { layer, tensors in
            TensorModule(tensors: tensors, orientation: orientations[layer], place: LayerPlace(layer))
        }.sorted { $0.place < $1.place }
    }
}
