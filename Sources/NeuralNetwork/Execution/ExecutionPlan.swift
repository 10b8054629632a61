internal import Kernels

/// A network whose shapes have been checked, ready to be laid out in memory any number of times.
struct ExecutionPlan {
    let description: NetworkDescription
    private(set) var layout: ParameterLayout
    /// The shape of one row after each layer.
    private let shapes: [[Int]]
    /// Whether the loss does the work of the last activation.
    private(set) var leavesLastActivation = false
    /// The layers whose weights stay as they are.
    private var frozen: Set<String> = []
    /// Floating-point operations for one row: forward only.
    private let operationsPerRow: Int
    /// Those that threads share out even for a single row.
    private let sharedOperationsPerRow: Int

    /// Throws ``LayerError`` where a layer cannot take what the one before it gives.
    init(_ description: NetworkDescription, panelsPerBand: Int) throws(LayerError) {
        let shapes = try description.shapes()
        self.description = description
        self.shapes = shapes
        layout = ParameterLayout(description, shapes: shapes, panelsPerBand: panelsPerBand)
        let steps = zip(description.layers.map(\.layer.definition), [description.inputShape] + shapes)
        operationsPerRow = steps.reduce(0) { $0 + $1.0.operations(of: $1.1) }
        sharedOperationsPerRow = steps.reduce(0) { $0 + $1.0.sharedOperations(of: $1.1) }
    }

    /// Leaves the softmax or sigmoid at the end to the loss, which does its work; says whether there was one.
    mutating func leaveLast(_ activation: Activation) -> Bool {
        guard description.lastActivation == activation else { return false }
        leavesLastActivation = true
        return true
    }

    /// Keeps the weights of layers, by their names, as they are.
    mutating func freeze(_ names: [String]) { frozen.formUnion(names) }

    /// The parameters that are trained.
    func learns(_ entry: ParameterLayout.Entry) -> Bool {
        entry.weight.isTrainable && !frozen.contains(String(entry.name.prefix { $0 != "/" }))
    }

    /// Has gradients computed without the penalties on the weights.
    mutating func leaveOutPenalties() { layout = layout.withoutPenalties() }

    /// Puts the operators of all layers in a row; returns the output of the last.
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor) -> BatchTensor {
        var tensor = input
        var isDone = false
        for (index, layer) in description.layers.enumerated() {
            // Pooling that the convolution before it has done.
            if isDone {
                isDone = false
                continue
            }
            var place = LayerPlace(numbers: [index], name: layer.name)
            place.leavesActivation = leavesLastActivation && index == description.lastActiveLayer
            place.isFrozen = frozen.contains(layer.name)
            let definition = layer.layer.definition
            if index + 1 < shapes.count {
                let next = description.layers[index + 1].layer.definition
                place.usedPlaces = next.usedPlaces(of: shapes[index])
                if let pooling = next.maxPooling(of: shapes[index]),
                    let pooled = definition.build(builder, from: tensor, place, pooledBy: pooling)
                {
                    tensor = pooled
                    isDone = true
                    continue
                }
            }
            tensor = definition.build(builder, from: tensor, place)
        }
        return tensor
    }

    /// The rows that a thread should take through the network at once, when it has many.
    ///
    /// What one layer leaves for the next one should still lie in the thread's second-level cache then; a layer of many
    /// weights wants enough rows to make it worth fetching them.
    var rowsPerThread: Int {
        let inputs = [description.inputShape] + shapes
        return zip(zip(description.layers, inputs), shapes).reduce(64) { rows, step in
            let ((layer, input), output) = step
            let numbers = layer.layer.definition.numbersAtOnce(input, output)
            let weights = layer.layer.definition.weights(of: input).reduce(0) { $0 + $1.shape.reduce(1, *) }
            return min(rows, max(4, max(1 << 17, 2 * weights) / max(1, numbers)))
        }
    }

    /// About how many bytes a workspace takes, of which there may be more than a number can say.
    func bytes(capacity: Int, threads: Int, withGradients: Bool) -> (rows: Double, rest: Double) {
        let inputs = [description.inputShape] + shapes
        let steps = zip(zip(description.layers.map(\.layer.definition), inputs), shapes)
        let kept = steps.reduce(Double(description.inputShape.reduce(1, *))) { sum, step in
            sum + Double(step.0.0.keptNumbers(step.0.1, step.1)) * (withGradients ? 2 : 1)
        }
        let padded = steps.map { $0.0.0.paddedNumbers($0.0.1) ?? .max }.max() ?? 0
        let size = Double(MemoryLayout<Float>.stride)
        return (size * kept * Double(capacity), size * Double(padded) * Double(threads))
    }

    /// The number of threads that pays for one pass over `rows` rows, counting `factor` passes' worth of work.
    ///
    /// Below some millions of operations the threads would wait for each other longer than they work. Fewer rows than
    /// threads give work to all of them in layers only that share single rows out.
    func threads(rows: Int, factor: Int, available: Int) -> Int {
        func paying(_ operations: Int) -> Int {
            let (work, overflow) = (operations * factor).multipliedReportingOverflow(by: rows)
            return overflow ? available : max(1, min(available, work / 4_000_000))
        }
        return min(paying(operationsPerRow), max(rows, paying(sharedOperationsPerRow)))
    }
}

extension NetworkDescription {
    /// The last layer that is more than another view of the same numbers.
    fileprivate var lastActiveLayer: Int? {
        layers.lastIndex { layer in
            switch layer.layer {
            case .flatten, .reshape: false
            default: true
            }
        }
    }

    /// The activation at the very end; `nil` when the last layer has none of the kind that a loss can do.
    fileprivate var lastActivation: Activation? {
        guard let index = lastActiveLayer else { return nil }
        return switch layers[index].layer {
        case .dense(let dense): dense.activation
        case .activation(let activation): activation.activation
        default: nil
        }
    }
}
