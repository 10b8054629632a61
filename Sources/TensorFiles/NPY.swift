/// One array in one block of bytes, in NumPy's format.
package enum NPY {
    /// The bytes of a file that holds `tensor`, as `numpy.save` writes them.
    ///
    /// - Throws: ``TensorFileError`` for a type that NumPy does not have.
    package static func encode(_ tensor: Tensor) throws -> [UInt8] {
        guard tensor.elementType.numpyCode != nil else {
            throw TensorFileError.unsupported(
                "npy",
                "NumPy has no type for \(tensor.elementType.safetensorsName)",
                hint: "convert the tensor to float32 first"
            )
        }
        return NPYHeader(elementType: tensor.elementType, shape: tensor.shape).encoded() + tensor.bytes
    }

    /// The array that `bytes` hold, in C order; `source` says where these come from, for the message.
    package static func decode(_ bytes: [UInt8], source: String) throws -> Tensor {
        let prefixLength = try NPYHeader.prefixLength(Array(bytes.prefix(8)), source: source)
        guard bytes.count >= prefixLength else {
            throw TensorFileError.truncated(source, expected: prefixLength, found: bytes.count)
        }
        let start = prefixLength + (try NPYHeader.textLength(Array(bytes[..<prefixLength]), source: source))
        guard bytes.count >= start else {
            throw TensorFileError.truncated(source, expected: start, found: bytes.count)
        }
        let header = try NPYHeader(text: Array(bytes[prefixLength..<start]), dataStart: start, source: source)
        try header.checkSize(bytes.count, source: source)
        let data = Array(bytes[start...])
        return header.tensor(rows: header.rows, data)
    }
}

extension NPYHeader {
    /// The length of the first dimension; 1 for a single number.
    var rows: Int { shape.first ?? 1 }

    /// The number of elements per row.
    var rowSize: Int { shape.dropFirst().reduce(1, *) }

    /// Checks that a file of `size` bytes holds exactly what the header announces.
    func checkSize(_ size: Int, source: String) throws(TensorFileError) {
        let expected = dataStart + (Tensor.byteCount(of: elementType, shape: shape) ?? 0)
        guard size >= expected else { throw .truncated(source, expected: expected, found: size) }
        guard size == expected else {
            throw .malformed(source, "\(size - expected) bytes follow the array; expected \(expected) bytes in all")
        }
    }

    /// A block of rows as a tensor; `data` has this header's byte order, and its order of axes within the block.
    func tensor(rows: Int, _ data: [UInt8]) -> Tensor {
        let ordered = isFortranOrder ? cOrder(rows: rows, data) : data
        return Tensor(
            elementType: elementType,
            shape: shape.isEmpty ? [] : [rows] + shape.dropFirst(),
            bytes: isBigEndian ? LittleEndian.swapped(ordered, size: elementType.size) : ordered
        )
    }

    /// Moves a block from Fortran order, where the first axis runs fastest, to C order, where the last one does.
    private func cOrder(rows: Int, _ data: [UInt8]) -> [UInt8] {
        guard shape.count > 1 else { return data }
        let size = elementType.size
        let inner = Array(shape.dropFirst())
        var result = [UInt8](repeating: 0, count: data.count)
        var index = [Int](repeating: 0, count: inner.count)
        for column in 0..<rowSize {
            // `index` counts through the inner axes in Fortran order.
            let target = zip(index, inner).reduce(0) { $0 * $1.1 + $1.0 }
            for row in 0..<rows {
                let from = (column * rows + row) * size
                let to = (row * rowSize + target) * size
                for byte in 0..<size { result[to + byte] = data[from + byte] }
            }
            var axis = 0
            while axis < inner.count {
                index[axis] += 1
                if index[axis] < inner[axis] { break }
                index[axis] = 0
                axis += 1
            }
        }
        return result
    }
}
