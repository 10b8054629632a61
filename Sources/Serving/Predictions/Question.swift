internal import NIOCore

/// What a request asks of a model, whatever the protocol that it came in.
struct Question: Sendable {
    let inputs: [InputTensor]
    /// What the caller calls it, if anything.
    let id: String?
    let form: AnswerForm
}

/// How a caller wants an answer.
enum AnswerForm: Sendable {
    /// The Open Inference Protocol over HTTP: the outputs that are wanted, in JSON or in binary form.
    case inference(InferenceRequest)
    /// The same as a message of gRPC.
    case message(InferenceRequest)
    /// `{"predictions": …}`, row by row.
    case rows
    /// `{"outputs": …}`, tensor by tensor.
    case columns
}

/// An answer in the form that its caller wants.
struct WrittenAnswer: Sendable {
    let body: ByteBuffer
    /// How many bytes of the body are JSON where binary data follow.
    let jsonLength: Int?
}

extension AnswerForm {
    /// Writes what a model has said.
    ///
    /// Throws ``RequestError``: outputs are wanted that the model does not have (400), or more than a message holds (500).
    func write(_ said: ModelAnswer, by version: VersionName) throws(RequestError) -> WrittenAnswer {
        func response(_ request: InferenceRequest) throws(RequestError) -> InferenceResponse {
            try InferenceResponse(
                request,
                model: version.model,
                version: version.version,
                outputs: said.outputs
            )
        }
        var body = ByteBufferAllocator().buffer(capacity: 512)
        var jsonLength: Int?
        switch self {
        case .inference(let request): jsonLength = try response(request).write(into: &body)
        case .message(let request): body = try GRPCMessage.framed(try response(request).writeMessage)
        case .rows: PredictResponse(outputs: said.outputs).writeRows(into: &body)
        case .columns: PredictResponse(outputs: said.outputs).writeColumns(into: &body)
        }
        return WrittenAnswer(body: body, jsonLength: jsonLength)
    }
}
