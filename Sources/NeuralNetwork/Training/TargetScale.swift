package import Datasets

/// The mean and the standard deviation of each number of a target, by which a network learns it.
///
/// Steps of an optimizer are about as large as its learning rate, whatever the numbers mean: a network that is to answer
/// 150,000 would need as many steps to get there. It learns `(target - mean) / deviation` instead, and when it is done the
/// same line is laid into its last layer, so that it answers in the target's own unit and nobody need know.
package struct TargetScale: Sendable, Equatable {
    /// Of the training rows, one for each number of the target.
    package let means: [Float]
    /// Above zero: 1 for a number that never changes.
    package let deviations: [Float]

    /// The scale of the training targets, as scikit-learn's `StandardScaler` has it; `nil` for classes.
    package init?(of targets: Targets) {
        guard case .values(let matrix) = targets, matrix.rows > 0 else { return nil }
        let columns = 0..<matrix.columns
        let rows = Double(matrix.rows)
        func mean(of column: Int, _ term: (Double) -> Double) -> Double {
            var sum = 0.0
            for row in 0..<matrix.rows { sum += term(Double(matrix.values[row * matrix.columns + column])) }
            return sum / rows
        }
        let means = columns.map { mean(of: $0) { $0 } }
        let deviations = columns.map { column in
            mean(of: column) { ($0 - means[column]) * ($0 - means[column]) }.squareRoot()
        }
        self.means = means.map { Float($0) }
        self.deviations = deviations.map { Float($0) > 0 ? Float($0) : 1 }
    }

    /// The targets as the network learns them.
    package func standardized(_ examples: Examples) -> Examples {
        guard case .values(let matrix) = examples.targets else { return examples }
        let values = matrix.values.enumerated().map { index, value in
            let column = index % matrix.columns
            return Float((Double(value) - Double(means[column])) / Double(deviations[column]))
        }
        return examples.with(.values(Matrix(rows: matrix.rows, columns: matrix.columns, values: values)))
    }

    /// Parameters that answer in the target's own unit, from those of a network that has learned by this scale.
    package func laid(into parameters: [NamedTensor], of network: NetworkDescription) -> [NamedTensor] {
        network.transformingLast(
            parameters,
            kernel: { value, unit in value * Double(deviations[unit]) },
            bias: { value, unit in value * Double(deviations[unit]) + Double(means[unit]) }
        )
    }

    /// The opposite of ``laid(into:of:)``, up to rounding: for a network that goes on learning.
    package func taken(outOf parameters: [NamedTensor], of network: NetworkDescription) -> [NamedTensor] {
        network.transformingLast(
            parameters,
            kernel: { value, unit in value / Double(deviations[unit]) },
            bias: { value, unit in (value - Double(means[unit])) / Double(deviations[unit]) }
        )
    }
}

/// How it is saved, beside what the optimizer remembers.
extension TargetScale {
    private static let names = (means: "target/mean", deviations: "target/deviation")

    package var tensors: [NamedTensor] {
        [
            NamedTensor(name: Self.names.means, shape: [means.count], values: means),
            NamedTensor(name: Self.names.deviations, shape: [deviations.count], values: deviations),
        ]
    }

    /// The scale among tensors that were saved; `nil` when there is none.
    package init?(among tensors: [NamedTensor]) {
        guard let means = tensors.first(where: { $0.name == Self.names.means }),
            let deviations = tensors.first(where: { $0.name == Self.names.deviations }),
            means.values.count == deviations.values.count,
            means.values.allSatisfy(\.isFinite), deviations.values.allSatisfy({ $0.isFinite && $0 > 0 })
        else { return nil }
        self.means = means.values
        self.deviations = deviations.values
    }
}

extension NetworkDescription {
    /// The name of the last layer when a line can be laid into it: `dense` with a bias and without an activation.
    package var lastLinearLayer: String? {
        guard let last = layers.last, case .dense(let dense) = last.layer, dense.useBias, dense.activation == .linear
        else { return nil }
        return last.name
    }

    /// Parameters with other numbers in the last layer; a kernel is `[inputs, units]`.
    fileprivate func transformingLast(
        _ parameters: [NamedTensor],
        kernel: (Double, _ unit: Int) -> Double,
        bias: (Double, _ unit: Int) -> Double
    ) -> [NamedTensor] {
        guard let name = lastLinearLayer else { return parameters }
        return parameters.map { tensor in
            let change = tensor.name == "\(name)/kernel" ? kernel : tensor.name == "\(name)/bias" ? bias : nil
            guard let change, let units = tensor.shape.last else { return tensor }
            return NamedTensor(
                name: tensor.name,
                shape: tensor.shape,
                values: tensor.values.enumerated().map { Float(change(Double($1), $0 % units)) }
            )
        }
    }
}
