internal import NIOCore

extension InferenceResponse {
    /// Writes `inference.ModelInferResponse`: the values raw where the request had them so, else in lists by their type.
    func writeMessage(into buffer: inout ByteBuffer) {
        buffer.writeField(1, model)
        buffer.writeField(2, version)
        if let id { buffer.writeField(3, id) }
        for (tensor, isBinary) in outputs {
            buffer.writeMessage(5) { output in
                output.writeField(1, tensor.name)
                output.writeField(2, tensor.type.rawValue)
                if !tensor.shape.isEmpty {
                    output.writeMessage(3) { shape in
                        for dimension in tensor.shape { shape.writeVarint(UInt64(dimension)) }
                    }
                }
                if !isBinary { output.writeMessage(5) { $0.writeContents(tensor) } }
            }
        }
        for (tensor, isBinary) in outputs where isBinary { buffer.writeMessage(6) { $0.writeBinary(tensor) } }
    }
}

extension ByteBuffer {
    /// `InferTensorContents`: the list of the tensor's type, packed.
    fileprivate mutating func writeContents(_ tensor: OutputTensor) {
        switch tensor.type {
        case .bytes:
            if case .texts(let texts) = tensor.values { for text in texts { writeElement(8, text) } }
        case .float32, .float64:
            writeMessage(tensor.type == .float32 ? 6 : 7) { $0.writeBinary(tensor) }
        case .bool: writeMessage(1) { $0.writeBinary(tensor) }
        case .int8, .int16, .int32: writeWholeNumbers(2, tensor)
        case .int64: writeWholeNumbers(3, tensor)
        case .uint8, .uint16, .uint32: writeWholeNumbers(4, tensor)
        case .uint64: writeWholeNumbers(5, tensor)
        case .float16, .bfloat16:
            // There is no list of these; they go as numbers of 32 bits.
            writeMessage(6) { buffer in
                for value in tensor.values.doubles ?? [] {
                    buffer.writeInteger(Float(value).bitPattern, endianness: .little)
                }
            }
        }
    }

    private mutating func writeWholeNumbers(_ field: Int, _ tensor: OutputTensor) {
        writeMessage(field) { buffer in
            for value in tensor.values.doubles ?? [] {
                buffer.writeVarint(UInt64(bitPattern: Int64(exactly: value.rounded()) ?? 0))
            }
        }
    }
}
