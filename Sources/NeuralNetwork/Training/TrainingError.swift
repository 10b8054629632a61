package import Support

/// Why a training could not begin or go on.
package enum TrainingError: Failure, Equatable {
    /// The loss is no longer a number. Epoch and step are counted from 1.
    case diverged(epoch: Int, step: Int, loss: String)
    /// The data do not fit the network or the recipe.
    case unfit(expected: String, received: String)
    /// A step takes more memory than the machine has; with the rows of a step where most of it is for these.
    case tooLarge(bytes: Double, memory: Int, rows: Int?)

    package var description: String {
        switch self {
        case .diverged(let epoch, let step, let loss):
            // Whether a number that is none has a sign is an accident.
            "the training diverged in epoch \(epoch), step \(step): the loss is \(loss.replacing("-nan", with: "nan"))"
        case .unfit(let expected, let received): "expected \(expected), received \(received)"
        case .tooLarge(let bytes, let memory, let rows):
            "the training takes about \(TrainingError.gigabytes(bytes))"
                + (rows.map { ", most of it for the \($0) rows of a step" } ?? "")
                + ", and this machine has \(TrainingError.gigabytes(Double(memory)))"
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
        case .tooLarge(_, _, let rows): [rows == nil ? "take fewer or smaller layers" : "choose a smaller batch_size"]
        }
    }

    package var kind: FailureKind {
        switch self {
        case .diverged: .failed
        case .unfit, .tooLarge: .usage
        }
    }

    private static func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB of memory" }
}
