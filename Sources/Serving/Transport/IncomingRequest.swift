internal import NIOCore
internal import NIOHTTP1

/// A request as far as it has come, within the limits of the server.
struct IncomingRequest {
    let head: HTTPRequestHead
    private(set) var body = ByteBuffer()
    private var chunks = 0
    var target: RequestTarget?

    /// Checks the head of a request.
    ///
    /// Throws ``RequestError``: too much (413, 431), for another host (421), of an encoding that is not spoken (415).
    init(
        _ head: HTTPRequestHead,
        _ limits: Limits,
        _ configuration: ServerConfiguration
    ) throws(RequestError) {
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
        if let hosts = configuration.allowedHosts {
            let named = head.headers["host"]
            guard named.count <= 1 else { throw .invalid("the request names several hosts") }
            if let host = named.first {
                guard hosts.contains(Self.hostName(host)) else {
                    throw RequestError(421, "this host is not served here")
                }
            } else if head.version == .http1_1 {
                throw .invalid("the request names no host")
            }
        }
    }

    /// A host without its port, in small letters.
    private static func hostName(_ host: String) -> String {
        let name = host.lowercased()
        if name.hasPrefix("[") { return String(name.prefix { $0 != "]" }) + "]" }
        return String(name.prefix { $0 != ":" })
    }

    /// Takes the next piece of the body.
    mutating func append(_ bytes: ByteBuffer, _ limits: Limits) throws(RequestError) {
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

    /// Throws ``RequestError`` (401, 403) where the caller may not do what it asks for.
    func authorize(_ target: RequestTarget, _ configuration: ServerConfiguration) throws(RequestError) {
        let bearer = head.headers.first(name: "authorization").flatMap { value in
            value.lowercased().hasPrefix("bearer ") ? Array(value.utf8.dropFirst(7)) : nil
        }
        if target.isAdministrative {
            guard let admin = configuration.adminToken else {
                throw RequestError(403, "models are loaded and unloaded by `mlops deploy` and `mlops rollback` here")
            }
            guard let bearer, bearer.isEqual(inConstantTime: admin) else {
                throw RequestError(403, "this needs the token of an administrator")
            }
            return
        }
        guard !target.isOpen, let token = configuration.token else { return }
        guard let bearer else { throw RequestError(401, "expected a token: Authorization: Bearer …") }
        let isAdmin = configuration.adminToken.map { bearer.isEqual(inConstantTime: $0) } ?? false
        guard bearer.isEqual(inConstantTime: token) || isAdmin else {
            throw RequestError(403, "the token is not known")
        }
    }
}

extension [UInt8] {
    /// Whether two secrets are the same; how long it takes tells nothing of where they differ.
    func isEqual(inConstantTime other: [UInt8]) -> Bool {
        var difference = UInt8(count == other.count ? 0 : 1)
        for index in other.indices { difference |= other[index] ^ (index < count ? self[index] : 0xFF) }
        return difference == 0
    }
}

extension RequestError {
    static func tooLarge(_ limit: Int) -> RequestError { RequestError(413, "the body is larger than \(limit) bytes") }
}
