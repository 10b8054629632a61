internal import NeuralNetwork

/// A network as a short Python program, for people who want to see what it computes.
struct NumPyProgram {
    let text: String

    /// `nil` for layers that take more than a few lines; with `scores` it ends in those of an anomaly task.
    init?(_ network: NetworkDescription, scores: Bool) {
        var lines = [
            "import math", "import numpy", "from safetensors.numpy import load_file", "",
            "weights = load_file(\"weights.safetensors\")", "x = numpy.load(\"golden/inputs.npy\")",
        ]
        if scores { lines.append("features = x") }
        for layer in network.layers {
            switch layer.layer {
            case .dense(let dense):
                let bias = dense.useBias ? " + weights[\"\(layer.name)/bias\"]" : ""
                lines.append("x = x @ weights[\"\(layer.name)/kernel\"]\(bias)")
                lines += NumPyProgram.lines(dense.activation)
            case .activation(let activation): lines += NumPyProgram.lines(activation.activation)
            // Dropout is for training, and the rows are flat already.
            case .dropout, .flatten: break
            default: return nil
            }
        }
        if scores { lines.append("x = ((x - features) ** 2).mean(axis=1, keepdims=True)") }
        lines += [
            "difference = abs(x - numpy.load(\"golden/outputs.npy\")).max()",
            "print(\"largest difference from the stored outputs:\", difference)",
        ]
        text = lines.joined(separator: "\n")
    }

    private static func lines(_ activation: Activation) -> [String] {
        switch activation {
        case .linear: []
        case .relu: ["x = numpy.maximum(x, 0)"]
        case .sigmoid: ["x = 1 / (1 + numpy.exp(-x))"]
        case .tanh: ["x = numpy.tanh(x)"]
        case .softmax:
            ["x = numpy.exp(x - x.max(axis=1, keepdims=True))", "x = x / x.sum(axis=1, keepdims=True)"]
        case .leakyReLU(let slope): ["x = numpy.where(x > 0, x, \(slope) * x)"]
        case .elu(let alpha): ["x = numpy.where(x > 0, x, \(alpha) * numpy.expm1(numpy.minimum(x, 0)))"]
        case .gelu(approximate: false): ["x = x / 2 * (1 + numpy.vectorize(math.erf)(x / math.sqrt(2)))"]
        case .gelu(approximate: true):
            ["x = x / 2 * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))"]
        case .softplus: ["x = numpy.logaddexp(x, 0)"]
        }
    }
}
