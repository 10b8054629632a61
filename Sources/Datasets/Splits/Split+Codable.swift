/// What is as usual is left out, so that a new option does not change the digest of the recipes before it.
extension Split: Codable {
    private enum CodingKeys: String, CodingKey { case validation, test, byGroup, byTime, timeFormat, folds }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var grouping: Grouping?
        if let column = try container.decodeIfPresent(String.self, forKey: .byGroup) {
            grouping = .group(column: column)
        } else if let column = try container.decodeIfPresent(String.self, forKey: .byTime) {
            let format = try container.decodeIfPresent(CivilTime.Format.self, forKey: .timeFormat)
            grouping = .time(column: column, format: format ?? .iso)
        }
        try self.init(
            validation: container.decode(Double.self, forKey: .validation),
            test: container.decode(Double.self, forKey: .test),
            by: grouping,
            folds: container.decodeIfPresent(Int.self, forKey: .folds)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(validation, forKey: .validation)
        try container.encode(test, forKey: .test)
        switch grouping {
        case .group(let column)?: try container.encode(column, forKey: .byGroup)
        case .time(let column, let format)?:
            try container.encode(column, forKey: .byTime)
            if format != .iso { try container.encode(format, forKey: .timeFormat) }
        case nil: break
        }
        try container.encodeIfPresent(folds, forKey: .folds)
    }
}
