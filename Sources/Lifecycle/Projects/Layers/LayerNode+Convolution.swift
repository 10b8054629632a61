internal import NeuralNetwork
internal import ProjectFile

/// Convolutions, pooling and what surrounds them.
extension LayerNode {
    func conv2D() throws -> Conv2D {
        var options = try LayerOptions(self)
        let layer = Conv2D(
            filters: try options.required("filters").count(),
            kernelSize: try options.required("kernel_size").sizes(),
            strides: try options.sizes("strides") ?? [1, 1],
            dilationRate: try options.sizes("dilation_rate") ?? [1, 1],
            options: try options.convolution([.valid, .same])
        )
        try options.finish()
        return layer
    }

    func conv1D() throws -> Conv1D {
        var options = try LayerOptions(self)
        let layer = Conv1D(
            filters: try options.required("filters").count(),
            kernelSize: try options.required("kernel_size").count(),
            strides: try options.count("strides") ?? 1,
            dilationRate: try options.count("dilation_rate") ?? 1,
            options: try options.convolution(Padding.allCases)
        )
        try options.finish()
        return layer
    }

    func depthwiseConv2D() throws -> DepthwiseConv2D {
        var options = try LayerOptions(self)
        let layer = DepthwiseConv2D(
            kernelSize: try options.required("kernel_size").sizes(),
            strides: try options.sizes("strides") ?? [1, 1],
            dilationRate: try options.sizes("dilation_rate") ?? [1, 1],
            depthMultiplier: try options.count("depth_multiplier") ?? 1,
            options: try options.convolution([.valid, .same], kernel: "depthwise")
        )
        try options.finish()
        return layer
    }

    func pooling2D(_ kind: PoolingKind) throws -> Pooling2D {
        var options = try LayerOptions(self, short: "pool_size")
        let layer = Pooling2D(
            kind,
            poolSize: try options.sizes("pool_size") ?? [2, 2],
            strides: try options.sizes("strides"),
            padding: try options.padding([.valid, .same]) ?? .valid
        )
        try options.finish()
        return layer
    }

    func pooling1D(_ kind: PoolingKind) throws -> Pooling1D {
        var options = try LayerOptions(self, short: "pool_size")
        let layer = Pooling1D(
            kind,
            poolSize: try options.count("pool_size") ?? 2,
            strides: try options.count("strides"),
            padding: try options.padding([.valid, .same]) ?? .valid
        )
        try options.finish()
        return layer
    }

    /// The same on all sides, `[rows, columns]`, or `[[above, below], [left, right]]`.
    func zeroPadding() throws -> ZeroPadding2D {
        var options = try LayerOptions(self, short: "padding")
        let node = options.optional("padding")
        try options.finish()
        guard let node else { return ZeroPadding2D(1) }
        func size(_ node: ProjectNode) throws -> Int { try node.integer(in: 0...100_000) }
        guard case .list = node.content else { return ZeroPadding2D(try size(node)) }
        let sides = try node.list().map { side -> [Int] in
            guard case .list = side.content else {
                let zeros = try size(side)
                return [zeros, zeros]
            }
            return try side.list().map(size)
        }
        guard sides.count == 2, sides.allSatisfy({ $0.count == 2 }) else {
            throw node.error("`\(node.path)`: expected zeros such as 1, [1, 2] or [[1, 1], [2, 2]]")
        }
        return ZeroPadding2D(sides)
    }
}

extension LayerOptions {
    /// What convolutions have in common; `kernel` is what the options of the kernel begin with.
    fileprivate mutating func convolution(
        _ paddings: [Padding],
        kernel: String = "kernel"
    ) throws -> ConvolutionOptions {
        var options = ConvolutionOptions()
        options.padding = try padding(paddings) ?? options.padding
        options.activation = try activation() ?? options.activation
        options.useBias = try boolean("use_bias") ?? options.useBias
        options.kernelInitializer = try initializer("\(kernel)_initializer") ?? options.kernelInitializer
        options.biasInitializer = try initializer("bias_initializer") ?? options.biasInitializer
        options.kernelRegularizer = try regularizer("\(kernel)_regularizer")
        options.biasRegularizer = try regularizer("bias_regularizer")
        return options
    }
}
