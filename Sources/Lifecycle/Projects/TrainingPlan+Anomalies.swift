internal import Datasets
internal import Evaluation
internal import NeuralNetwork
internal import ProjectFile

extension Project {
    /// What is asked of the decision: what the file says, of an anomaly task else the usual quantile.
    ///
    /// Throws ``ProjectError`` with the line for a rule that does not fit the task, and for one that takes more normal rows
    /// than are kept from the training.
    func decisionRule(for data: PreparedData) throws -> DecisionRule? {
        try decision?.check(classes: data.classes, hasValidation: data.validation != nil || data.folds != nil)
        guard data.classes?.isOneClass == true else { return try decision?.decision() }
        let rule = try decision?.decision() ?? .usualQuantile
        guard case .quantile(let share) = rule else { return rule }
        do throws(EvaluationError) {
            try ScoreThreshold.check(share, rows: data.validation?.normalCount ?? 0)
        } catch {
            let hints = data.validation == nil ? ["add to data: split: {validation: 0.2}"] : error.hints
            throw ProjectError(
                file: file,
                line: decision?.node.line ?? self.data?.node.line,
                error.message,
                hints: hints
            )
        }
        return rule
    }
}

extension TrainingSection {
    /// Throws ``ProjectError`` for a loss that is not about numbers.
    func checkReconstruction(_ loss: Loss) throws {
        switch loss {
        case .meanSquaredError, .meanAbsoluteError, .huber: return
        case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy:
            throw node.error(
                "`training.loss`: the network of an anomaly task gives back numbers, found `\(loss.name)`",
                hints: ["the losses are: mse, mae, huber"]
            )
        }
    }
}

extension NetworkDescription {
    /// Whether outputs of a shape are the inputs again: as many numbers on one axis, or the same axes.
    func givesBack(_ output: [Int]) -> Bool {
        output == [inputShape.reduce(1, *)] || output.trimmed == inputShape.trimmed
    }

    /// What is wrong with outputs that are not the inputs again: the layer, what was expected, and what was received.
    func reconstructionProblem(_ output: [Int]) -> String {
        let features = inputShape.reduce(1, *)
        let name = layers.last.map { " `\($0.name)`" } ?? ""
        let shape = inputShape.count > 1 ? ", or shape \(inputShape)" : ""
        return
            "the last layer\(name): expected \(features) outputs, one for each feature that goes in\(shape), received "
            + (output.count == 1 ? "\(output[0])" : "shape \(output)")
    }

    /// How a network ends that gives back its inputs.
    var reconstructionHints: [String] { ["end it with: dense: {units: \(inputShape.reduce(1, *))}"] }

    /// The network with a layer behind it that lays its outputs side by side, where they have several axes.
    var endingInOneAxis: NetworkDescription {
        guard let shape = try? outputShape(), shape.count > 1 else { return self }
        return NetworkDescription(inputShape: inputShape, layers: layers.map(\.layer) + [.flatten])
    }
}

extension [Int] {
    /// A shape without a last axis of one channel, which gray pictures may have or not.
    fileprivate var trimmed: [Int] { count > 1 && last == 1 ? dropLast() : self }
}

extension TrainingPlan {
    /// Whether the network learns what is normal, and gives back its inputs.
    var isAnomaly: Bool { recipe.reconstructs == true }

    /// What a person should know before trusting a score.
    var anomalyRemarks: [String] { isAnomaly ? sizeRemark + gateRemark : [] }

    /// A gate that is about anomalies cannot be met where none is known.
    private var gateRemark: [String] {
        guard let validation = data.validation, validation.normalCount == validation.rows,
            let gate = gates.first(where: { $0.metric.needsAnomalies })
        else { return [] }
        return [
            "no validation row is labelled as an anomaly: the gate on \(gate.metric.name) cannot be met; give labelled rows, "
                + "such as data: {validation: {csv: judged.csv}}"
        ]
    }

    /// Features that are much larger than others decide the score alone; of a picture some places hardly ever change.
    private var sizeRemark: [String] {
        guard data.features.table != nil else { return [] }
        let inputs = data.training.inputs
        let deviations = inputs.deviations(ofFirst: 10_000).filter { $0 > 0 }
        guard let least = deviations.min(), let most = deviations.max(), most > 100 * least else { return [] }
        return [
            "the deviations of the features go from \(Float(least)) to \(Float(most)): the score is a mean over features, and "
                + "the large ones decide it; add the step standardize"
        ]
    }
}

extension FeatureRows {
    /// The deviation of each column over the first rows.
    fileprivate func deviations(ofFirst limit: Int) -> [Double] {
        let count = min(limit, count)
        return (0..<columns).map { column in
            var (sum, squares) = (0.0, 0.0)
            let first = Double(self[0, column])
            for row in 0..<count {
                let value = Double(self[row, column]) - first
                sum += value
                squares += value * value
            }
            return max(0, squares / Double(count) - (sum / Double(count)) * (sum / Double(count))).squareRoot()
        }
    }
}
