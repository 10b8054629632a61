package import Support

/// Why a training could not begin or go on.
package enum TrainingError: Failure, Equatable {
    /// The loss is no longer a number. Epoch and step are counted from 1.
    case diverged(epoch: Int, step: Int, loss: String)
    /// The data do not fit the network or the recipe.
    case unfit(expected: String, received: String)

    package var description: String {
        switch self {
        case .diverged(let epoch, let step, let loss):
            // Whether a number that is none has a sign is an accident.
            "the training diverged in epoch \(epoch), step \(step): the loss is \(loss.replacing("-nan", with: "nan"))"
        case .unfit(let expected, let received): "expected \(expected), received \(received)"
        }
    }

    package var hints: [String] {
        switch self {
        case .diverged:
            [
                "lower the learning rate", "bound the gradients: optimizer: {adam: {global_clipnorm: 1}}",
                "look for very large numbers in the data, and standardize them",
            ]
        case .unfit: []
        }
    }

    package var kind: FailureKind {
        switch self {
        case .diverged: .failed
        case .unfit: .usage
        }
    }
}
