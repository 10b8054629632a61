internal import NIOCore
internal import NIOHTTP1

extension InferenceRequest {
    /// The request of the Open Inference Protocol: JSON, JSON with binary data, or the bytes of the only input.
    init(_ request: IncomingRequest, _ version: LoadedVersion) throws(RequestError) {
        let length = try request.jsonLength
        guard length == 0 else {
            try self.init(request.body.readableBytesUInt8Span, headerLength: length)
            return
        }
        self.init(
            inputs: [try InputTensor(raw: request.body.readableBytesUInt8Span, version.servable.inputs)],
            prefersBinary: true
        )
    }
}

extension InputTensor {
    /// The bytes of a model's only input, one row of it.
    ///
    /// Throws ``RequestError`` (400) where they could mean several shapes.
    init(raw bytes: Span<UInt8>, _ inputs: [TensorDescription]) throws(RequestError) {
        guard inputs.count == 1 else { throw .invalid("the model has \(inputs.count) inputs: their names are needed") }
        let input = inputs[0]
        var shape = [1] + input.shape.dropFirst()
        let variable = shape.indices.filter { shape[$0] < 0 }
        guard variable.count <= 1 else {
            throw .invalid("the shape of the input cannot be told from the number of bytes")
        }
        if let place = variable.first {
            guard let width = input.type.width else {
                throw .invalid("the shape of the input cannot be told from the number of bytes")
            }
            let others = shape.reduce(width) { $1 < 0 ? $0 : $0 * $1 }
            guard others > 0, bytes.count.isMultiple(of: others) else {
                throw .invalid("\(bytes.count) bytes are no whole number of values")
            }
            shape[place] = bytes.count / others
        }
        try self.init(name: input.name, type: input.type, shape: shape, binary: bytes)
    }
}

extension InvocationRequest {
    /// The request of MLflow's protocol, by its type of content.
    init(_ request: IncomingRequest, _ version: LoadedVersion) throws(RequestError) {
        let header = request.head.headers.first(name: "content-type") ?? ""
        let parts = header.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        for parameter in parts.dropFirst() where parameter != "charset=utf-8" {
            throw RequestError(415, "expected no parameter of the content type but charset=utf-8")
        }
        let bytes = request.body.readableBytesUInt8Span
        switch parts.first {
        case "application/json": try self.init(json: bytes, inputs: version.servable.inputs)
        case "text/csv": try self.init(csv: bytes, inputs: version.servable.inputs)
        default: throw RequestError(415, "expected application/json or text/csv as content type")
        }
    }
}
