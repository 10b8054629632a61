/// How a CSV file is written.
package struct CSVFormat: Codable, Sendable, Hashable {
    /// What stands between two fields: a character of one byte.
    package let delimiter: UInt8
    /// What stands before the decimals of a number: a point or a comma.
    package let decimal: UInt8
    /// What stands for a value that is not there.
    package let missing: MissingMarkers

    package init(
        delimiter: Unicode.Scalar = ",",
        decimal: Unicode.Scalar = ".",
        missing: MissingMarkers = MissingMarkers()
    ) {
        precondition(delimiter.isASCII && decimal.isASCII, "a delimiter is a character of one byte")
        self.delimiter = UInt8(ascii: delimiter)
        self.decimal = UInt8(ascii: decimal)
        self.missing = missing
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func byte(_ key: CodingKeys, _ text: String) throws -> UInt8 {
            guard text.utf8.count == 1, let byte = text.utf8.first else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: container,
                    debugDescription: "expected one character, found `\(text)`"
                )
            }
            return byte
        }
        delimiter = try byte(.delimiter, container.decode(String.self, forKey: .delimiter))
        decimal = try byte(.decimal, container.decodeIfPresent(String.self, forKey: .decimal) ?? ".")
        missing = try container.decodeIfPresent(MissingMarkers.self, forKey: .missing) ?? MissingMarkers()
    }

    /// Writes what differs from the usual, but for the delimiter, which is always there.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(String(Unicode.Scalar(delimiter)), forKey: .delimiter)
        if decimal != UInt8(ascii: ".") {
            try container.encode(String(Unicode.Scalar(decimal)), forKey: .decimal)
        }
        if missing != MissingMarkers() { try container.encode(missing, forKey: .missing) }
    }

    private enum CodingKeys: String, CodingKey { case delimiter, decimal, missing }
}

/// What stands in a table for a value that is not there.
///
/// A marker that is a number matches by its value in columns of numbers (`-999` also as `-999.0`); in columns of text
/// every marker matches by its bytes.
package struct MissingMarkers: Codable, Sendable, Hashable {
    package let texts: [String]
    private let bytes: [[UInt8]]
    private let numbers: [Double]

    /// The empty field alone, unless other markers are given.
    package init(_ texts: [String] = [""]) {
        self.texts = texts
        bytes = texts.map { Array($0.utf8) }
        numbers = bytes.compactMap { DecimalNumber.parse($0.span) }
    }

    /// Whether a number stands for a missing one.
    @inline(__always)
    package func contains(_ number: Double) -> Bool {
        for index in numbers.indices where numbers[index] == number { return true }
        return false
    }

    /// Whether a text stands for a missing one.
    @inline(__always)
    func contains(_ text: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index].count == text.count {
            if bytes[index].indices.allSatisfy({ bytes[index][$0] == text[$0] }) { return true }
        }
        return false
    }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([String].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(texts)
    }
}
