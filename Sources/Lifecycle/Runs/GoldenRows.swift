internal import Datasets
internal import Inference
internal import ModelPackage
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// Rows of features that are kept in a package beside the outputs that they must give.
///
/// They are enough to notice a difference, and few enough to be read in an instant.
struct GoldenRows {
    let inputs: Matrix

    private static let bytes = 512 << 10
    private static let rows = 16...500

    /// The first ones of some rows.
    static func first(of examples: Examples) -> GoldenRows {
        GoldenRows(inputs: examples.inputs.prefix(wanted(columns: examples.inputs.columns)))
    }

    /// Rows of random numbers, mean 0 and deviation 1, for a network that came without rows; the same ones every time.
    static func made(columns: Int) -> GoldenRows {
        let count = wanted(columns: columns)
        let random = CounterRandom(seed: 0, stream: 0)
        return GoldenRows(
            inputs: Matrix(
                rows: count,
                columns: columns,
                values: (0..<count * columns).map { Float(random.normal(at: UInt64($0))) }
            )
        )
    }

    private static func wanted(columns: Int) -> Int {
        min(max(bytes / max(1, columns * 4), rows.lowerBound), rows.upperBound)
    }

    /// The rows and the answers of the network to them, as members of its package; with `scores` these are scores.
    func members(for network: Sequential, scores: Bool) throws -> [(String, [UInt8])] {
        let outputs = try AnsweringNetwork(network, scores: scores).predict(inputs)
        return [
            (MemberNames.goldenInputs, try NPY.encode(Tensor(inputs.values, shape: [inputs.rows, inputs.columns]))),
            (
                MemberNames.goldenOutputs,
                try NPY.encode(Tensor(outputs.values, shape: [outputs.rows, outputs.columns]))
            ),
        ]
    }
}
