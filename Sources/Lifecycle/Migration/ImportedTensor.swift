internal import ModelStore
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// A weight of a network with the numbers that a file has for it.
struct ImportedTensor {
    let parameter: NamedTensor
    /// For each tensor of the file how many numbers are others than there, because 32-bit floats do not have them.
    let rounded: [Int]

    /// Reads and converts the tensors of a pair, and puts their numbers where they belong.
    ///
    /// Throws ``StoreError`` (15) for numbers that no weight can be, and for a type that is not computed with.
    init(_ pair: TensorMatch.Pair, from reader: borrowing SafetensorsReader, file: String) throws {
        var parts: [[Float]] = []
        var rounded: [Int] = []
        for source in pair.sources {
            let (values, others) = try Self.numbers(source.entry, from: reader, file: file)
            parts.append(source.arrangement.applied(to: values))
            rounded.append(others)
        }
        let values: [Float]
        switch pair.combination {
        case .sum:
            values = parts.dropFirst().reduce(parts[0]) { sum, part in zip(sum, part).map { $0 + $1 } }
        case .rows: values = parts.flatMap { $0 }
        }
        parameter = NamedTensor(name: pair.name, shape: pair.shape, values: values)
        self.rounded = rounded
    }

    /// The numbers of a tensor, and how many of them were rounded.
    private static func numbers(
        _ entry: TensorEntry,
        from reader: borrowing SafetensorsReader,
        file: String
    ) throws -> (values: [Float], rounded: Int) {
        func refused(_ message: String, hint: String) -> StoreError {
            StoreError(.refused, "\(file): tensor `\(entry.name)` \(message)", hints: [hint])
        }
        if entry.elementType == .float8e4m3 || entry.elementType == .float8e5m2 {
            throw refused(
                "has the type \(entry.elementType.safetensorsName), which is not computed with",
                hint: "convert it to float32 first"
            )
        }
        let tensor = try reader.tensor(entry.name)
        let values: [Float]
        var rounded = 0
        switch entry.elementType {
        case .float64, .int64, .uint64, .int32, .uint32:
            let exact = try tensor.doubles()
            values = exact.map { Float($0) }
            rounded = zip(exact, values).count { Double($1) != $0 }
        default:
            // 32-bit floats have all numbers of the smaller types.
            values = try tensor.floats()
        }
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            let found = try tensor.doubles()[bad]
            let text = found.isFinite ? "\(found), which is too large for a 32-bit float" : "\(found)"
            throw refused(
                "holds \(text), at \(Self.place(bad, in: entry.shape)): a weight is a finite number",
                hint: "was the training stopped while it diverged? export the weights of an earlier epoch"
            )
        }
        return (values, rounded)
    }

    /// The place of an element, counted from zero: `[3, 17]`.
    private static func place(_ index: Int, in shape: [Int]) -> [Int] {
        var (index, place) = (index, [Int]())
        for length in shape.reversed() {
            place.insert(index % max(1, length), at: 0)
            index /= max(1, length)
        }
        return place
    }
}
