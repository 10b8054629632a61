internal import Support

/// Reads a safetensors file one tensor at a time.
package struct SafetensorsReader: ~Copyable {
    /// The tensors of the file, in the order of their bytes.
    package let layout: SafetensorsLayout
    private let file: File

    /// Opens a file and checks its header.
    package init(path: String) throws {
        let file = try File(reading: path)
        let size = try file.size()
        let prefix = try file.bytes(in: 0..<min(8, size))
        let length = try SafetensorsLayout.headerLength(prefix, fileSize: size, source: path)
        layout = try SafetensorsLayout(header: file.bytes(in: 8..<8 + length), fileSize: size, source: path)
        self.file = file
    }

    /// Reads the tensor of this name.
    package borrowing func tensor(_ name: String) throws -> Tensor {
        let entry = try entry(name)
        let range = layout.dataStart + entry.range.lowerBound..<layout.dataStart + entry.range.upperBound
        return Tensor(elementType: entry.elementType, shape: entry.shape, bytes: try file.bytes(in: range))
    }

    /// Reads the bytes of the tensor of this name piece by piece.
    borrowing func forEachPiece(of name: String, _ body: ([UInt8]) throws -> Void) throws {
        let range = try entry(name).range
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
            let end = min(start + Self.piece, range.upperBound)
            try body(try file.bytes(in: layout.dataStart + start..<layout.dataStart + end))
        }
    }

    private static let piece = 1 << 20

    private borrowing func entry(_ name: String) throws(TensorFileError) -> TensorEntry {
        guard let entry = layout.entries.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw TensorFileError.noTensor(file.path, name)
        }
        return entry
    }
}

extension File {
    /// The bytes in a range of the file.
    ///
    /// - Throws: ``TensorFileError`` when the file ends before.
    borrowing func bytes(in range: Range<Int>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var span = bytes.mutableSpan
        var target = unsafe span.mutableBytes
        let count = try read(into: &target, at: range.lowerBound)
        guard count == range.count else {
            throw TensorFileError.truncated(path, expected: range.upperBound, found: range.lowerBound + count)
        }
        return bytes
    }
}
