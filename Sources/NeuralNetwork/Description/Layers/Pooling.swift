/// What a pooling layer takes of its window.
package enum PoolingKind: String, Sendable, Equatable, Codable {
    case max, average
}

/// The largest or the mean of the values in a window that moves over images `[height, width, channels]`, channel by channel.
///
/// What lies around the input with padding `same` is never the largest, and does not count in a mean.
package struct Pooling2D: Sendable, Equatable, Codable {
    package var kind = PoolingKind.max
    package var poolSize: [Int]
    /// As the size of the window, if not given.
    package var strides: [Int]
    package var padding: Padding

    // The kind stands in the name of the layer.
    private enum CodingKeys: String, CodingKey { case poolSize, strides, padding }

    package init(_ kind: PoolingKind, poolSize: [Int] = [2, 2], strides: [Int]? = nil, padding: Padding = .valid) {
        self.kind = kind
        self.poolSize = poolSize
        self.strides = strides ?? poolSize
        self.padding = padding
    }
}

extension Pooling2D: PoolingLayer {
    var type: String { kind == .max ? "max_pooling2d" : "average_pooling2d" }

    func window(over input: [Int]) throws(LayerMismatch) -> Window {
        try LayerCheck.axes(input, 3, LayerCheck.image, hints: LayerCheck.imageHints)
        try LayerCheck.sizes(poolSize, axes: 2, "pool_size")
        try LayerCheck.sizes(strides, axes: 2, "strides")
        guard padding != .causal else { throw LayerMismatch("padding valid or same", "causal") }
        return try Window(over: input, size: poolSize, strides: strides, padding: padding)
    }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        let window = try window(over: input)
        return [window.height.output, window.width.output, window.channels]
    }

    func usedPlaces(of input: [Int]) -> [Int]? {
        guard let window = try? window(over: input) else { return nil }
        return [window.height.used, window.width.used]
    }
}

/// The same over sequences `[steps, values]`.
package struct Pooling1D: Sendable, Equatable, Codable {
    package var kind = PoolingKind.max
    package var poolSize: Int
    /// As the size of the window, if not given.
    package var strides: Int
    package var padding: Padding

    // The kind stands in the name of the layer.
    private enum CodingKeys: String, CodingKey { case poolSize, strides, padding }

    package init(_ kind: PoolingKind, poolSize: Int = 2, strides: Int? = nil, padding: Padding = .valid) {
        self.kind = kind
        self.poolSize = poolSize
        self.strides = strides ?? poolSize
        self.padding = padding
    }
}

extension Pooling1D: PoolingLayer {
    var type: String { kind == .max ? "max_pooling1d" : "average_pooling1d" }

    func window(over input: [Int]) throws(LayerMismatch) -> Window {
        try LayerCheck.axes(input, 2, LayerCheck.sequence, hints: LayerCheck.sequenceHints)
        try LayerCheck.positive(poolSize, "pool_size")
        try LayerCheck.positive(strides, "strides")
        guard padding != .causal else { throw LayerMismatch("padding valid or same", "causal") }
        return try Window(overSequence: input, size: poolSize, stride: strides, padding: padding)
    }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        let window = try window(over: input)
        return [window.width.output, window.channels]
    }

    func usedPlaces(of input: [Int]) -> [Int]? { (try? window(over: input)).map { [1, $0.width.used] } }
}

/// The largest or the mean of each channel over the whole of an image or sequence.
package struct GlobalPooling: Sendable, Equatable, Codable {
    package var kind = PoolingKind.max
    /// Of images, 2, or sequences, 1.
    package var axes = 2

    // Both stand in the name of the layer.
    private enum CodingKeys: CodingKey {}

    package init(_ kind: PoolingKind, axes: Int) {
        self.kind = kind
        self.axes = axes
    }
}

extension GlobalPooling: PoolingLayer {
    var type: String { "global_\(kind.rawValue)_pooling\(axes)d" }

    /// One window as large as the input, whose shape has been checked.
    func window(over input: [Int]) throws(LayerMismatch) -> Window {
        let size = axes == 2 ? [input[0], input[1]] : [1, input[0]]
        return try Window(over: size + [input[axes]], size: size, strides: [1, 1], padding: .valid)
    }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        if axes == 2 {
            try LayerCheck.axes(input, 3, LayerCheck.image, hints: LayerCheck.imageHints)
        } else {
            try LayerCheck.axes(input, 2, LayerCheck.sequence, hints: LayerCheck.sequenceHints)
        }
        return [input[axes]]
    }
}

/// A layer that takes the largest or the mean of windows.
protocol PoolingLayer: LayerDefinition {
    var kind: PoolingKind { get }

    /// Throws ``LayerMismatch`` for an option out of its range, or an input that the layer cannot take.
    func window(over input: [Int]) throws(LayerMismatch) -> Window
}

extension PoolingLayer {
    func maxPooling(of input: [Int]) -> MaxPooling? {
        guard kind == .max, let window = try? window(over: input), let shape = try? outputShape(of: input) else {
            return nil
        }
        return MaxPooling(window: window, shape: shape)
    }
}
