internal import Support

/// Writes a safetensors file one tensor at a time.
///
/// The file appears under its name with ``finish(durable:)``; a writer that is dropped before leaves nothing.
package struct SafetensorsWriter: ~Copyable {
    /// The tensors in the order in which they must be written.
    package let layout: SafetensorsLayout
    private let file: FileReplacement
    private var written = 0

    /// Begins a file and writes its header.
    package init(path: String, layout: SafetensorsLayout) throws {
        let file = try FileReplacement(of: path)
        try file.write(layout.headerBytes())
        self.layout = layout
        self.file = file
    }

    /// Writes the next tensor of ``layout``, which must have the type and shape that were announced.
    package mutating func write(_ tensor: Tensor) throws {
        precondition(written < layout.entries.count, "no more tensors than were announced are written")
        let entry = layout.entries[written]
        precondition(
            tensor.elementType == entry.elementType && tensor.shape == entry.shape,
            "tensors are written in the order of the layout, with the type and shape that were announced"
        )
        try file.write(tensor.bytes)
        written += 1
    }

    /// Copies the next tensor of ``layout`` out of another file, piece by piece: memory does not depend on its size.
    package mutating func write(_ name: String, from reader: borrowing SafetensorsReader) throws {
        precondition(written < layout.entries.count, "no more tensors than were announced are written")
        let entry = layout.entries[written]
        let source = reader.layout.entries.first { $0.name.utf8.elementsEqual(name.utf8) }
        precondition(
            source.map { $0.elementType == entry.elementType && $0.shape == entry.shape } ?? false,
            "tensors are written in the order of the layout, with the type and shape that were announced"
        )
        try reader.forEachPiece(of: name) { try file.write($0) }
        written += 1
    }

    /// Makes the file durable and puts it in place; every announced tensor must have been written.
    package consuming func finish(durable: Bool = true) throws {
        precondition(written == layout.entries.count, "every tensor that was announced is written")
        try file.commit(durable: durable)
    }
}
