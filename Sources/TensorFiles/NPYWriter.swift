internal import Support

/// Writes an NPY file some rows at a time; their number need not be known before.
///
/// The file appears under its name with ``finish(durable:)``; a writer that is dropped before leaves nothing.
package struct NPYWriter: ~Copyable {
    private let file: FileReplacement
    private var header: NPYHeader
    private let headerLength: Int

    /// Begins a file of rows of the given type and shape; `[]` is a row of one number.
    package init(path: String, elementType: ElementType = .float32, rowShape: [Int]) throws {
        precondition(elementType.numpyCode != nil, "NumPy has a type for what is written")
        let header = NPYHeader(elementType: elementType, shape: [0] + rowShape)
        let bytes = header.encoded()
        let file = try FileReplacement(of: path)
        try file.write(bytes)
        self.header = header
        self.file = file
        headerLength = bytes.count
    }

    /// Appends the rows of `tensor`, whose first dimension counts them.
    package mutating func write(_ tensor: Tensor) throws {
        precondition(
            tensor.elementType == header.elementType && tensor.shape.dropFirst() == header.shape.dropFirst(),
            "rows have the type and shape that were announced"
        )
        try file.write(tensor.bytes)
        header.shape[0] += tensor.shape[0]
    }

    /// Appends rows of `float32`.
    package mutating func write(_ values: [Float], rows: Int) throws {
        try write(Tensor(values, shape: [rows] + header.shape.dropFirst()))
    }

    /// Writes the number of rows into the header, makes the file durable and puts it in place.
    package consuming func finish(durable: Bool = true) throws {
        let bytes = header.encoded()
        precondition(bytes.count == headerLength, "the header has room for every number of rows")
        try file.overwrite(bytes, at: 0)
        try file.commit(durable: durable)
    }
}
