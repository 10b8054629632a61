internal import Support

/// Reading a header that somebody else wrote: nothing in it is believed.
extension SafetensorsLayout {
    /// The longest header that is read, as in the `safetensors` library.
    static let longestHeader = 100_000_000

    private struct Member: Decodable {
        let dtype: String?
        let shape: [Int]?
        let dataOffsets: [Int]?
        let metadata: [String: String]?

        enum CodingKeys: String, CodingKey { case dtype, shape, dataOffsets }

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == metadataKey {
                (dtype, shape, dataOffsets) = (nil, nil, nil)
                metadata = try decoder.singleValueContainer().decode([String: String].self)
            } else {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                dtype = try container.decode(String.self, forKey: .dtype)
                shape = try container.decode([Int].self, forKey: .shape)
                dataOffsets = try container.decode([Int].self, forKey: .dataOffsets)
                metadata = nil
            }
        }
    }

    /// The length of the header, from the first eight bytes of a file of `fileSize` bytes.
    static func headerLength(_ prefix: [UInt8], fileSize: Int, source: String) throws(TensorFileError) -> Int {
        guard prefix.count == 8 else { throw .truncated(source, expected: 8, found: prefix.count) }
        let length = LittleEndian.integer(prefix)
        guard length <= UInt64(longestHeader) else {
            throw .malformed(source, "expected a header of at most \(longestHeader) bytes, found \(length)")
        }
        guard length <= UInt64(fileSize - 8) else {
            throw .truncated(source, expected: Int(length) + 8, found: fileSize)
        }
        return Int(length)
    }

    /// Reads the header of a file of `fileSize` bytes, and checks that its tensors fill the file without gap or overlap.
    init(header json: [UInt8], fileSize: Int, source: String) throws {
        guard json.first == UInt8(ascii: "{") else {
            throw TensorFileError.malformed(source, "the header is no JSON object; this is no safetensors file")
        }
        let members = try JSON.decodePlain([String: Member].self, from: json, source: source)
        var entries: [TensorEntry] = []
        for (name, member) in members where member.metadata == nil {
            entries.append(try SafetensorsLayout.entry(name, member, source: source))
        }
        entries.sort { left, right in
            (left.range.lowerBound, left.range.upperBound) != (right.range.lowerBound, right.range.upperBound)
                ? (left.range.lowerBound, left.range.upperBound) < (right.range.lowerBound, right.range.upperBound)
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        var end = 0
        for entry in entries {
            guard entry.range.lowerBound == end else {
                throw TensorFileError.malformed(
                    source,
                    "tensor `\(entry.name)` was expected to start at \(end), and starts at \(entry.range.lowerBound)"
                )
            }
            end = entry.range.upperBound
        }
        let available = fileSize - json.count - 8
        guard end <= available else {
            throw TensorFileError.truncated(source, expected: end + json.count + 8, found: fileSize)
        }
        guard end == available else {
            throw TensorFileError.malformed(source, "\(available - end) bytes belong to no tensor")
        }
        self.entries = entries
        metadata = members[Self.metadataKey]?.metadata ?? [:]
        dataStart = json.count + 8
    }

    private static func entry(_ name: String, _ member: Member, source: String) throws(TensorFileError) -> TensorEntry {
        guard let elementType = ElementType(safetensorsName: member.dtype ?? "") else {
            throw .unsupported(source, "tensor `\(name)` has the unknown type `\(member.dtype ?? "")`")
        }
        let shape = member.shape ?? []
        guard let count = Tensor.byteCount(of: elementType, shape: shape) else {
            throw .malformed(source, "tensor `\(name)` has the impossible shape \(shape)")
        }
        let offsets = member.dataOffsets ?? []
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
            throw .malformed(source, "tensor `\(name)` has the impossible offsets \(offsets)")
        }
        guard offsets[1] - offsets[0] == count else {
            throw .malformed(
                source,
                "tensor `\(name)` of shape \(shape) needs \(count) bytes and is given \(offsets[1] - offsets[0])"
            )
        }
        return TensorEntry(name: name, elementType: elementType, shape: shape, range: offsets[0]..<offsets[1])
    }
}
