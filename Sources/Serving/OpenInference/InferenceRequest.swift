/// A request of the Open Inference Protocol, version 2: named tensors in, and which outputs to give back.
package struct InferenceRequest: Sendable, Equatable {
    /// An output that the caller wants.
    package struct RequestedOutput: Sendable, Equatable {
        package let name: String
        /// Whether it is to come in binary form; `nil` where the request as a whole says so.
        package let isBinary: Bool?

        package init(name: String, isBinary: Bool?) {
            self.name = name
            self.isBinary = isBinary
        }
    }

    /// What the caller calls the request; it comes back with the answer.
    package var id: String?
    package var inputs: [InputTensor]
    /// The outputs that are wanted; `nil` for all.
    package var outputs: [RequestedOutput]?
    /// Whether outputs come in binary form that do not say it themselves.
    package var prefersBinary = false

    package init(
        id: String? = nil,
        inputs: [InputTensor],
        outputs: [RequestedOutput]? = nil,
        prefersBinary: Bool = false
    ) {
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
        self.prefersBinary = prefersBinary
    }

    /// More inputs, or wanted outputs, than any model has.
    static let tensorLimit = 4096
}

extension InferenceRequest {
    /// Reads a body in JSON, behind which tensors in binary form may stand.
    ///
    /// `headerLength` is what the header `Inference-Header-Content-Length` says: how many bytes the JSON has; `nil` where there are no
    /// binary data. Throws ``RequestError`` (400).
    package init(_ body: Span<UInt8>, headerLength: Int? = nil) throws(RequestError) {
        let length = headerLength ?? body.count
        guard (0...body.count).contains(length) else {
            throw .invalid("Inference-Header-Content-Length says \(length), the body has \(body.count) bytes")
        }
        let json = body.extracting(0..<length)
        var reader = JSONReader()
        let parts = try RequestParts(&reader, json)
        try reader.finish(json)
        var place = length
        self.init(id: parts.id, inputs: [], outputs: parts.outputs, prefersBinary: parts.prefersBinary)
        inputs.reserveCapacity(parts.inputs.count)
        for index in parts.inputs.indices {
            guard let size = parts.inputs[index].binarySize else {
                inputs.append(try parts.inputs[index].tensor())
                continue
            }
            guard headerLength != nil else {
                throw .invalid("binary data need the header Inference-Header-Content-Length")
            }
            guard size >= 0, size <= body.count - place else {
                throw .invalid("input `\(parts.inputs[index].name ?? "")`: \(size) bytes of binary data are not there")
            }
            inputs.append(try parts.inputs[index].tensor(binary: body.extracting(place..<place + size)))
            place += size
        }
        guard place == body.count else {
            throw .invalid("\(body.count - place) bytes of binary data belong to no input")
        }
    }
}

/// What the JSON of a request says, before its binary data are looked at.
private struct RequestParts {
    var id: String?
    var inputs: [InputParts] = []
    var outputs: [InferenceRequest.RequestedOutput]?
    var prefersBinary = false

    init(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) {
        var seen = SeenKeys("the request")
        var isFirst = true
        try reader.beginObject(bytes)
        while let key = try reader.key(bytes, &isFirst) {
            try seen.add(key)
            switch key {
            case "id": id = try reader.text(bytes)
            case "inputs":
                var isFirst = true
                try reader.beginList(bytes)
                while try reader.element(bytes, &isFirst) {
                    guard inputs.count < InferenceRequest.tensorLimit else { throw .invalid("too many inputs") }
                    inputs.append(try InputParts(&reader, bytes))
                }
            case "outputs": outputs = try Self.outputs(&reader, bytes)
            case "parameters":
                prefersBinary =
                    try reader.parameter("binary_data_output", bytes) { reader, bytes throws(RequestError) in
                        try reader.boolean(bytes)
                    } ?? false
            default: try reader.skip(bytes)
            }
        }
        guard seen.has("inputs") else { throw .invalid("the request has no `inputs`") }
    }

    private static func outputs(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>
    ) throws(RequestError) -> [InferenceRequest.RequestedOutput] {
        var outputs: [InferenceRequest.RequestedOutput] = []
        var isFirst = true
        try reader.beginList(bytes)
        while try reader.element(bytes, &isFirst) {
            guard outputs.count < InferenceRequest.tensorLimit else { throw .invalid("too many outputs") }
            var (name, isBinary): (String?, Bool?) = (nil, nil)
            var seen = SeenKeys("an output")
            var isFirst = true
            try reader.beginObject(bytes)
            while let key = try reader.key(bytes, &isFirst) {
                try seen.add(key)
                switch key {
                case "name": name = try reader.text(bytes)
                case "parameters":
                    isBinary = try reader.parameter("binary_data", bytes) { reader, bytes throws(RequestError) in
                        try reader.boolean(bytes)
                    }
                default: try reader.skip(bytes)
                }
            }
            guard let name else { throw .invalid("an output has no `name`") }
            outputs.append(InferenceRequest.RequestedOutput(name: name, isBinary: isBinary))
        }
        return outputs
    }
}

/// What the JSON says of one input.
private struct InputParts {
    var name: String?
    private var type: DataType?
    private var shape: [Int]?
    private var literal: TensorLiteral?
    /// The bytes of its binary data; `nil` where its values stand in the JSON.
    var binarySize: Int?

    init(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) {
        var seen = SeenKeys("an input")
        var isFirst = true
        try reader.beginObject(bytes)
        while let key = try reader.key(bytes, &isFirst) {
            try seen.add(key)
            switch key {
            case "name": name = try reader.text(bytes)
            case "datatype":
                let word = try reader.text(bytes)
                guard let known = DataType(rawValue: word) else {
                    throw .invalid("no data type is called `\(word.prefix(32))`")
                }
                type = known
            case "shape": shape = try Self.shape(&reader, bytes)
            case "data": literal = try TensorLiteral(&reader, bytes)
            case "parameters":
                binarySize = try reader.parameter("binary_data_size", bytes) { reader, bytes throws(RequestError) in
                    try reader.wholeNumber(bytes, "binary_data_size")
                }
            default: try reader.skip(bytes)
            }
        }
    }

    /// The tensor, whose values stand in the JSON.
    func tensor() throws(RequestError) -> InputTensor {
        let (name, type, shape) = try heading()
        guard let literal else { throw .invalid("input `\(name)` has no `data`") }
        guard literal.shape.count == 1 || literal.shape == shape else {
            throw .invalid("input `\(name)`: the lists have the shape \(literal.shape), not \(shape)")
        }
        return try InputTensor(name: name, type: type, shape: shape, values: literal.values(expecting: type))
    }

    /// The tensor, whose values are binary.
    func tensor(binary: Span<UInt8>) throws(RequestError) -> InputTensor {
        let (name, type, shape) = try heading()
        guard literal == nil else { throw .invalid("input `\(name)` has `data` and binary data") }
        return try InputTensor(name: name, type: type, shape: shape, binary: binary)
    }

    private func heading() throws(RequestError) -> (name: String, type: DataType, shape: [Int]) {
        guard let name else { throw .invalid("an input has no `name`") }
        guard let type else { throw .invalid("input `\(name)` has no `datatype`") }
        guard let shape else { throw .invalid("input `\(name)` has no `shape`") }
        return (name, type, shape)
    }

    private static func shape(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) -> [Int] {
        var shape: [Int] = []
        var isFirst = true
        try reader.beginList(bytes)
        while try reader.element(bytes, &isFirst) {
            guard shape.count < 16 else { throw .invalid("a shape has too many dimensions") }
            let dimension = try reader.wholeNumber(bytes, "a dimension")
            guard dimension >= 0 else { throw .invalid("expected a dimension of 0 or more, found \(dimension)") }
            shape.append(dimension)
        }
        return shape
    }
}

extension JSONReader {
    /// One value among the parameters that stand next, of which the others are of no interest.
    fileprivate mutating func parameter<Value>(
        _ name: String,
        _ bytes: Span<UInt8>,
        _ read: (inout JSONReader, Span<UInt8>) throws(RequestError) -> Value
    ) throws(RequestError) -> Value? {
        var value: Value?
        var isFirst = true
        try beginObject(bytes)
        while let key = try key(bytes, &isFirst) {
            if key == name { value = try read(&self, bytes) } else { try skip(bytes) }
        }
        return value
    }
}
