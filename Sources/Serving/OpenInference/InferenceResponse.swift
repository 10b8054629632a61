internal import NIOCore

/// The answer to a request of the Open Inference Protocol.
struct InferenceResponse {
    let model: String
    let version: String
    let id: String?
    /// The outputs that were wanted, in that order, and whether each comes in binary form.
    let outputs: [(tensor: OutputTensor, isBinary: Bool)]

    /// Chooses what the request wants of what the model gives.
    ///
    /// Throws ``RequestError`` (400) for outputs that the model does not have, and for one that is wanted twice.
    init(
        _ request: InferenceRequest,
        model: String,
        version: String,
        outputs given: [OutputTensor]
    ) throws(RequestError) {
        self.model = model
        self.version = version
        id = request.id
        guard let wanted = request.outputs, !wanted.isEmpty else {
            outputs = given.map { ($0, request.prefersBinary) }
            return
        }
        var chosen: [(tensor: OutputTensor, isBinary: Bool)] = []
        for output in wanted {
            guard let tensor = given.first(where: { $0.name == output.name }) else {
                throw .invalid("the model has no output `\(output.name.prefix(64))`")
            }
            guard !chosen.contains(where: { $0.tensor.name == output.name }) else {
                throw .invalid("output `\(output.name)` is wanted twice")
            }
            chosen.append((tensor, output.isBinary ?? request.prefersBinary))
        }
        outputs = chosen
    }

    /// Writes the answer; gives how many bytes of it are JSON where binary data follow, else `nil`.
    func write(into buffer: inout ByteBuffer) -> Int? {
        let start = buffer.writerIndex
        buffer.writeStaticString("{\"model_name\":")
        buffer.writeJSON(model)
        buffer.writeStaticString(",\"model_version\":")
        buffer.writeJSON(version)
        if let id {
            buffer.writeStaticString(",\"id\":")
            buffer.writeJSON(id)
        }
        buffer.writeStaticString(",\"outputs\":[")
        for (index, (tensor, isBinary)) in outputs.enumerated() {
            buffer.writeStaticString(index == 0 ? "{\"name\":" : ",{\"name\":")
            buffer.writeJSON(tensor.name)
            buffer.writeStaticString(",\"datatype\":\"")
            buffer.writeString(tensor.type.rawValue)
            buffer.writeStaticString("\",\"shape\":")
            buffer.writeJSON(tensor.shape)
            if isBinary {
                buffer.writeString(",\"parameters\":{\"binary_data_size\":\(tensor.binarySize)}}")
                continue
            }
            buffer.writeStaticString(",\"data\":")
            // Flat, whatever the shape.
            buffer.writeJSON(tensor, shape: [tensor.values.count], from: 0)
            buffer.writeStaticString("}")
        }
        buffer.writeStaticString("]}")
        guard outputs.contains(where: \.isBinary) else { return nil }
        let length = buffer.writerIndex - start
        for (tensor, isBinary) in outputs where isBinary { buffer.writeBinary(tensor) }
        return length
    }
}

extension ByteBuffer {
    /// The values of a tensor, little-endian, one after the other.
    mutating func writeBinary(_ tensor: OutputTensor) {
        switch tensor.values {
        case .floats(let values):
            for value in values { writeInteger(value.bitPattern, endianness: .little) }
        case .bytes(let values): writeBytes(values)
        case .texts(let values):
            for value in values {
                writeInteger(UInt32(truncatingIfNeeded: value.count), endianness: .little)
                writeBytes(value)
            }
        case .numbers(let values):
            for value in values { writeBinary(value, as: tensor.type) }
        }
    }

    private mutating func writeBinary(_ value: Double, as type: DataType) {
        switch type {
        case .float32: writeInteger(Float(value).bitPattern, endianness: .little)
        case .float64: writeInteger(value.bitPattern, endianness: .little)
        case .float16: writeInteger(Float16(value).bitPattern, endianness: .little)
        case .bfloat16: writeInteger(UInt16(truncatingIfNeeded: Float(value).bitPattern >> 16), endianness: .little)
        case .bool, .uint8: writeInteger(UInt8(clamping: Int(value)))
        case .int8: writeInteger(Int8(clamping: Int(value)))
        case .uint16: writeInteger(UInt16(clamping: Int(value)), endianness: .little)
        case .int16: writeInteger(Int16(clamping: Int(value)), endianness: .little)
        case .uint32: writeInteger(UInt32(clamping: Int(value)), endianness: .little)
        case .int32: writeInteger(Int32(clamping: Int(value)), endianness: .little)
        case .uint64: writeInteger(UInt64(clamping: Int(value)), endianness: .little)
        case .int64: writeInteger(Int64(clamping: Int(value)), endianness: .little)
        case .bytes: break
        }
    }
}
