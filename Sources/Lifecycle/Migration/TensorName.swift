/// What the name of a tensor says about it, as the common tools name them.
///
/// PyTorch writes `net.0.weight`, `bn.running_mean` and `lstm.weight_ih_l0_reverse`, Keras `sequential/dense_1/kernel:0` and
/// `bidirectional/forward_lstm/lstm_cell/kernel`, others `W1` and `b1`.
struct TensorName: Hashable {
    /// What a tensor is in its layer.
    enum Role: Hashable {
        /// Of anything that multiplies; PyTorch's `weight` is also a `gamma`, and a table of embeddings.
        case kernel
        /// Of anything that is added; PyTorch's `bias` is also a `beta`.
        case bias
        case gamma, beta, movingMean, movingVariance, embeddings, recurrentKernel
        /// PyTorch's `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`.
        case inputWeights, hiddenWeights, inputBias, hiddenBias
        /// Keras's `vars/2`: the third weight of a layer.
        case variable(Int)
    }

    /// How a kernel lies.
    enum Orientation: Hashable {
        /// [inputs, units], as Keras and we have it.
        case inputsFirst
        /// [units, inputs], as PyTorch has it.
        case unitsFirst
    }

    /// What is left of the name without the role: `net.0`.
    private(set) var layer: String
    /// `nil` when the name does not say it.
    let role: Role?
    /// `nil` when the name does not say it.
    let orientation: Orientation?
    /// Whether it belongs to the direction from the last step to the first.
    private(set) var isBackward = false

    init(_ name: String) {
        // TensorFlow numbers the outputs of an operation: `kernel:0`.
        var name = Substring(name)
        if let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().allSatisfy(\.isNumber) {
            name = name[..<colon]
        }
        let cut = name.lastIndex { $0 == "/" || $0 == "." }
        let last = cut.map { name[name.index(after: $0)...] } ?? name
        let parent = String(cut.map { name[..<$0] } ?? "")
        if let found = RecurrentWord(last) {
            let level = found.level.isEmpty ? nil : "l\(found.level)"
            layer = [parent.isEmpty ? nil : parent, level].compactMap { $0 }.joined(separator: ".")
            (role, orientation, isBackward) = (found.role, .unitsFirst, found.isBackward)
            return
        }
        (layer, role, orientation) = Self.word(last, in: parent) ?? (String(name), nil, nil)
    }

    /// Whether a tensor of this name counts something, and is no weight: batches, or random numbers.
    static func isCounter(_ name: String) -> Bool {
        name.hasSuffix("num_batches_tracked") || name.hasSuffix("seed_generator_state")
    }
}

/// The words of the tools.
extension TensorName {
    private typealias Word = (layer: String, role: Role?, orientation: Orientation?)

    /// Words that stand alone.
    private static let whole: [String: (Role, Orientation)] = [
        "running_mean": (.movingMean, .unitsFirst), "running_var": (.movingVariance, .unitsFirst),
        "gamma": (.gamma, .inputsFirst), "beta": (.beta, .inputsFirst), "moving_mean": (.movingMean, .inputsFirst),
        "moving_variance": (.movingVariance, .inputsFirst), "embeddings": (.embeddings, .inputsFirst),
        "recurrent_kernel": (.recurrentKernel, .inputsFirst), "depthwise_kernel": (.kernel, .inputsFirst),
    ]

    /// Words that may have a number behind them, or the name of their layer before them.
    private static let roles: [(word: String, role: Role, orientation: Orientation?)] = [
        ("kernel", .kernel, .inputsFirst), ("weight", .kernel, .unitsFirst), ("weights", .kernel, nil),
        ("w", .kernel, nil), ("bias", .bias, nil), ("biases", .bias, nil), ("b", .bias, nil),
    ]

    private static func word(_ last: Substring, in parent: String) -> Word? {
        if let (role, orientation) = whole[String(last)] { return (parent, role, orientation) }
        let digits = String(last.reversed().prefix(while: \.isNumber).reversed())
        for (word, role, orientation) in roles {
            let stem = last.dropLast(digits.count).lowercased()
            if stem == word {
                // `W1` is the kernel of layer 1.
                return (
                    parent.isEmpty ? digits : digits.isEmpty ? parent : "\(parent)/\(digits)", role, orientation
                )
            }
            if word.count > 1, digits.isEmpty, stem.hasSuffix("_\(word)") {
                let rest = last.dropLast(word.count + 1)
                return (parent.isEmpty ? String(rest) : "\(parent)/\(rest)", role, orientation)
            }
        }
        if let number = Int(digits), digits.count == last.count, parent.hasSuffix("/vars") {
            return (String(parent.dropLast("/vars".count)), .variable(number), .inputsFirst)
        }
        // `layer/0` and `layer/1`: the number tells a tensor from another, and the shape what it is.
        return digits.count == last.count && !parent.isEmpty ? (parent, nil, nil) : nil
    }

    /// The same in the layer that a cell of Keras belongs to: it has one in a recurrent layer, and one for each direction in
    /// one that goes both ways.
    func outsideOfCell() -> TensorName {
        var copy = self
        var parts = layer.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "." }
        let last = (parts.last ?? "").reversed().drop { $0.isNumber || $0 == "_" }
        let hasCell = ["cell", "lstm_cell", "gru_cell", "simple_rnn_cell"].contains(String(last.reversed()))
        if hasCell { parts.removeLast() }
        let sides = [("forward", false), ("backward", true)]
        if parts.count > 1, let side = parts.last,
            let found = sides.first(where: { side == $0.0 || (hasCell && side.hasPrefix("\($0.0)_")) })
        {
            parts.removeLast()
            copy.isBackward = found.1
        }
        copy.layer = parts.joined(separator: "/")
        return copy
    }

    /// PyTorch's words for the weights of recurrent layers: `weight_ih_l0_reverse`, and `weight_ih` of a cell.
    private struct RecurrentWord {
        let role: Role
        /// Which of the layers it is that lie on each other; empty for a cell.
        let level: Substring
        let isBackward: Bool

        private static let words: [(String, Role)] = [
            ("weight_ih", .inputWeights), ("weight_hh", .hiddenWeights), ("bias_ih", .inputBias),
            ("bias_hh", .hiddenBias),
        ]

        init?(_ name: Substring) {
            isBackward = name.hasSuffix("_reverse")
            let name = isBackward ? name.dropLast("_reverse".count) : name
            guard let (word, role) = Self.words.first(where: { name.hasPrefix($0.0) }) else { return nil }
            let rest = name.dropFirst(word.count)
            level = rest.dropFirst(2)
            guard rest.isEmpty || (rest.hasPrefix("_l") && !level.isEmpty && level.allSatisfy(\.isNumber)) else {
                return nil
            }
            self.role = role
        }
    }
}
