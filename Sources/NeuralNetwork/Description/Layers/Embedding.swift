/// A vector for each whole number from 0 below `inputDim`; table `[input_dim, output_dim]`.
///
/// The inputs are the numbers; one that is out of range gets a vector of zeros.
package struct Embedding: Sendable, Equatable, Codable {
    package var inputDim: Int
    package var outputDim: Int
    package var embeddingsInitializer: Initializer
    package var embeddingsRegularizer: Regularizer?

    package init(
        inputDim: Int,
        outputDim: Int,
        embeddingsInitializer: Initializer = .randomUniform(),
        embeddingsRegularizer: Regularizer? = nil
    ) {
        self.inputDim = inputDim
        self.outputDim = outputDim
        self.embeddingsInitializer = embeddingsInitializer
        self.embeddingsRegularizer = embeddingsRegularizer
    }
}

extension Embedding: LayerDefinition {
    var type: String { "embedding" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.positive(inputDim, "input_dim")
        try LayerCheck.positive(outputDim, "output_dim")
        guard inputDim <= 1 << 24 else {
            throw LayerMismatch("an input_dim that a 32-bit number counts exactly, at most 16,777,216", "\(inputDim)")
        }
        return input + [outputDim]
    }

    func weights(of input: [Int]) -> [WeightDescription] {
        [
            WeightDescription(
                name: "embeddings",
                shape: [inputDim, outputDim],
                initializer: embeddingsInitializer,
                packing: .rows(axes: 1),
                regularizer: embeddingsRegularizer
            )
        ]
    }
}
