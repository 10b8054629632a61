internal import NeuralNetwork

/// A layer with weights, as a network has it.
struct WeightedLayer {
    /// What its weights are.
    enum Kind {
        case dense
        /// Along so many axes.
        case convolution(axes: Int)
        case depthwise
        case normalization
        case embedding
        case recurrent(Recurrent)
        case bidirectional(Recurrent)
    }

    /// Also of layers within others: `residual/conv2d_1`.
    let name: String
    let kind: Kind
    /// The names, such as `residual/conv2d_1/kernel`, and the shapes; a size that only the file knows is `nil`.
    let weights: [(name: String, shape: [Int?])]
    /// The shape, channels last, of the map whose places and channels its inputs are one behind the other; `nil` where they
    /// are no such map.
    ///
    /// PyTorch has the channels first in such a map, and so its weights have other places.
    let flattened: [Int]?

    /// The layers of a network in their order; `weights` are those of all of them.
    static func layers(of network: NetworkDescription, weights: [(name: String, shape: [Int?])]) throws
        -> [WeightedLayer]
    {
        var walk = Walk(weights: weights, shape: network.inputShape)
        for (layer, shape) in zip(network.layers, try network.shapes()) { walk.pass(layer, to: shape) }
        return walk.layers
    }

    /// What is known at a place of a network.
    private struct Walk {
        let weights: [(name: String, shape: [Int?])]
        var shape: [Int]
        var layers: [WeightedLayer] = []
        /// Whether it is a map of places with channels, which PyTorch has before the places.
        private var isMap = false
        private var flattened: [Int]?

        init(weights: [(name: String, shape: [Int?])], shape: [Int]) {
            self.weights = weights
            self.shape = shape
        }

        mutating func pass(_ layer: NamedLayer, to next: [Int]) {
            add(layer, in: "")
            switch layer.layer {
            case .conv1D, .conv2D, .depthwiseConv2D, .pooling1D, .pooling2D, .zeroPadding2D: isMap = true
            case .residual(let residual): isMap = isMap || residual.hasMaps
            case .activation, .dropout, .batchNormalization, .layerNormalization: break
            case .flatten, .reshape:
                let isFlat = next.count == 1 && shape.count > 1
                flattened = isFlat ? (isMap ? shape : nil) : next == shape ? flattened : nil
                isMap = false
            case .dense, .globalPooling, .recurrent, .bidirectional, .embedding: (isMap, flattened) = (false, nil)
            }
            shape = next
        }

        private mutating func add(_ layer: NamedLayer, in outer: String) {
            let name = outer + layer.name
            if case .residual(let residual) = layer.layer {
                for inner in residual.layers + residual.shortcut { add(inner, in: "\(name)/") }
                return
            }
            let own = weights.filter { $0.name.hasPrefix("\(name)/") }
            guard let kind = Kind(layer.layer), !own.isEmpty else { return }
            layers.append(WeightedLayer(name: name, kind: kind, weights: own, flattened: flattened))
        }
    }
}

extension WeightedLayer.Kind {
    /// The kind of a layer; `nil` for one without weights.
    fileprivate init?(_ layer: Layer) {
        switch layer {
        case .dense: self = .dense
        case .conv1D: self = .convolution(axes: 1)
        case .conv2D: self = .convolution(axes: 2)
        case .depthwiseConv2D: self = .depthwise
        case .batchNormalization, .layerNormalization: self = .normalization
        case .embedding: self = .embedding
        case .recurrent(let layer): self = .recurrent(layer)
        case .bidirectional(let layer): self = .bidirectional(layer.layer)
        case .activation, .dropout, .flatten, .reshape, .zeroPadding2D, .pooling1D, .pooling2D, .globalPooling,
            .residual:
            return nil
        }
    }
}

extension Residual {
    /// Whether a layer within it works on maps of places.
    fileprivate var hasMaps: Bool {
        (layers + shortcut).contains { layer in
            switch layer.layer {
            case .conv1D, .conv2D, .depthwiseConv2D, .pooling1D, .pooling2D, .zeroPadding2D: true
            case .residual(let inner): inner.hasMaps
            default: false
            }
        }
    }
}
