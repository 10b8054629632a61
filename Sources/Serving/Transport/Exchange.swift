internal import NIOCore
internal import NIOHTTP1

/// One request on its way to an answer.
struct Exchange {
    /// Its number on the connection: what belongs to an earlier one comes too late.
    let ticket: UInt64
    let target: RequestTarget
    let isHead: Bool
    let keepsAlive: Bool
    /// When its last byte had come.
    var received: NIODeadline
    var prepared = NIODeadline.uptimeNanoseconds(0)
    var version: LoadedVersion?
    /// The version that gets a copy, and what it gets.
    var shadow: LoadedVersion?
    var inputs: [InputTensor] = []
    var form = AnswerForm.none
    /// The rows that are put to the model.
    var rows = 0

    /// How the answer of a model is to be written.
    enum AnswerForm {
        case none
        /// The Open Inference Protocol; the inputs have been taken out of the request.
        case inference(InferenceRequest)
        case rows
        case columns
    }
}

/// What goes back to a caller.
struct Answer {
    var status = HTTPResponseStatus.ok
    var body = ByteBuffer()
    var type = ContentType.json
    /// The version that has answered.
    var version: VersionName?
    /// How many bytes of the body are JSON where binary data follow.
    var jsonLength: Int?
    var retryAfter: Int?

    enum ContentType: String {
        case json = "application/json"
        case binary = "application/octet-stream"
        case text = "text/plain; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
        case page = "text/html; charset=utf-8"
    }
}
