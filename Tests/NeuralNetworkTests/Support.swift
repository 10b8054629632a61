import Datasets
import Kernels
import NeuralNetwork
import Support

/// Made-up data and networks for tests, each a function of its seed.
enum Sample {
    static func random(_ seed: UInt64) -> CounterRandom { CounterRandom(seed: seed, stream: 77) }

    /// Normal numbers, a share of which is exactly zero.
    static func matrix(_ rows: Int, _ columns: Int, seed: UInt64, zeros: Double = 0) -> Matrix {
        let random = random(seed)
        let holes = random.substream(1)
        return Matrix(
            rows: rows,
            columns: columns,
            values: (0..<rows * columns).map { index in
                holes.uniform(at: UInt64(index)) < zeros ? 0 : Float(random.normal(at: UInt64(index)))
            }
        )
    }

    static func classes(_ rows: Int, count: Int, seed: UInt64) -> Targets {
        .classes((0..<rows).map { Int32(random(seed).integer(at: UInt64($0), below: count)) }, count: count)
    }

    static func examples(_ rows: Int, _ columns: Int, classes count: Int, seed: UInt64, zeros: Double = 0) -> Examples {
        Examples(
            inputs: matrix(rows, columns, seed: seed, zeros: zeros),
            inputShape: [columns],
            targets: classes(rows, count: count, seed: seed + 1)
        )
    }

    static func examples(_ rows: Int, _ columns: Int, values: Int, seed: UInt64) -> Examples {
        Examples(
            inputs: matrix(rows, columns, seed: seed),
            inputShape: [columns],
            targets: .values(matrix(rows, values, seed: seed + 1))
        )
    }

    /// A network with biases away from zero, where the kinks of relu would hide mistakes.
    static func model(_ inputs: Int, _ layers: [Layer], seed: UInt64 = 1) throws -> Sequential {
        let layers = layers.map { layer -> Layer in
            guard case .dense(var dense) = layer else { return layer }
            dense.biasInitializer = .randomUniform(minval: 0.05, maxval: 0.2)
            return .dense(dense)
        }
        return try Sequential(NetworkDescription(inputShape: [inputs], layers: layers), seed: seed)
    }

    static func rows(_ features: FeatureRows) -> [[Double]] { rows(features.all) }

    static func rows(_ matrix: Matrix) -> [[Double]] {
        (0..<matrix.rows).map { row in
            (0..<matrix.columns).map { Double(matrix.values[row * matrix.columns + $0]) }
        }
    }

    /// The targets of a reference: values, or one-hot rows.
    static func targetRows(_ targets: Targets, width: Int) -> [[Double]] {
        switch targets {
        case .values(let matrix): rows(matrix)
        case .classes(let labels, _):
            labels.map { label in
                width == 1 ? [Double(label)] : (0..<width).map { $0 == Int(label) ? 1 : 0 }
            }
        }
    }
}

/// A short form of all bits of a result.
func digest(_ tensors: [NamedTensor]) -> UInt64 {
    var digest: UInt64 = 14_695_981_039_346_656_037
    for tensor in tensors {
        for value in tensor.values { digest = (digest ^ UInt64(value.bitPattern)) &* 1_099_511_628_211 }
    }
    return digest
}

/// The largest difference of two lists, relative to the largest number of the second.
///
/// Infinite when they have other counts, or the first has what is no number.
func relativeError(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count, values.allSatisfy(\.isFinite) else { return .infinity }
    let scale = max(expected.map(abs).max() ?? 0, 1e-3)
    return zip(values, expected).map { abs(Double($0) - $1) }.max().map { $0 / scale } ?? 0
}

let allActivations: [Activation] = [
    .linear, .relu, .sigmoid, .tanh, .softmax, .leakyReLU(), .leakyReLU(negativeSlope: 0.3), .elu(), .elu(alpha: 0.5),
    .gelu(), .gelu(approximate: true), .softplus,
]

/// Whole numbers one after the other, each a function of the seed and its place.
struct Draws {
    private let random: CounterRandom
    private var drawn: UInt64 = 0

    init(seed: UInt64) { random = Sample.random(seed) }

    mutating func next(in range: ClosedRange<Int>) -> Int {
        drawn += 1
        return range.lowerBound + random.integer(at: drawn, below: range.count)
    }
}
