internal import Kernels

/// Where the parameters of a network lie in one buffer, packed as the kernels want them, and how they get there.
///
/// A matrix `[inputs, units]` lies in bands of up to `panelsPerBand` panels of 16 units, each band `[inputs][panels * 16]`;
/// a vector is padded to whole panels, and so is each row of a table. With gates, a panel is 16 units of each gate, side by
/// side. The padding is zero and stays zero. Optimizer slots and gradients use the same layout.
struct ParameterLayout {
    struct Entry {
        let name: String
        let weight: WeightDescription
        let offset: Int

        var shape: [Int] { weight.shape }
        /// Floats in the buffer.
        var floats: Int { weight.packedRows * weight.packedWidth }
    }

    /// Some of an entry's floats.
    struct Piece {
        static let length = 4096

        /// The number of the entry.
        let entry: Int
        let floats: Range<Int>
    }

    private(set) var entries: [Entry] = []
    /// Floats in the buffer.
    private(set) var count = 0

    private let panelsPerBand: Int

    /// The layout of a network whose shapes have been checked, for the kernels that want bands of that size.
    init(_ description: NetworkDescription, shapes: [[Int]], panelsPerBand: Int = 1) {
        self.panelsPerBand = panelsPerBand
        var input = description.inputShape
        for (layer, shape) in zip(description.layers, shapes) {
            for weight in layer.layer.definition.weights(of: input) {
                let entry = Entry(name: "\(layer.name)/\(weight.name)", weight: weight, offset: count)
                entries.append(entry)
                count += entry.floats
            }
            input = shape
        }
    }

    /// The same places for the same weights, on which there are no penalties.
    func withoutPenalties() -> ParameterLayout {
        var copy = self
        copy.entries = entries.map { entry in
            var weight = entry.weight
            weight.regularizer = nil
            return Entry(name: entry.name, weight: weight, offset: entry.offset)
        }
        return copy
    }

    /// The entries that gradients change.
    var trainable: [Entry] { entries.filter(\.weight.isTrainable) }

    /// The chosen entries in pieces of one length, which threads can share out without a difference to any sum.
    func pieces(of isChosen: (Entry) -> Bool) -> [Piece] {
        entries.enumerated().flatMap { index, entry -> [Piece] in
            guard isChosen(entry) else { return [] }
            return stride(from: 0, to: entry.floats, by: Piece.length).map { first in
                let end = min(entry.floats, first + Piece.length)
                return Piece(entry: index, floats: (entry.offset + first)..<(entry.offset + end))
            }
        }
    }

    /// The entry of a name; nil when the network has none.
    func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// Checks that the tensors are those of the network, each of its shape; of the slots of an optimizer only those that
    /// gradients change.
    func check(_ tensors: [NamedTensor], onlyTrainable: Bool = false) throws(ParameterError) {
        let entries = onlyTrainable ? trainable : entries
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
    func pack(_ tensors: [NamedTensor], into buffer: AlignedBuffer, onlyTrainable: Bool = false) {
        for (entry, tensor) in zip(onlyTrainable ? trainable : entries, tensors) {
            tensor.values.withUnsafeBufferPointer { source in
                forEachPlace(of: entry) { place, index in buffer.start[place] = source[index] }
            }
        }
    }

    /// Reads the tensors back, to the bit.
    func unpack(_ buffer: AlignedBuffer, onlyTrainable: Bool = false) -> [NamedTensor] {
        (onlyTrainable ? trainable : entries).map { entry in
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
        let weight = entry.weight
        let (rows, width) = (weight.packedRows, weight.packedWidth)
        switch weight.packing {
        case .matrix:
            let (units, panels) = (weight.columns, width / 16)
            let bands = (panels + panelsPerBand - 1) / panelsPerBand
            for band in 0..<bands {
                let (first, end) = (panels * band / bands, panels * (band + 1) / bands)
                for row in 0..<rows {
                    let start = entry.offset + (first * rows + row * (end - first)) * 16
                    for unit in (first * 16)..<min(units, end * 16) {
                        body(start + unit - first * 16, row * units + unit)
                    }
                }
            }
        case .gates(let gates):
            let units = weight.columns / gates
            for row in 0..<rows {
                for gate in 0..<gates {
                    for unit in 0..<units {
                        let panel = (unit / 16 * rows + row) * gates + gate
                        body(entry.offset + panel * 16 + unit % 16, (row * gates + gate) * units + unit)
                    }
                }
            }
        case .rows:
            for row in 0..<rows {
                for column in 0..<weight.columns {
                    body(entry.offset + row * width + column, row * weight.columns + column)
                }
            }
        }
    }
}

extension WeightDescription {
    /// The number of axes at the end that make one row of the packed form.
    private var columnAxes: Int {
        if case .rows(let axes) = packing { axes } else { 1 }
    }

    /// Numbers in a row of the packed form.
    var columns: Int { shape.suffix(columnAxes).reduce(1, *) }

    /// Rows of the packed form.
    var packedRows: Int { shape.dropLast(columnAxes).reduce(1, *) }

    /// Floats that a row takes, with its padding.
    var packedWidth: Int {
        let gates = if case .gates(let gates) = packing { gates } else { 1 }
        return (columns / gates + 15) / 16 * 16 * gates
    }
}
