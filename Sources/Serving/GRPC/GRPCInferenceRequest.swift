/// `inference.ModelInferRequest` of the Open Inference Protocol.
package struct GRPCInferenceRequest: Sendable {
    package private(set) var model = ""
    /// Empty for the version that the traffic is dealt to.
    package private(set) var version = ""
    package let request: InferenceRequest

    /// Reads a message.
    ///
    /// Throws ``RequestError`` (400) for what is no such message, and for tensors that do not fit their shapes.
    package init(_ bytes: Span<UInt8>) throws(RequestError) {
        var id = ""
        var inputs: [GRPCInput] = []
        var outputs: [InferenceRequest.RequestedOutput] = []
        var raw: [Range<Int>] = []
        var reader = MessageReader(0..<bytes.count)
        while let field = try reader.next(bytes) {
            switch field.number {
            case 1: model = try reader.text(field, bytes)
            case 2: version = try reader.text(field, bytes)
            case 3: id = try reader.text(field, bytes)
            case 5:
                guard inputs.count < InferenceRequest.tensorLimit else { throw .invalid("too many inputs") }
                inputs.append(try GRPCInput(try reader.range(field, bytes), bytes))
            case 6:
                guard outputs.count < InferenceRequest.tensorLimit else { throw .invalid("too many outputs") }
                outputs.append(try Self.output(try reader.range(field, bytes), bytes))
            case 7:
                guard raw.count < InferenceRequest.tensorLimit else { throw .invalid("too many inputs") }
                raw.append(try reader.range(field, bytes))
            default: try reader.skip(field, bytes)
            }
        }
        guard raw.isEmpty || raw.count == inputs.count else {
            throw .invalid("there are \(inputs.count) inputs, and raw contents for \(raw.count)")
        }
        var tensors: [InputTensor] = []
        tensors.reserveCapacity(inputs.count)
        for (index, input) in inputs.enumerated() {
            tensors.append(try raw.isEmpty ? input.tensor() : input.tensor(raw: bytes.extracting(raw[index])))
        }
        request = InferenceRequest(
            id: id.isEmpty ? nil : id,
            inputs: tensors,
            outputs: outputs,
            prefersBinary: !raw.isEmpty
        )
    }

    /// What is asked, and what is to come back.
    var question: Question {
        var form = request
        form.inputs = []
        return Question(inputs: request.inputs, id: request.id, form: .message(form))
    }

    private static func output(
        _ range: Range<Int>,
        _ bytes: Span<UInt8>
    ) throws(RequestError) -> InferenceRequest.RequestedOutput {
        var name = ""
        var reader = MessageReader(range)
        while let field = try reader.next(bytes) {
            if field.number == 1 { name = try reader.text(field, bytes) } else { try reader.skip(field, bytes) }
        }
        return InferenceRequest.RequestedOutput(name: name, isBinary: nil)
    }
}

/// `InferInputTensor`: the values stand in it, by their type, or beside it as raw contents.
private struct GRPCInput {
    private var name = ""
    private var typeName = ""
    private var shape: [Int] = []
    private var contents: GRPCContents?

    init(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(RequestError) {
        var reader = MessageReader(range)
        while let field = try reader.next(bytes) {
            switch field.number {
            case 1: name = try reader.text(field, bytes)
            case 2: typeName = try reader.text(field, bytes)
            case 3:
                try reader.read(field, bytes, as: .varint, into: &shape) { number throws(RequestError) in
                    let dimension = Int(Int64(bitPattern: number))
                    guard dimension >= 0 else {
                        throw .invalid("expected a dimension of 0 or more, found \(dimension)")
                    }
                    return dimension
                }
                guard shape.count <= 16 else { throw .invalid("a shape has too many dimensions") }
            case 5: contents = try GRPCContents(try reader.range(field, bytes), bytes)
            default: try reader.skip(field, bytes)
            }
        }
    }

    private var type: DataType {
        get throws(RequestError) {
            guard let type = DataType(rawValue: typeName) else {
                throw .invalid("no data type is called `\(typeName.prefix(32))`")
            }
            return type
        }
    }

    /// The tensor, whose values stand in it.
    func tensor() throws(RequestError) -> InputTensor {
        guard let values = try (contents ?? GRPCContents()).values(of: try type) else {
            throw .invalid("input `\(name)`: values of the type \(typeName) come as raw contents only")
        }
        return try InputTensor(name: name, type: try type, shape: shape, values: values)
    }

    /// The tensor, whose values are raw contents.
    func tensor(raw: Span<UInt8>) throws(RequestError) -> InputTensor {
        guard contents == nil else { throw .invalid("input `\(name)` has contents, and raw contents beside it") }
        return try InputTensor(name: name, type: try type, shape: shape, binary: raw)
    }
}

/// `InferTensorContents`: a list for each kind of values, of which one is filled.
private struct GRPCContents {
    private var booleans: [UInt8] = []
    private var wholeNumbers: [Double] = []
    private var floats: [Float] = []
    private var doubles: [Double] = []
    private var texts: [[UInt8]] = []
    /// The number of the field that is filled.
    private var filled: Int?

    init() {}

    init(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(RequestError) {
        var reader = MessageReader(range)
        while let field = try reader.next(bytes) {
            guard (1...8).contains(field.number) else {
                try reader.skip(field, bytes)
                continue
            }
            guard filled == nil || filled == field.number else {
                throw .invalid("an input holds values of several types")
            }
            filled = field.number
            switch field.number {
            case 1: try reader.read(field, bytes, as: .varint, into: &booleans) { $0 == 0 ? 0 : 1 }
            case 2, 3:
                try reader.read(field, bytes, as: .varint, into: &wholeNumbers) { Double(Int64(bitPattern: $0)) }
            case 4, 5: try reader.read(field, bytes, as: .varint, into: &wholeNumbers) { Double($0) }
            case 6:
                try reader.read(field, bytes, as: .fourBytes, into: &floats) {
                    Float(bitPattern: UInt32(truncatingIfNeeded: $0))
                }
            case 7: try reader.read(field, bytes, as: .eightBytes, into: &doubles) { Double(bitPattern: $0) }
            default: texts.append(try reader.byteString(field, bytes))
            }
        }
    }

    /// The values of a tensor; `nil` for a type that has no list.
    func values(of type: DataType) throws(RequestError) -> TensorValues? {
        let (field, values): (Int, TensorValues)
        switch type {
        case .bool: (field, values) = (1, .bytes(booleans))
        case .int8, .int16, .int32: (field, values) = (2, .numbers(wholeNumbers))
        case .int64: (field, values) = (3, .numbers(wholeNumbers))
        case .uint8, .uint16, .uint32: (field, values) = (4, .numbers(wholeNumbers))
        case .uint64: (field, values) = (5, .numbers(wholeNumbers))
        case .float32: (field, values) = (6, .floats(floats))
        case .float64: (field, values) = (7, .numbers(doubles))
        case .bytes: (field, values) = (8, .texts(texts))
        case .float16, .bfloat16: return nil
        }
        guard filled == nil || filled == field else {
            throw .invalid("the contents of an input are not of the type that it says, \(type.rawValue)")
        }
        return values
    }
}
