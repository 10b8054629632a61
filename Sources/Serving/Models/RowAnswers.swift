internal import Datasets
internal import Inference
internal import ModelPackage

/// What the numbers of a model's answer mean, as tensors.
///
/// A classification gives the probability of each class and the class itself, by the rule of decision that travels with the model; an
/// anomaly task the score and whether it is too high; a regression its numbers.
struct RowAnswers: Sendable {
    let outputs: [TensorDescription]
    private let kind: PredictionKind
    private let classNames: [[UInt8]]
    private let allowsNonFinite: Bool

    /// The output that names the class.
    static let label = "class"

    init(_ predictor: some Predictor, allowsNonFinite: Bool) {
        kind = predictor.outputKind
        self.allowsNonFinite = allowsNonFinite
        let first = predictor.signature.outputs.first?.name ?? "prediction"
        switch kind {
        case .probabilities(let classes, _):
            classNames = classes.names.map { Array($0.utf8) }
            outputs = [
                TensorDescription(name: first, type: .float32, shape: [-1, classes.names.count]),
                TensorDescription(name: Self.label, type: .bytes, shape: [-1]),
            ]
        case .values(let count):
            classNames = []
            outputs = [TensorDescription(name: first, type: .float32, shape: count == 1 ? [-1] : [-1, count])]
        case .scores:
            classNames = []
            outputs = [
                TensorDescription(name: "score", type: .float32, shape: [-1]),
                TensorDescription(name: "anomaly", type: .bool, shape: [-1]),
            ]
        }
    }

    func meaning(of answer: Matrix) throws(RequestError) -> ModelAnswer {
        guard allowsNonFinite || answer.values.allSatisfy(\.isFinite) else { throw .nonFinite }
        let rows = answer.rows
        switch kind {
        case .probabilities(let classes, let decision):
            let labels = classes.answers(to: answer, by: decision).map { Int($0) }
            let probabilities = answer.withAllClasses(classes)
            let outputs = [
                tensor(0, [rows, probabilities.columns], .floats(probabilities.values)),
                tensor(1, [rows], .texts(labels.map { classNames[$0] })),
            ]
            return ModelAnswer(outputs, .classes(labels))
        case .values(let count):
            let first = count == 1 ? answer.values : (0..<rows).map { answer.values[$0 * count] }
            return ModelAnswer(
                [tensor(0, count == 1 ? [rows] : [rows, count], .floats(answer.values))],
                .numbers(first)
            )
        case .scores(let classes, let decision):
            let anomalies = classes.answers(to: answer, by: decision).map { UInt8(truncatingIfNeeded: $0) }
            return ModelAnswer(
                [tensor(0, [rows], .floats(answer.values)), tensor(1, [rows], .bytes(anomalies))],
                .numbers(answer.values)
            )
        }
    }

    private func tensor(_ index: Int, _ shape: [Int], _ values: TensorValues) -> OutputTensor {
        OutputTensor(name: outputs[index].name, type: outputs[index].type, shape: shape, values: values)
    }
}
