internal import NeuralNetwork
internal import TensorFiles

/// Which tensor of a layer becomes which weight.
extension WeightedLayer {
    private typealias Source = TensorMatch.Pair.Source
    private typealias Part = TensorModule.Part

    /// What the tensors of a file's layer become, in the order of this one's weights; `nil` when they are not those of this
    /// layer.
    ///
    /// `orientation` says how kernels lie. With `channelsFirst` the inputs of a layer behind a map lie as in PyTorch.
    func pairs(
        from module: TensorModule,
        _ orientation: TensorName.Orientation,
        channelsFirst: Bool
    ) -> [TensorMatch.Pair]? {
        var used: Set<Part> = []
        var pairs: [TensorMatch.Pair] = []
        for (index, weight) in weights.enumerated() {
            let word = String(weight.name.split(separator: "/").last ?? "")
            let isBackward = weight.name.hasSuffix("/backward/\(word)")
            // Keras counts the weights of each direction.
            let number = isBackward ? index - weights.count / 2 : index
            let context = Context(
                word: word,
                target: weight.shape,
                orientation: orientation,
                map: channelsFirst ? flattened : nil
            )
            guard
                let found = context.choices(kind, number: number).lazy.compactMap({ choice in
                    choice.pair(weight, module, isBackward: isBackward)
                }).first
            else { return nil }
            pairs.append(found.pair)
            used.formUnion(found.parts)
        }
        return used.count == module.tensors.count ? pairs : nil
    }

    /// Tensors that may become a weight, and how.
    private struct Choice {
        let roles: [TensorName.Role]
        var combination = TensorMatch.Pair.Combination.sum
        /// How a tensor of a shape lies; `nil` for one that cannot be it.
        let arrangement: (_ shape: [Int]) -> TensorArrangement?

        func pair(
            _ weight: (name: String, shape: [Int?]),
            _ module: TensorModule,
            isBackward: Bool
        ) -> (pair: TensorMatch.Pair, parts: [Part])? {
            let parts = roles.map { Part(role: $0, isBackward: isBackward) }
            var sources: [Source] = []
            for part in parts {
                guard let entry = module.tensors[part], let arrangement = arrangement(entry.shape),
                    arrangement.count == entry.shape.reduce(1, *)
                else { return nil }
                sources.append(Source(entry: entry, arrangement: arrangement))
            }
            let pair = TensorMatch.Pair(sources: sources, combination: combination, name: weight.name)
            return pair.fits(weight.shape) ? (pair, parts) : nil
        }
    }

    /// What decides how the tensors of a weight lie.
    private struct Context {
        /// The last word of the weight's name, such as `kernel`.
        let word: String
        /// The shape that the weight has; a size that only the file knows is `nil`.
        let target: [Int?]
        let orientation: TensorName.Orientation
        /// The map that the inputs are, if the file has its channels first.
        let map: [Int]?

        func choices(_ kind: Kind, number: Int) -> [Choice] {
            let same: ([Int]) -> TensorArrangement? = { .none($0) }
            return [Choice(roles: [.variable(number)], arrangement: same)] + named(kind, same)
        }

        private func named(_ kind: Kind, _ same: @escaping ([Int]) -> TensorArrangement?) -> [Choice] {
            switch (kind, word) {
            case (.dense, "kernel"): [Choice(roles: [.kernel], arrangement: dense)]
            case (.convolution(let axes), "kernel"):
                [Choice(roles: [.kernel]) { turned($0, axes: axes + 2, Array(2..<axes + 2) + [1, 0]) }]
            case (.depthwise, "kernel"): [Choice(roles: [.kernel], arrangement: depthwise)]
            case (.dense, "bias"), (.convolution, "bias"), (.depthwise, "bias"):
                [Choice(roles: [.bias], arrangement: same)]
            case (.normalization, "gamma"):
                [Choice(roles: [.gamma], arrangement: vector), Choice(roles: [.kernel], arrangement: vector)]
            case (.normalization, "beta"):
                [Choice(roles: [.beta], arrangement: vector), Choice(roles: [.bias], arrangement: vector)]
            case (.normalization, "moving_mean"): [Choice(roles: [.movingMean], arrangement: vector)]
            case (.normalization, "moving_variance"): [Choice(roles: [.movingVariance], arrangement: vector)]
            case (.embedding, _):
                [Choice(roles: [.embeddings], arrangement: same), Choice(roles: [.kernel], arrangement: same)]
            case (.recurrent(let layer), _), (.bidirectional(let layer), _): recurrent(layer, same)
            default: []
            }
        }

        /// Axes in another order where the file has the units first.
        private func turned(_ shape: [Int], axes count: Int, _ axes: [Int]) -> TensorArrangement? {
            guard shape.count == count else { return nil }
            return orientation == .unitsFirst ? TensorArrangement(view: shape, axes: axes) : .none(shape)
        }

        /// Units and inputs, which may be the channels and places of a map.
        private func dense(_ shape: [Int]) -> TensorArrangement? {
            guard let map, let channels = map.last, orientation == .unitsFirst, shape.count == 2 else {
                return turned(shape, axes: 2, [1, 0])
            }
            let places = map.dropLast().reduce(1, *)
            return TensorArrangement(
                view: [shape[0], channels, places],
                axes: [2, 1, 0],
                shape: [shape[1], shape[0]]
            )
        }

        /// A number for each input, which may be the channels and places of a map.
        private func vector(_ shape: [Int]) -> TensorArrangement? {
            guard let map, let channels = map.last, orientation == .unitsFirst else { return .none(shape) }
            return TensorArrangement(view: [channels, map.dropLast().reduce(1, *)], axes: [1, 0], shape: shape)
        }

        /// PyTorch has a group of filters for each channel: [channels * multiplier, 1, height, width].
        private func depthwise(_ shape: [Int]) -> TensorArrangement? {
            guard orientation == .unitsFirst else { return .none(shape) }
            guard shape.count == 4, shape[1] == 1, target.count == 4, let channels = target[2], let each = target[3]
            else { return nil }
            return TensorArrangement(view: [channels, each, shape[2], shape[3]], axes: [2, 3, 0, 1])
        }

        private func recurrent(_ layer: Recurrent, _ same: @escaping ([Int]) -> TensorArrangement?) -> [Choice] {
            // PyTorch's GRU has the reset gate before the update gate.
            let order = layer.kind == .gru ? [1, 0, 2] : nil
            func gates(_ shape: [Int]) -> TensorArrangement? {
                guard shape.count == 2 else { return nil }
                guard let order else { return TensorArrangement(view: shape, axes: [1, 0]) }
                let view = [order.count, shape[0] / order.count, shape[1]]
                return TensorArrangement(view: view, axes: [2, 0, 1], order: order, shape: [shape[1], shape[0]])
            }
            func gate(_ shape: [Int]) -> TensorArrangement? {
                guard let order, shape.count == 1 else { return .none(shape) }
                let view = [order.count, shape[0] / order.count]
                return TensorArrangement(view: view, axes: [0, 1], order: order, shape: shape)
            }
            switch word {
            case "kernel":
                return [
                    Choice(roles: [.inputWeights], arrangement: gates), Choice(roles: [.kernel], arrangement: same),
                ]
            case "recurrent_kernel":
                return [
                    Choice(roles: [.hiddenWeights], arrangement: gates),
                    Choice(roles: [.recurrentKernel], arrangement: same),
                ]
            default:
                return [
                    Choice(
                        roles: [.inputBias, .hiddenBias],
                        combination: layer.kind == .gru ? .rows : .sum,
                        arrangement: gate
                    ), Choice(roles: [.bias], arrangement: same),
                ]
            }
        }
    }
}
