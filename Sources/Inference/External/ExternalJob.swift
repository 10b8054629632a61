package import Datasets
package import Support

/// What an external program is told about its work: `job.json`, whose path is in `MLOPS_JOB`.
package struct ExternalJob: JSONDocument {
    package static let schema = Schema("job", 1)

    package let model: String
    package let task: LearningTask
    /// The column of the answers; `nil` where the rows are arrays.
    package let target: String?
    /// The classes in the order of the outputs; `nil` for a regression.
    package let classes: [String]?
    /// The columns of a row, in their order.
    package let columns: [String]
    package let seed: UInt64
    /// What the project hands to the program.
    package let parameters: Parameter?

    package init(
        model: String,
        task: LearningTask,
        target: String?,
        classes: [String]?,
        columns: [String],
        seed: UInt64,
        parameters: Parameter?
    ) {
        self.model = model
        self.task = task
        self.target = target
        self.classes = classes
        self.columns = columns
        self.seed = seed
        self.parameters = parameters
    }
}

/// A value that a project hands to its programs.
package indirect enum Parameter: Sendable, Hashable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case list([Parameter])
    case group([String: Parameter])
}

extension Parameter {
    /// The group without one of its keys; anything else as it is.
    package func removing(_ key: String) -> Parameter {
        guard case .group(var group) = self else { return self }
        group[key] = nil
        return .group(group)
    }
}

extension Parameter: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([Parameter].self) {
            self = .list(list)
        } else {
            self = .group(try container.decode([String: Parameter].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number):
            // Whole numbers stay whole: 200 trees, not 200.0.
            if let whole = Int(exactly: number) { try container.encode(whole) } else { try container.encode(number) }
        case .flag(let flag): try container.encode(flag)
        case .list(let list): try container.encode(list)
        case .group(let group): try container.encode(group)
        }
    }
}
