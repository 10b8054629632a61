package import Datasets
package import NeuralNetwork

/// A network as callers see it: its outputs, or, for an anomaly task, how far these are from what went in.
package struct AnsweringNetwork: Sendable {
    private let network: PackedNetwork
    private let scores: Bool

    /// Packs a network; with `scores` its answers are mean squared reconstruction errors.
    package init(_ model: Sequential, scores: Bool, threads: Int = 1) throws {
        network = try PackedNetwork(model, threads: threads)
        self.scores = scores
    }

    /// Numbers per row of the inputs.
    package var inputWidth: Int { network.inputWidth }
    /// Numbers per row that the network gives, before a score is made of them.
    package var outputWidth: Int { network.outputWidth }

    /// The answers to rows of features, one row of the result for each.
    package func predict(_ features: Matrix) throws -> Matrix {
        let outputs = try network.predict(features)
        return scores ? outputs.meanSquaredErrors(of: features) : outputs
    }

    /// The answers to rows of features, wherever they lie.
    package func predict(_ features: FeatureRows) throws -> Matrix {
        guard scores else { return try network.predict(features) }
        var values: [Float] = []
        try features.forEachBlock { values += try predict($0).values }
        return Matrix(rows: features.count, columns: 1, values: values)
    }
}
