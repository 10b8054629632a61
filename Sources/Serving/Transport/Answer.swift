internal import NIOCore
internal import NIOHTTP1

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
    /// The methods that the path knows, where the caller used another one.
    var allowedMethods: [String] = []

    enum ContentType: String {
        case json = "application/json"
        case binary = "application/octet-stream"
        case text = "text/plain; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
        case page = "text/html; charset=utf-8"
    }

    init() {}

    /// What a model has said.
    init(_ written: WrittenAnswer, by version: VersionName) {
        body = written.body
        self.version = version
        jsonLength = written.jsonLength
        if jsonLength != nil { type = .binary }
    }
}
