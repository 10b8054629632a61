internal import Support

/// Name, type and shape of a tensor in a file, and where its bytes stand.
package struct TensorEntry: Sendable, Equatable {
    package let name: String
    package let elementType: ElementType
    package let shape: [Int]
    /// Where the bytes stand, counted from the end of the header.
    package let range: Range<Int>
}

/// What stands where in a safetensors file: its header, and the order of its tensors.
///
/// The file is eight bytes with the length of the header, the header in JSON, padded with blanks to a multiple of
/// eight, and the tensors without a gap. They are sorted by type, large elements first, then bytewise by name, so that
/// every tensor is aligned and the same tensors always give the same bytes: those that the `safetensors` library writes.
package struct SafetensorsLayout: Sendable, Equatable {
    /// The tensors in the order of their bytes.
    package let entries: [TensorEntry]
    /// What stands under `__metadata__`.
    package let metadata: [String: String]
    /// Where the first tensor begins in the file.
    package let dataStart: Int

    /// The length of the file.
    package var byteCount: Int { dataStart + (entries.last?.range.upperBound ?? 0) }
}

extension SafetensorsLayout {
    /// The key of a header that is no tensor.
    static let metadataKey = "__metadata__"

    /// Lays out tensors that are to be written.
    ///
    /// - Throws: ``TensorFileError`` for a name that occurs twice or is reserved, or a shape that is impossible.
    package init(
        _ tensors: [(name: String, elementType: ElementType, shape: [Int])],
        metadata: [String: String]
    ) throws {
        let sorted = tensors.sorted { left, right in
            left.elementType != right.elementType
                ? left.elementType.safetensorsRank > right.elementType.safetensorsRank
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        var entries: [TensorEntry] = []
        var names: Set<[UInt8]> = [Array(Self.metadataKey.utf8)]
        var end = 0
        for (name, elementType, shape) in sorted {
            guard names.insert(Array(name.utf8)).inserted else {
                throw TensorFileError.malformed("safetensors", "the name `\(name)` is taken")
            }
            guard let count = Tensor.byteCount(of: elementType, shape: shape), end <= Int.max / 2 - count else {
                throw TensorFileError.malformed("safetensors", "tensor `\(name)` has the impossible shape \(shape)")
            }
            entries.append(TensorEntry(name: name, elementType: elementType, shape: shape, range: end..<end + count))
            end += count
        }
        self.entries = entries
        self.metadata = metadata
        dataStart = try SafetensorsLayout.header(entries, metadata).count
    }

    /// The eight bytes of the length and the padded header.
    package func headerBytes() throws -> [UInt8] { try SafetensorsLayout.header(entries, metadata) }

    private static func header(_ entries: [TensorEntry], _ metadata: [String: String]) throws -> [UInt8] {
        func quoted(_ text: String) throws -> String {
            String(decoding: try JSON.encode(text, pretty: false), as: UTF8.self)
        }
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = try metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { try "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"\(metadataKey)\":{\(pairs.joined(separator: ","))}")
        }
        for entry in entries {
            let shape = entry.shape.map(String.init).joined(separator: ",")
            let offsets = "\(entry.range.lowerBound),\(entry.range.upperBound)"
            members.append(
                "\(try quoted(entry.name)):{\"dtype\":\"\(entry.elementType.safetensorsName)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"
            )
        }
        var json = Array("{\(members.joined(separator: ","))}".utf8)
        while !json.count.isMultiple(of: 8) { json.append(UInt8(ascii: " ")) }
        return LittleEndian.bytes(of: json.count, count: 8) + json
    }
}
