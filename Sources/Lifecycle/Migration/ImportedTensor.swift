internal import ModelStore
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// A parameter of a network with the numbers that a file has for it.
struct ImportedTensor {
    let parameter: NamedTensor
    /// How many numbers are others than in the file, because 32-bit floats do not have them.
    let rounded: Int

    /// Reads, converts and turns the tensor of a pair.
    ///
    /// Throws ``StoreError`` (15) for numbers that no weight can be, and for a type that is not computed with.
    init(_ pair: TensorMatch.Pair, from reader: borrowing SafetensorsReader, file: String) throws {
        let entry = pair.source
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
        switch entry.elementType {
        case .float64, .int64, .uint64, .int32, .uint32:
            let exact = try tensor.doubles()
            values = exact.map { Float($0) }
            rounded = zip(exact, values).count { Double($1) != $0 }
        default:
            // 32-bit floats have all numbers of the smaller types.
            values = try tensor.floats()
            rounded = 0
        }
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            let found = try tensor.doubles()[bad]
            let text = found.isFinite ? "\(found), which is too large for a 32-bit float" : "\(found)"
            throw refused(
                "holds \(text), at \(Self.place(bad, in: entry.shape)): a weight is a finite number",
                hint: "was the training stopped while it diverged? export the weights of an earlier epoch"
            )
        }
        parameter = NamedTensor(
            name: pair.name,
            shape: pair.shape,
            values: pair.isTransposed ? Self.transposed(values, rows: entry.shape[0], columns: entry.shape[1]) : values
        )
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

    private static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
        var result = [Float](repeating: 0, count: values.count)
        for row in 0..<rows {
            for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
        }
        return result
    }
}
