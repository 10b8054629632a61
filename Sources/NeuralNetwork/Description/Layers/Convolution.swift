/// What convolutions along one and two axes have in common.
package struct ConvolutionOptions: Sendable, Equatable, Codable {
    package var padding: Padding
    package var activation: Activation
    package var useBias: Bool
    package var kernelInitializer: Initializer
    package var biasInitializer: Initializer
    package var kernelRegularizer: Regularizer?
    package var biasRegularizer: Regularizer?

    package init(
        padding: Padding = .valid,
        activation: Activation = .linear,
        useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil,
        biasRegularizer: Regularizer? = nil
    ) {
        self.padding = padding
        self.activation = activation
        self.useBias = useBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.biasRegularizer = biasRegularizer
    }

    /// Kernel and bias of a convolution.
    fileprivate func weights(kernel: [Int], filters: Int) -> [WeightDescription] {
        let kernel = WeightDescription(
            name: "kernel",
            shape: kernel,
            initializer: kernelInitializer,
            regularizer: kernelRegularizer
        )
        return useBias ? [kernel, .bias([filters], biasInitializer, biasRegularizer)] : [kernel]
    }

    fileprivate func checkActivation() throws(LayerMismatch) {
        guard activation != .softmax else {
            throw LayerMismatch("an activation that works element by element", "softmax")
        }
    }
}

/// A convolution in which every filter sees all channels, along one axis or two.
protocol ConvolutionLayer: LayerDefinition {
    var filters: Int { get }
    var options: ConvolutionOptions { get }

    /// Throws ``LayerMismatch`` for an option out of its range, or an input that the layer cannot take.
    func window(over input: [Int]) throws(LayerMismatch) -> Window
}

extension ConvolutionLayer {
    func operations(of input: [Int]) -> Int {
        guard let window = try? window(over: input) else { return 0 }
        return 2 * window.places * window.taps * window.channels * filters
    }

    func paddedNumbers(_ input: [Int]) -> Int? { (try? window(over: input)).flatMap(\.paddedNumbers) }
}

/// Convolution of images `[height, width, channels]`; kernel `[height, width, channels, filters]`, bias `[filters]`.
package struct Conv2D: Sendable, Equatable {
    package var filters: Int
    package var kernelSize: [Int]
    package var strides: [Int]
    package var dilationRate: [Int]
    package var options: ConvolutionOptions

    package init(
        filters: Int,
        kernelSize: [Int],
        strides: [Int] = [1, 1],
        dilationRate: [Int] = [1, 1],
        options: ConvolutionOptions = ConvolutionOptions()
    ) {
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.dilationRate = dilationRate
        self.options = options
    }
}

extension Conv2D: Codable {
    private enum CodingKeys: String, CodingKey { case filters, kernelSize, strides, dilationRate }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        filters = try container.decode(Int.self, forKey: .filters)
        kernelSize = try container.decode([Int].self, forKey: .kernelSize)
        strides = try container.decode([Int].self, forKey: .strides)
        dilationRate = try container.decode([Int].self, forKey: .dilationRate)
        options = try ConvolutionOptions(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try options.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(filters, forKey: .filters)
        try container.encode(kernelSize, forKey: .kernelSize)
        try container.encode(strides, forKey: .strides)
        try container.encode(dilationRate, forKey: .dilationRate)
    }
}

extension Conv2D: ConvolutionLayer {
    var type: String { "conv2d" }

    func window(over input: [Int]) throws(LayerMismatch) -> Window {
        try LayerCheck.axes(input, 3, LayerCheck.image, hints: LayerCheck.imageHints)
        try LayerCheck.sizes(kernelSize, axes: 2, "kernel_size")
        try LayerCheck.sizes(strides, axes: 2, "strides")
        try LayerCheck.sizes(dilationRate, axes: 2, "dilation_rate")
        guard options.padding != .causal else { throw LayerMismatch("padding valid or same", "causal") }
        return try Window(
            over: input,
            size: kernelSize,
            strides: strides,
            dilation: dilationRate,
            padding: options.padding
        )
    }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.positive(filters, "filters")
        try options.checkActivation()
        let window = try window(over: input)
        return [window.height.output, window.width.output, filters]
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        options.weights(kernel: kernelSize + [input[2], filters], filters: filters)
    }

    func sharedOperations(of input: [Int]) -> Int { operations(of: input) }
}

/// Convolution of sequences `[steps, channels]`; kernel `[steps, channels, filters]`, bias `[filters]`.
package struct Conv1D: Sendable, Equatable {
    package var filters: Int
    package var kernelSize: Int
    package var strides: Int
    package var dilationRate: Int
    package var options: ConvolutionOptions

    package init(
        filters: Int,
        kernelSize: Int,
        strides: Int = 1,
        dilationRate: Int = 1,
        options: ConvolutionOptions = ConvolutionOptions()
    ) {
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.dilationRate = dilationRate
        self.options = options
    }
}

extension Conv1D: Codable {
    private enum CodingKeys: String, CodingKey { case filters, kernelSize, strides, dilationRate }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        filters = try container.decode(Int.self, forKey: .filters)
        kernelSize = try container.decode(Int.self, forKey: .kernelSize)
        strides = try container.decode(Int.self, forKey: .strides)
        dilationRate = try container.decode(Int.self, forKey: .dilationRate)
        options = try ConvolutionOptions(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try options.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(filters, forKey: .filters)
        try container.encode(kernelSize, forKey: .kernelSize)
        try container.encode(strides, forKey: .strides)
        try container.encode(dilationRate, forKey: .dilationRate)
    }
}

extension Conv1D: ConvolutionLayer {
    var type: String { "conv1d" }

    func window(over input: [Int]) throws(LayerMismatch) -> Window {
        try LayerCheck.axes(input, 2, LayerCheck.sequence, hints: LayerCheck.sequenceHints)
        try LayerCheck.positive(kernelSize, "kernel_size")
        try LayerCheck.positive(strides, "strides")
        try LayerCheck.positive(dilationRate, "dilation_rate")
        return try Window(
            overSequence: input,
            size: kernelSize,
            stride: strides,
            dilation: dilationRate,
            padding: options.padding
        )
    }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.positive(filters, "filters")
        try options.checkActivation()
        return [try window(over: input).width.output, filters]
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        options.weights(kernel: [kernelSize, input[1], filters], filters: filters)
    }
}

/// Convolution of each channel of an image by itself; kernel `[height, width, channels, depth_multiplier]`, bias
/// `[channels * depth_multiplier]`.
package struct DepthwiseConv2D: Sendable, Equatable {
    package var kernelSize: [Int]
    package var strides: [Int]
    package var dilationRate: [Int]
    /// Outputs of each channel.
    package var depthMultiplier: Int
    package var options: ConvolutionOptions

    package init(
        kernelSize: [Int],
        strides: [Int] = [1, 1],
        dilationRate: [Int] = [1, 1],
        depthMultiplier: Int = 1,
        options: ConvolutionOptions = ConvolutionOptions()
    ) {
        self.kernelSize = kernelSize
        self.strides = strides
        self.dilationRate = dilationRate
        self.depthMultiplier = depthMultiplier
        self.options = options
    }
}

extension DepthwiseConv2D: Codable {
    private enum CodingKeys: String, CodingKey { case kernelSize, strides, dilationRate, depthMultiplier }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kernelSize = try container.decode([Int].self, forKey: .kernelSize)
        strides = try container.decode([Int].self, forKey: .strides)
        dilationRate = try container.decode([Int].self, forKey: .dilationRate)
        depthMultiplier = try container.decode(Int.self, forKey: .depthMultiplier)
        options = try ConvolutionOptions(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try options.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kernelSize, forKey: .kernelSize)
        try container.encode(strides, forKey: .strides)
        try container.encode(dilationRate, forKey: .dilationRate)
        try container.encode(depthMultiplier, forKey: .depthMultiplier)
    }
}

extension DepthwiseConv2D: LayerDefinition {
    var type: String { "depthwise_conv2d" }

    func window(over input: [Int]) throws(LayerMismatch) -> Window {
        // The same window as that of a convolution: only what it sums over differs.
        try Conv2D(
            filters: 1,
            kernelSize: kernelSize,
            strides: strides,
            dilationRate: dilationRate,
            options: options
        ).window(over: input)
    }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.positive(depthMultiplier, "depth_multiplier")
        try options.checkActivation()
        let window = try window(over: input)
        let (channels, overflow) = window.channels.multipliedReportingOverflow(by: depthMultiplier)
        guard !overflow else { throw LayerMismatch("a smaller depth_multiplier", "\(depthMultiplier)") }
        return [window.height.output, window.width.output, channels]
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        var weights = options.weights(
            kernel: kernelSize + [input[2], depthMultiplier],
            filters: input[2] * depthMultiplier
        )
        weights[0].packing = .rows(axes: 2)
        return weights
    }

    func operations(of input: [Int]) -> Int {
        guard let window = try? window(over: input) else { return 0 }
        return 2 * window.places * window.taps * window.channels * depthMultiplier
    }

    func paddedNumbers(_ input: [Int]) -> Int? { (try? window(over: input)).flatMap(\.paddedNumbers) }
}
