internal import Kernels

/// What training compares with the targets: the loss in the kernels' terms, and the number that people read.
struct Objective {
    let code: LossCode
    let delta: Float
    let metric: MetricCode
    /// The metric's name in the history.
    let metricName: String
    /// What divides yes from no in the outputs of a binary classifier.
    let threshold: Float
    /// Whether the kernels read class numbers; otherwise they read a matrix of targets.
    let usesLabels: Bool

    /// The objective for a loss at the end of a network, whose last activation it takes over where it can.
    init(_ loss: Loss, fusingInto plan: inout ExecutionPlan) {
        var delta: Float = 1
        var threshold: Float = 0.5
        switch loss {
        case .meanSquaredError: (code, metric) = (.squared, .absoluteError)
        case .meanAbsoluteError: (code, metric) = (.absolute, .absoluteError)
        case .huber(let limit):
            (code, metric) = (.huber, .absoluteError)
            delta = limit
        case .binaryCrossentropy(let fromLogits):
            let isFused = !fromLogits && plan.leaveLast(.sigmoid)
            (code, metric) = (fromLogits || isFused ? .binaryLogits : .binary, .binaryAccuracy)
            // Keras compares with 0.5 whatever the outputs are; for logits the same line is at 0.
            if fromLogits || isFused { threshold = 0 }
        case .categoricalCrossentropy(let fromLogits):
            let isFused = !fromLogits && plan.leaveLast(.softmax)
            (code, metric) = (fromLogits || isFused ? .categoricalLogits : .categorical, .categoricalAccuracy)
        case .sparseCategoricalCrossentropy(let fromLogits):
            let isFused = !fromLogits && plan.leaveLast(.softmax)
            (code, metric) = (fromLogits || isFused ? .sparseLogits : .sparse, .sparseAccuracy)
        }
        self.delta = delta
        self.threshold = threshold
        metricName = loss.metricName
        usesLabels = code == .sparse || code == .sparseLogits
    }
}
