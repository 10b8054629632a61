internal import Datasets
internal import Kernels

/// Brings rows of a data set into the memory from which a network learns.
final class BatchSource {
    let rows: Int
    private let inputs: FeatureRows
    private let targets: Targets
    private let usesLabels: Bool
    /// Whether a row is its own target, as it is after augmentation.
    private let reconstructs: Bool
    private let outputWidth: Int
    private let classWeights: [Float]
    /// The weight of each row of the data; empty where all count the same.
    private let rowWeights: [Float]
    /// What changes the pictures; `nil` for nothing.
    private let augmenter: Augmenter?
    /// The targets of the batch, when the loss reads a matrix.
    let targetRows: MatrixRows
    /// The class numbers of the batch, when it reads those.
    let labels: UnsafeMutablePointer<Int32>
    /// The weights of the batch's rows.
    let weights: UnsafeMutablePointer<Float>
    private let memory: [AlignedBuffer]

    /// Checks that the data fit the network's input and output, and the loss.
    init(
        _ examples: Examples,
        description: NetworkDescription,
        outputWidth: Int,
        objective: Objective,
        classWeights: [Float]?,
        augmenter: Augmenter? = nil,
        reconstructs: Bool = false,
        capacity: Int
    ) throws(TrainingError) {
        self.augmenter = augmenter
        self.reconstructs = reconstructs
        let width = description.inputShape.reduce(1, *)
        guard examples.inputs.columns == width else {
            throw .unfit(
                expected: "rows of shape \(description.inputShape)",
                received: "rows of shape \(examples.inputShape)"
            )
        }
        guard examples.rows > 0 else { throw .unfit(expected: "at least one row", received: "none") }
        if reconstructs {
            guard outputWidth == width else {
                throw .unfit(expected: "\(width) outputs, one for each feature", received: "\(outputWidth)")
            }
            guard !objective.usesLabels, classWeights == nil else {
                throw .unfit(expected: "a loss of numbers, and no class weights", received: "one of classes")
            }
        } else {
            try BatchSource.check(examples.targets, outputWidth: outputWidth, objective: objective, classWeights)
        }
        rows = examples.rows
        inputs = examples.inputs
        targets = examples.targets
        usesLabels = objective.usesLabels
        self.outputWidth = outputWidth
        self.classWeights = classWeights ?? []
        rowWeights = examples.weights ?? []
        let row = (outputWidth + 15) / 16 * 16
        let matrix = AlignedBuffer(count: capacity * row)
        let labelMemory = AlignedBuffer(count: capacity)
        let weightMemory = AlignedBuffer(count: capacity)
        weightMemory.start.update(repeating: 1, count: capacity)
        targetRows = matrix.rows(row: row)
        labels = UnsafeMutableRawPointer(labelMemory.start).bindMemory(to: Int32.self, capacity: capacity)
        weights = weightMemory.start
        memory = [matrix, labelMemory, weightMemory]
    }

    private static func check(
        _ targets: Targets,
        outputWidth: Int,
        objective: Objective,
        _ classWeights: [Float]?
    ) throws(TrainingError) {
        switch targets {
        case .classes(let labels, let count):
            if objective.usesLabels || outputWidth != 1 {
                guard count <= outputWidth else {
                    throw .unfit(expected: "at most \(outputWidth) classes, one per output", received: "\(count)")
                }
            } else if count > 2 {
                throw .unfit(expected: "2 classes for a network with one output", received: "\(count)")
            }
            if let row = labels.firstIndex(where: { $0 < 0 || $0 >= count }) {
                throw .unfit(expected: "classes from 0 to \(count - 1)", received: "\(labels[row]) in row \(row + 1)")
            }
            if let classWeights, classWeights.count != count {
                throw .unfit(expected: "\(count) class weights", received: "\(classWeights.count)")
            }
        case .values(let matrix):
            guard !objective.usesLabels else {
                throw .unfit(expected: "class numbers as targets", received: "values")
            }
            guard matrix.columns == outputWidth else {
                throw .unfit(expected: "\(outputWidth) target values per row", received: "\(matrix.columns)")
            }
            guard classWeights == nil else {
                throw .unfit(expected: "classes as targets of class weights", received: "values")
            }
        }
    }

    /// Copies rows of the data, the ones at `positions` of the order, to the same rows of the batch.
    ///
    /// Threads may call it at once for different positions. Without an order the rows come as they are. Pictures are changed
    /// as they are in the given epoch.
    func gather(
        _ positions: Range<Int>,
        from first: Int,
        order: [Int32]?,
        epoch: Int = 0,
        into target: MatrixRows
    ) {
        guard !positions.isEmpty else { return }
        func row(_ position: Int) -> Int { order.map { Int($0[first + position]) } ?? first + position }
        if let augmenter {
            for position in positions {
                let row = row(position)
                augmenter.copy(inputs.pointer(row: row), to: target.pointer(row: position), row: row, epoch: epoch)
            }
        } else {
            let numbers = first + positions.lowerBound..<first + positions.upperBound
            let start = target.pointer(row: positions.lowerBound)
            inputs.copy(numbers, of: order, to: start, stride: target.stride)
        }
        if !rowWeights.isEmpty { for position in positions { weights[position] = rowWeights[row(position)] } }
        if reconstructs {
            for position in positions {
                let rebuilt = target.pointer(row: position)
                targetRows.pointer(row: position).update(from: rebuilt, count: outputWidth)
            }
            return
        }
        switch targets {
        case .classes(let classes, _):
            for position in positions { put(classes[row(position)], row(position), at: position) }
        case .values(let matrix):
            matrix.values.withUnsafeBufferPointer { values in
                guard let start = values.baseAddress else { return }
                let (target, stride) = (targetRows.pointer(row: 0), targetRows.stride)
                for position in positions {
                    let from = start + row(position) * outputWidth
                    for unit in 0..<outputWidth { target[position * stride + unit] = from[unit] }
                }
            }
        }
    }

    /// Has rows of a later batch fetched from the disk, where they lie there, while the network works.
    func prefetch(_ positions: Range<Int>, from first: Int, order: [Int32]?) {
        guard inputs.isFile else { return }
        for position in positions where first + position < rows {
            inputs.prefetch(row: order.map { Int($0[first + position]) } ?? first + position)
        }
    }

    /// Puts the class of a row of the data into the batch.
    private func put(_ label: Int32, _ row: Int, at position: Int) {
        labels[position] = label
        if !classWeights.isEmpty {
            weights[position] = classWeights[Int(label)] * (rowWeights.isEmpty ? 1 : rowWeights[row])
        }
        guard !usesLabels else { return }
        let target = targetRows.pointer(row: position)
        if outputWidth == 1 {
            target[0] = Float(label)
        } else {
            for unit in 0..<outputWidth { target[unit] = unit == Int(label) ? 1 : 0 }
        }
    }
}
