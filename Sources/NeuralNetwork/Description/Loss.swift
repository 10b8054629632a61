/// What training makes small, with Keras's names and definitions.
///
/// A batch's loss is the mean over its rows; a row's the mean over its outputs, except for the categorical ones.
package enum Loss: Sendable, Equatable {
    case meanSquaredError
    case meanAbsoluteError
    /// Squared up to `delta`, beyond it linear.
    case huber(delta: Float = 1)
    case binaryCrossentropy(fromLogits: Bool = false)
    case categoricalCrossentropy(fromLogits: Bool = false)
    /// The same with class numbers as targets.
    case sparseCategoricalCrossentropy(fromLogits: Bool = false)

    /// The names that a recipe may use; `mse` and `mae` are short for the first two.
    package static let names = [
        "mean_squared_error", "mean_absolute_error", "huber", "binary_crossentropy", "categorical_crossentropy",
        "sparse_categorical_crossentropy",
    ]

    /// The loss of that name with its default options; nil when there is none.
    package init?(name: String) {
        switch name {
        case "mean_squared_error", "mse": self = .meanSquaredError
        case "mean_absolute_error", "mae": self = .meanAbsoluteError
        case "huber": self = .huber()
        case "binary_crossentropy": self = .binaryCrossentropy()
        case "categorical_crossentropy": self = .categoricalCrossentropy()
        case "sparse_categorical_crossentropy": self = .sparseCategoricalCrossentropy()
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .meanSquaredError: "mean_squared_error"
        case .meanAbsoluteError: "mean_absolute_error"
        case .huber: "huber"
        case .binaryCrossentropy: "binary_crossentropy"
        case .categoricalCrossentropy: "categorical_crossentropy"
        case .sparseCategoricalCrossentropy: "sparse_categorical_crossentropy"
        }
    }
}

extension Loss {
    /// The metric that is computed beside it while training, as the history names it.
    package var metricName: String {
        switch self {
        case .meanSquaredError, .meanAbsoluteError, .huber: "mae"
        case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy: "accuracy"
        }
    }
}

extension Loss: Codable {
    private enum Key: String, CodingKey {
        case type, delta, fromLogits
    }

    package init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self = try Loss.named(name, decoder)
            return
        }
        let options = try decoder.container(keyedBy: Key.self)
        let fromLogits = try options.decodeIfPresent(Bool.self, forKey: .fromLogits) ?? false
        switch try Loss.named(options.decode(String.self, forKey: .type), decoder) {
        case .huber(let delta): self = .huber(delta: try options.decodeIfPresent(Float.self, forKey: .delta) ?? delta)
        case .binaryCrossentropy: self = .binaryCrossentropy(fromLogits: fromLogits)
        case .categoricalCrossentropy: self = .categoricalCrossentropy(fromLogits: fromLogits)
        case .sparseCategoricalCrossentropy: self = .sparseCategoricalCrossentropy(fromLogits: fromLogits)
        case let other: self = other
        }
    }

    private static func named(_ name: String, _ decoder: any Decoder) throws -> Loss {
        guard let known = Loss(name: name) else {
            throw DecodingError.unknownName(name, of: "loss", known: names, decoder)
        }
        return known
    }

    package func encode(to encoder: any Encoder) throws {
        if self == Loss(name: name) {
            var container = encoder.singleValueContainer()
            return try container.encode(name)
        }
        var options = encoder.container(keyedBy: Key.self)
        try options.encode(name, forKey: .type)
        if case .huber(let delta) = self {
            try options.encode(delta, forKey: .delta)
        } else {
            try options.encode(true, forKey: .fromLogits)
        }
    }
}
