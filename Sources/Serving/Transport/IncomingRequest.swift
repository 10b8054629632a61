internal import NIOCore
internal import NIOHTTP1

/// A request as far as it has come, within the limits of the server.
struct IncomingRequest: Sendable {
    let head: HTTPRequestHead
    private(set) var body = ByteBuffer()
    private var chunks = 0
    /// What the body takes of the memory that all bodies may.
    private var share: BodyShare?
    var target: RequestTarget?

    /// Checks the head of a request.
    ///
    /// Throws ``RequestError``: too much (413, 431), of an encoding that is not spoken (415, 501).
    init(_ head: HTTPRequestHead, _ limits: Limits) throws(RequestError) {
        self.head = head
        var bytes = head.uri.utf8.count
        for (name, value) in head.headers { bytes += name.utf8.count + value.utf8.count + 4 }
        guard head.headers.count <= limits.headers, bytes <= limits.headerBytes else {
            throw RequestError(
                431,
                "the headers are more than \(limits.headers), or longer than \(limits.headerBytes) bytes"
            )
        }
        if let length = head.headers.first(name: "content-length") {
            guard let length = Int(length), length >= 0 else { throw .invalid("Content-Length is no number of bytes") }
            guard length <= limits.body else { throw RequestError.tooLarge(limits.body) }
        }
        if let encoding = head.headers.first(name: "content-encoding"), encoding.lowercased() != "identity" {
            throw RequestError(415, "the body is expected as it is, not as \(encoding.prefix(32))")
        }
        // NIO takes a body apart that comes in chunks, and no other coding.
        for coding in head.headers[canonicalForm: "transfer-encoding"] where coding.lowercased() != "chunked" {
            throw RequestError(501, "the body is expected in chunks or as it is, not as \(coding.prefix(32))")
        }
    }

    /// Whether the connection takes another request behind this one.
    var keepsAlive: Bool {
        // Behind a request to change the protocol, which is not done, NIO reads no further.
        head.isKeepAlive && !head.headers.contains(name: "upgrade") && head.method != .CONNECT
    }

    /// Throws ``RequestError`` where the caller may not do what it asks for: another host (421), a foreign page or token (401, 403).
    func authorize(_ target: RequestTarget, _ access: Access) throws(RequestError) {
        // Those who look whether the server lives may know it by its number only.
        guard target.need != .nothing else { return }
        try access.check(host: head.headers["host"], isRequired: head.version == .http1_1)
        try access.check(origin: head.headers.first(name: "origin"))
        try access.check(authorization: head.headers.first(name: "authorization"), for: target.need)
    }

    /// Takes the next piece of the body.
    ///
    /// Throws ``RequestError``: more than a body may have (413), or than all may that are under way (503).
    mutating func append(_ bytes: ByteBuffer, _ limits: Limits, _ activity: Activity) throws(RequestError) {
        chunks += 1
        guard chunks <= limits.chunks else {
            throw RequestError(413, "the body comes in more than \(limits.chunks) pieces")
        }
        guard body.readableBytes + bytes.readableBytes <= limits.body else { throw RequestError.tooLarge(limits.body) }
        if body.readableBytes == 0 {
            body = bytes
            if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > bytes.readableBytes {
                // What is announced is not taken for granted: memory is given as bytes come.
                body.reserveCapacity(min(length, 1 << 20))
            }
        } else {
            body.writeImmutableBuffer(bytes)
        }
        try activity.hold(body.readableBytes, in: &share, limit: limits.bodies)
    }

    /// The value that decides which of several versions answers.
    var routingKey: String? { head.headers.first(name: "x-routing-key") }

    var expectsContinue: Bool { head.headers.first(name: "expect")?.lowercased() == "100-continue" }

    /// How many bytes of the body are JSON, where tensors in binary form stand behind it.
    ///
    /// Throws ``RequestError`` (400) for what is no number.
    var jsonLength: Int? {
        get throws(RequestError) {
            guard let text = head.headers.first(name: "inference-header-content-length") else { return nil }
            guard let length = Int(text), length >= 0 else {
                throw .invalid("Inference-Header-Content-Length is no number of bytes")
            }
            return length
        }
    }
}

extension RequestError {
    static func tooLarge(_ limit: Int) -> RequestError { RequestError(413, "the body is larger than \(limit) bytes") }
}
