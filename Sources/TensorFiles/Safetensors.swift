/// Named tensors in one block of bytes, in the format of Hugging Face's `safetensors`.
package enum Safetensors {
    /// The bytes of a file with these tensors; the order in which they are given does not matter.
    package static func encode(
        _ tensors: [(name: String, tensor: Tensor)],
        metadata: [String: String] = [:]
    ) throws -> [UInt8] {
        let layout = try SafetensorsLayout(
            tensors.map { ($0.name, $0.tensor.elementType, $0.tensor.shape) },
            metadata: metadata
        )
        let byName = Dictionary(tensors.map { (Array($0.name.utf8), $0.tensor) }) { first, _ in first }
        var bytes = try layout.headerBytes()
        bytes.reserveCapacity(layout.byteCount)
        for entry in layout.entries { bytes += byName[Array(entry.name.utf8)]?.bytes ?? [] }
        return bytes
    }

    /// The tensors and the metadata that `bytes` hold; `source` says where these come from, for the message.
    package static func decode(
        _ bytes: [UInt8],
        source: String
    ) throws -> (tensors: [String: Tensor], metadata: [String: String]) {
        let length = try SafetensorsLayout.headerLength(Array(bytes.prefix(8)), fileSize: bytes.count, source: source)
        let layout = try SafetensorsLayout(
            header: Array(bytes[8..<8 + length]),
            fileSize: bytes.count,
            source: source
        )
        var tensors: [String: Tensor] = [:]
        for entry in layout.entries {
            let range = layout.dataStart + entry.range.lowerBound..<layout.dataStart + entry.range.upperBound
            tensors[entry.name] = Tensor(
                elementType: entry.elementType,
                shape: entry.shape,
                bytes: Array(bytes[range])
            )
        }
        return (tensors, layout.metadata)
    }
}
