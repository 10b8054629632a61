internal import Kernels

/// A network as the steps that its execution takes: blocks, each a Dense layer and what follows it element by element.
///
/// The first block has no Dense layer: it is the input, with what comes before the first one. Convolutions and
/// recurrent layers will be further kinds of a block's head.
struct Program {
    struct DenseHead {
        let inputs: Int
        let units: Int
        let kernelOffset: Int
        /// Nil for a layer without bias.
        let biasOffset: Int?
        /// Whether the kernel applies relu while the sums are in registers.
        let fusesRelu: Bool
    }

    enum Stage {
        case activation(ActivationCode, parameter: Float)
        case softmax
        /// `layer` is the layer's number in the network, from which its random numbers come.
        case dropout(layer: Int, rate: Float)
    }

    struct Block {
        var head: DenseHead?
        var stages: [Stage] = []
        /// Numbers per row.
        let width: Int

        /// Whether a row's result needs the whole row, so that threads may not share rows out by columns.
        var needsWholeRows: Bool {
            stages.contains { if case .softmax = $0 { true } else { false } }
        }
    }

    private(set) var blocks: [Block]
    /// Floating-point operations for one row: forward only.
    private(set) var operationsPerRow = 0

    init(_ description: NetworkDescription, shapes: [[Int]], layout: ParameterLayout) {
        var width = description.inputShape.reduce(1, *)
        blocks = [Block(width: width)]
        for (index, (layer, shape)) in zip(description.layers, shapes).enumerated() {
            switch layer.layer {
            case .dense(let dense):
                let fusesRelu = dense.activation == .relu
                let head = DenseHead(
                    inputs: width,
                    units: dense.units,
                    kernelOffset: layout.offset(of: "\(layer.name)/kernel") ?? 0,
                    biasOffset: layout.offset(of: "\(layer.name)/bias"),
                    fusesRelu: fusesRelu
                )
                blocks.append(Block(head: head, width: dense.units))
                operationsPerRow += 2 * width * dense.units
                if !fusesRelu { append(dense.activation) }
            case .dropout(let dropout):
                if dropout.rate > 0 {
                    blocks[blocks.count - 1].stages.append(.dropout(layer: index, rate: dropout.rate))
                }
            case .activation(let activation): append(activation.activation)
            case .flatten: break
            }
            width = shape.reduce(1, *)
        }
    }

    private mutating func append(_ activation: Activation) {
        let stage: Stage? =
            switch activation {
            case .linear: nil
            case .softmax: .softmax
            case .relu: .activation(.relu, parameter: 0)
            case .sigmoid: .activation(.sigmoid, parameter: 0)
            case .tanh: .activation(.tanh, parameter: 0)
            case .leakyReLU(let slope): .activation(.leakyRelu, parameter: slope)
            case .elu(let alpha): .activation(.elu, parameter: alpha)
            case .gelu(let approximate): .activation(approximate ? .geluTanh : .gelu, parameter: 0)
            case .softplus: .activation(.softplus, parameter: 0)
            }
        if let stage { blocks[blocks.count - 1].stages.append(stage) }
    }

    /// Takes away the softmax or sigmoid at the end, whose work the loss does; says whether there was one.
    mutating func dropLast(where isFused: (Stage) -> Bool) -> Bool {
        guard let last = blocks[blocks.count - 1].stages.last, isFused(last) else { return false }
        blocks[blocks.count - 1].stages.removeLast()
        return true
    }

    /// The number of threads that pays for one pass over `rows` rows, counting `factor` passes' worth of work.
    ///
    /// Below some millions of operations the threads would wait for each other longer than they work.
    func threads(rows: Int, factor: Int, available: Int) -> Int {
        let operations = operationsPerRow * rows * factor
        return max(1, min(available, operations / 4_000_000))
    }
}
