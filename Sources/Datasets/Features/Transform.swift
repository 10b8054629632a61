/// One step of a chain that makes features of a column, with everything it learned from the training rows.
///
/// A new transform is a type that conforms, in a file of its own, and a case of ``TransformDescription`` and of
/// ``FittedTransform``.
package protocol Transform: Codable, Hashable, Sendable {
    /// Replaces the values of a block.
    func apply(to block: inout FeatureBlock)

    /// The names of what comes out, given those of what goes in.
    func names(of inputs: [String]) -> [String]
}

extension Transform {
    package func names(of inputs: [String]) -> [String] { inputs }
}

/// A step as the project asks for it.
package enum TransformDescription: Codable, Sendable, Hashable {
    /// Multiplies by a number, such as 1/255.
    case rescale(factor: Double)
    /// Brings every value to mean 0 and deviation 1.
    case standardize
    /// Gives each category an output of its own.
    case oneHot

    /// What the step takes.
    var input: Field.Kind {
        switch self {
        case .oneHot: .text
        case .rescale, .standardize: .number
        }
    }

    /// The name in the project file.
    package var name: String {
        switch self {
        case .rescale: "rescale"
        case .standardize: "standardize"
        case .oneHot: "one_hot"
        }
    }

    /// Learns from training rows, which come in blocks that the earlier steps of the chain have been applied to.
    func fitter(for field: Field, width: Int) -> any TransformFitter {
        switch self {
        case .rescale(let factor): NothingToLearn(result: .rescale(Rescale(factor: factor)))
        case .standardize: StandardizeFitter(width: width)
        case .oneHot: OneHotFitter(column: field.name)
        }
    }
}

/// A step that has learned what it needs.
package enum FittedTransform: Sendable, Hashable {
    case rescale(Rescale)
    case standardize(Standardize)
    case oneHot(OneHot)

    var transform: any Transform {
        switch self {
        case .rescale(let transform): transform
        case .standardize(let transform): transform
        case .oneHot(let transform): transform
        }
    }
}

/// Collects what a transform needs to know about the training rows.
protocol TransformFitter {
    mutating func observe(_ block: FeatureBlock) throws
    func finish() throws -> FittedTransform
}

/// For a transform that is the same for all data.
struct NothingToLearn: TransformFitter {
    let result: FittedTransform
    mutating func observe(_ block: FeatureBlock) {}
    func finish() -> FittedTransform { result }
}

extension FittedTransform: Codable {
    private enum CodingKeys: String, CodingKey { case rescale, standardize, oneHot }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch container.allKeys.first {
        case .rescale: self = .rescale(try container.decode(Rescale.self, forKey: .rescale))
        case .standardize: self = .standardize(try container.decode(Standardize.self, forKey: .standardize))
        case .oneHot: self = .oneHot(try container.decode(OneHot.self, forKey: .oneHot))
        case nil:
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a step that this mlops does not know")
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .rescale(let transform): try container.encode(transform, forKey: .rescale)
        case .standardize(let transform): try container.encode(transform, forKey: .standardize)
        case .oneHot(let transform): try container.encode(transform, forKey: .oneHot)
        }
    }
}
