/// A row of a table for each number.
final class ReferenceEmbedding: ReferenceLayer {
    private let layer: Embedding
    private var rows: [[Double]] = []

    init(_ layer: Embedding) { self.layer = layer }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        self.rows = rows
        let size = layer.outputDim
        return rows.map { row in
            row.flatMap { number in
                number >= 0 && number < Double(layer.inputDim)
                    ? Array(weights[0][Int(number) * size..<(Int(number) + 1) * size])
                    : [Double](repeating: 0, count: size)
            }
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        let size = layer.outputDim
        for (row, gradient) in zip(rows, gradient) {
            for (place, number) in row.enumerated() where number >= 0 && number < Double(layer.inputDim) {
                for column in 0..<size {
                    weightGradients[0][Int(number) * size + column] += gradient[place * size + column]
                }
            }
        }
        return rows.map { $0.map { _ in 0 } }
    }
}

extension Embedding {
    func reference(of input: [Int]) -> any ReferenceLayer { ReferenceEmbedding(self) }
}

/// Layers whose output is added to their input, or to what a shortcut makes of it.
final class ReferenceResidual: ReferenceLayer {
    private let main: any ReferenceLayer
    private let mainWeights: Int
    private let side: any ReferenceLayer

    init(main: any ReferenceLayer, mainWeights: Int, side: any ReferenceLayer) {
        self.main = main
        self.mainWeights = mainWeights
        self.side = side
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        let first = main.forward(rows, Array(weights.prefix(mainWeights)), isTraining: isTraining)
        let second = side.forward(rows, Array(weights.dropFirst(mainWeights)), isTraining: isTraining)
        return zip(first, second).map { zip($0, $1).map(+) }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        var (first, second) = (
            Array(weightGradients.prefix(mainWeights)), Array(weightGradients.dropFirst(mainWeights))
        )
        let left = main.backward(gradient, Array(weights.prefix(mainWeights)), &first)
        let right = side.backward(gradient, Array(weights.dropFirst(mainWeights)), &second)
        weightGradients = first + second
        return zip(left, right).map { zip($0, $1).map(+) }
    }
}

extension Residual {
    func reference(of input: [Int]) -> any ReferenceLayer {
        func chain(_ layers: [NamedLayer]) -> (layer: ReferenceChain, weights: Int) {
            let steps = path(layers, from: input).map { step in
                let definition = step.layer.layer.definition
                return (layer: definition.reference(of: step.input), weights: definition.weights(of: step.input).count)
            }
            return (ReferenceChain(steps), steps.reduce(0) { $0 + $1.weights })
        }
        let main = chain(layers)
        let sum = ReferenceResidual(main: main.layer, mainWeights: main.weights, side: chain(shortcut).layer)
        return self.chain(sum, activation, of: input)
    }
}
