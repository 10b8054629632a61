/// How a CSV file is written.
package struct CSVFormat: Codable, Sendable, Hashable {
    /// What stands between two fields: a character of one byte.
    package let delimiter: UInt8

    package init(delimiter: Unicode.Scalar = ",") {
        precondition(delimiter.isASCII, "a delimiter is a character of one byte")
        self.delimiter = UInt8(ascii: delimiter)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .delimiter)
        guard text.utf8.count == 1, let byte = text.utf8.first else {
            throw DecodingError.dataCorruptedError(
                forKey: .delimiter,
                in: container,
                debugDescription: "expected one character, found `\(text)`"
            )
        }
        delimiter = byte
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(String(Unicode.Scalar(delimiter)), forKey: .delimiter)
    }

    private enum CodingKeys: String, CodingKey { case delimiter }
}
