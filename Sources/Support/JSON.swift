internal import FoundationEssentials

/// A JSON document of ours, which says in its `schema` field what it is: `deployment/1`.
package protocol JSONDocument: Codable, Sendable {
    /// What the document is, and the newest major version that this tool understands.
    static var schema: Schema { get }
}

/// The name and the major version of a document.
package struct Schema: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let major: Int

    package init(_ name: String, _ major: Int) {
        self.name = name
        self.major = major
    }

    package var description: String { "\(name)/\(major)" }
}

/// A document that cannot be read.
package struct JSONError: Failure {
    /// Where it was found: a path, or a member of a ref.
    package let source: String
    package let message: String
    package let hints: [String]

    package var description: String { "\(source): \(message)" }
    package var kind: FailureKind { .integrity }
}

/// JSON as the store and the command line write it: snake_case, sorted, deterministic.
///
/// Keys in Swift are camelCase; the two strategies translate them. Dictionary keys are data and stay as they are.
package enum JSON {
    private struct Envelope<Body: JSONDocument>: Encodable {
        let body: Body

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            try body.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(Body.schema.description, forKey: Key(stringValue: "schema"))
        }
    }

    private struct Header: Decodable { let schema: String? }

    /// Encodes a document with its `schema`, indented, with a newline at the end.
    package static func encode(_ document: some JSONDocument) throws -> [UInt8] {
        try [UInt8](encoder(pretty: true).encode(Envelope(body: document))) + [UInt8(ascii: "\n")]
    }

    /// Encodes any value, indented when `pretty`, without a newline at the end.
    package static func encode(_ value: some Encodable, pretty: Bool) throws -> [UInt8] {
        try [UInt8](encoder(pretty: pretty).encode(value))
    }

    /// Reads a document, after a look at its `schema`.
    ///
    /// Unknown fields are ignored; a higher major version, another document or broken JSON is a ``JSONError``.
    /// The `source` says where the bytes come from, for the message.
    package static func decode<Document: JSONDocument>(
        _ type: Document.Type,
        from bytes: [UInt8],
        source: String
    ) throws -> Document {
        let expected = Document.schema
        do {
            let header = try decoder().decode(Header.self, from: Data(bytes))
            let parts = (header.schema ?? "").split(separator: "/")
            guard parts.count == 2, parts[0] == expected.name, let major = Int(parts[1]), major >= 1 else {
                throw JSONError(
                    source: source,
                    message: "expected a document `\(expected)`, found `\(header.schema ?? "no schema")`",
                    hints: []
                )
            }
            guard major <= expected.major else {
                throw JSONError(
                    source: source,
                    message: "written in format \(expected.name)/\(major); this mlops reads up to \(expected)",
                    hints: ["install a newer mlops"]
                )
            }
            return try decoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw JSONError(source: source, message: explain(error), hints: [])
        }
    }

    /// Reads a value that carries no `schema`.
    package static func decodePlain<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        source: String
    ) throws -> Value {
        do {
            return try decoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw JSONError(source: source, message: explain(error), hints: [])
        }
    }

    private static func encoder(pretty: Bool) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return encoder
    }

    private static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private static func explain(_ error: DecodingError) -> String {
        func at(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : " at `\(path)`"
        }
        return switch error {
        case .keyNotFound(let key, let context): "the field `\(key.stringValue)` is missing\(at(context))"
        case .typeMismatch(_, let context): "wrong type\(at(context)): \(context.debugDescription)"
        case .valueNotFound(_, let context): "nothing found\(at(context)): \(context.debugDescription)"
        case .dataCorrupted(let context): "not valid\(at(context)): \(context.debugDescription)"
        @unknown default: "not valid JSON"
        }
    }
}
