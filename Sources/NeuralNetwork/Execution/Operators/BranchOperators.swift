internal import Kernels

/// One tensor that goes several ways; the gradients of the ways are added.
final class ForkOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let input: BatchTensor

    init(_ input: BatchTensor, count: Int, _ builder: WorkspaceBuilder) {
        self.input = input
        inputs = [input]
        outputs = (0..<count).map { _ in
            BatchTensor(
                shape: input.shape,
                values: input.values,
                gradient: input.needsGradient ? builder.matrix(input.width) : input.values,
                needsGradient: input.needsGradient,
                allowsChange: false
            )
        }
    }

    func share(after inputs: Share) -> Share { inputs }
    func forward(_ pass: Pass, _ share: Share) {}
    func gradientShare(after outputs: Share) -> Share { outputs }

    func backward(_ pass: Pass, _ share: Share) {
        guard input.needsGradient else { return }
        let part = pass.part(of: input, share)
        for row in part.rows {
            let target = input.gradient.pointer(row: row)
            for place in part.floats { target[place] = 0 }
            // Way by way: the tensors are objects, which no loop over numbers should touch.
            for output in outputs {
                let gradient = output.gradient.pointer(row: row)
                for place in part.floats { target[place] += gradient[place] }
            }
        }
    }
}

/// The sum of two tensors of one shape.
final class AddOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let output: BatchTensor

    init(_ first: BatchTensor, _ second: BatchTensor, _ builder: WorkspaceBuilder) {
        inputs = [first, second]
        output = builder.tensor(first.shape, after: first.needsGradient ? first : second)
        outputs = [output]
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            let (first, second) = (inputs[0].values.pointer(row: row), inputs[1].values.pointer(row: row))
            let target = output.values.pointer(row: row)
            for place in 0..<output.width { target[place] = first[place] + second[place] }
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        for input in inputs where input.needsGradient {
            for row in pass.ownRows {
                input.gradient.pointer(row: row).update(from: output.gradient.pointer(row: row), count: output.width)
            }
        }
    }
}

/// The outputs of two directions as one.
final class MergeOperator: Operator {
    let inputs: [BatchTensor]
    let outputs: [BatchTensor]
    private let output: BatchTensor
    private let mode: MergeMode
    private let units: Int

    init(
        _ forward: BatchTensor,
        _ backward: BatchTensor,
        _ shape: [Int],
        _ mode: MergeMode,
        _ builder: WorkspaceBuilder
    ) {
        inputs = [forward, backward]
        output = builder.tensor(shape, after: forward)
        outputs = [output]
        self.mode = mode
        units = forward.shape[forward.shape.count - 1]
    }

    func forward(_ pass: Pass, _ share: Share) {
        for row in pass.ownRows {
            let (first, second) = (inputs[0].values.pointer(row: row), inputs[1].values.pointer(row: row))
            let target = output.values.pointer(row: row)
            let width = inputs[0].width
            switch mode {
            case .concat:
                for place in 0..<width / units {
                    (target + 2 * place * units).update(from: first + place * units, count: units)
                    (target + (2 * place + 1) * units).update(from: second + place * units, count: units)
                }
            case .sum: for place in 0..<width { target[place] = first[place] + second[place] }
            case .mul: for place in 0..<width { target[place] = first[place] * second[place] }
            case .ave: for place in 0..<width { target[place] = (first[place] + second[place]) / 2 }
            }
        }
    }

    func backward(_ pass: Pass, _ share: Share) {
        for (number, input) in inputs.enumerated() where input.needsGradient {
            for row in pass.ownRows {
                let (gradient, target) = (output.gradient.pointer(row: row), input.gradient.pointer(row: row))
                let other = inputs[1 - number].values.pointer(row: row)
                switch mode {
                case .concat:
                    for place in 0..<input.width / units {
                        (target + place * units).update(from: gradient + (2 * place + number) * units, count: units)
                    }
                case .sum: target.update(from: gradient, count: input.width)
                case .mul: for place in 0..<input.width { target[place] = gradient[place] * other[place] }
                case .ave: for place in 0..<input.width { target[place] = gradient[place] / 2 }
                }
            }
        }
    }
}

extension LayerPlace {
    /// The place of a layer that stands in this one.
    func inside(_ name: String, _ number: Int) -> LayerPlace {
        LayerPlace(numbers: numbers + [number], name: "\(self.name)/\(name)", isFrozen: isFrozen)
    }
}

extension Residual {
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor {
        let fork = ForkOperator(input, count: 2, builder)
        builder.append(fork)
        func path(_ layers: [NamedLayer], from tensor: BatchTensor, firstNumber: Int) -> BatchTensor {
            layers.enumerated().reduce(tensor) { tensor, step in
                let inner = place.inside(step.element.name, firstNumber + step.offset)
                return step.element.layer.definition.build(builder, from: tensor, inner)
            }
        }
        let main = path(layers, from: fork.outputs[0], firstNumber: 0)
        let side = path(shortcut, from: fork.outputs[1], firstNumber: layers.count)
        let add = AddOperator(main, side, builder)
        builder.append(add)
        return activation.build(builder, from: add.outputs[0])
    }
}
