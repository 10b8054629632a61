internal import Kernels

/// Where the parameters of a network lie in one buffer, packed as the kernels want them, and how they get there.
///
/// A Dense kernel lies in bands of up to `panelsPerBand` panels of 16 units, each band `[inputs][panels * 16]`; a bias is
/// padded to whole vectors. The padding is zero and stays zero. Optimizer slots and gradients use the same layout.
struct ParameterLayout {
    struct Entry {
        let name: String
        let shape: [Int]
        let offset: Int
    }

    private(set) var entries: [Entry] = []
    /// Floats in the buffer.
    private(set) var count = 0

    private let panelsPerBand: Int

    /// The layout of a network whose shapes have been checked, for the kernels that want bands of that size.
    init(_ description: NetworkDescription, shapes: [[Int]], panelsPerBand: Int = 1) {
        self.panelsPerBand = panelsPerBand
        var inputs = description.inputShape
        for (layer, shape) in zip(description.layers, shapes) {
            if case .dense(let dense) = layer.layer {
                let panels = (dense.units + 15) / 16
                append("\(layer.name)/kernel", [inputs[0], dense.units], floats: panels * inputs[0] * 16)
                if dense.useBias {
                    append("\(layer.name)/bias", [dense.units], floats: panels * 16)
                }
            }
            inputs = shape
        }
    }

    private mutating func append(_ name: String, _ shape: [Int], floats: Int) {
        entries.append(Entry(name: name, shape: shape, offset: count))
        count += floats
    }

    /// The offset of a tensor; nil when the network has none of that name.
    func offset(of name: String) -> Int? { entries.first { $0.name == name }?.offset }

    /// Checks that the tensors are those of the network, each of its shape.
    func check(_ tensors: [NamedTensor]) throws(ParameterError) {
        for (index, entry) in entries.enumerated() {
            guard index < tensors.count else {
                throw ParameterError(name: entry.name, expected: "shape \(entry.shape)", received: "nothing")
            }
            let tensor = tensors[index]
            guard tensor.name == entry.name, tensor.shape == entry.shape else {
                throw ParameterError(
                    name: entry.name,
                    expected: "shape \(entry.shape)",
                    received: "`\(tensor.name)` of shape \(tensor.shape)"
                )
            }
        }
        guard tensors.count == entries.count else {
            throw ParameterError(
                name: tensors[entries.count].name,
                expected: "\(entries.count) tensors",
                received: "\(tensors.count)"
            )
        }
    }

    /// Writes tensors, which have been checked, into a buffer.
    func pack(_ tensors: [NamedTensor], into buffer: AlignedBuffer) {
        for (entry, tensor) in zip(entries, tensors) {
            tensor.values.withUnsafeBufferPointer { source in
                forEachPlace(of: entry) { place, index in buffer.start[place] = source[index] }
            }
        }
    }

    /// Reads the tensors back, to the bit.
    func unpack(_ buffer: AlignedBuffer) -> [NamedTensor] {
        entries.map { entry in
            let count = entry.shape.reduce(1, *)
            let values = [Float](unsafeUninitializedCapacity: count) { target, initialized in
                forEachPlace(of: entry) { place, index in
                    target.initializeElement(at: index, to: buffer.start[place])
                }
                initialized = count
            }
            return NamedTensor(name: entry.name, shape: entry.shape, values: values)
        }
    }

    /// Calls the function with each element's place in the buffer and its index in Keras's layout.
    @inline(__always)
    private func forEachPlace(of entry: Entry, _ body: (_ place: Int, _ index: Int) -> Void) {
        let units = entry.shape[entry.shape.count - 1]
        let inputs = entry.shape.count == 2 ? entry.shape[0] : 1
        let panels = (units + 15) / 16
        let bands = (panels + panelsPerBand - 1) / panelsPerBand
        for band in 0..<bands {
            let first = panels * band / bands
            let end = panels * (band + 1) / bands
            for input in 0..<inputs {
                let start = entry.offset + (first * inputs + input * (end - first)) * 16
                for unit in (first * 16)..<min(units, end * 16) {
                    body(start + unit - first * 16, input * units + unit)
                }
            }
        }
    }
}
