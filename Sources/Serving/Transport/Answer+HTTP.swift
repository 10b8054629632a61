internal import NIOCore
internal import NIOHTTP1
internal import Support

extension Answer {
    /// The names of our own headers.
    static let versionHeader = "mlops-model-version"

    /// What is wrong, in the form that the caller's protocol has for it.
    init(_ error: RequestError, for target: RequestTarget?) {
        status = HTTPResponseStatus(statusCode: error.status)
        retryAfter = error.retryAfter
        allowedMethods = error.allowedMethods
        if case .invocations? = target {
            guard error.status != 415 else {
                // As MLflow answers it.
                type = .text
                body.writeString(error.message)
                return
            }
            body.writeStaticString("{\"error_code\":")
            body.writeJSON(error.status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR")
            body.writeStaticString(",\"message\":")
        } else {
            body.writeStaticString("{\"error\":")
        }
        body.writeJSON(error.message)
        body.writeStaticString("}")
    }

    init(_ text: String, _ type: ContentType) {
        body.writeString(text)
        self.type = type
    }

    /// A document that describes something, for which there is time.
    init(json document: some Encodable) throws(RequestError) {
        guard let bytes = try? JSON.encode(document, pretty: false) else {
            throw RequestError(500, "the answer cannot be written")
        }
        body.writeBytes(bytes)
    }

    /// The headers, for a caller that speaks HTTP/1.0 or a newer version; older ones must be told that the connection stays.
    func headers(keepsAlive: Bool, isOld: Bool) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(6)
        headers.add(name: "content-type", value: type.rawValue)
        headers.add(name: "content-length", value: "\(body.readableBytes)")
        if let version { headers.add(name: Self.versionHeader, value: version.title) }
        if let jsonLength { headers.add(name: "inference-header-content-length", value: "\(jsonLength)") }
        if let retryAfter { headers.add(name: "retry-after", value: "\(retryAfter)") }
        if !allowedMethods.isEmpty { headers.add(name: "allow", value: allowedMethods.joined(separator: ", ")) }
        if status == .unauthorized { headers.add(name: "www-authenticate", value: "Bearer") }
        if type == .page {
            // The page has no scripts, and is shown in no other one.
            headers.add(
                name: "content-security-policy",
                value: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
            )
            headers.add(name: "x-content-type-options", value: "nosniff")
        }
        if !keepsAlive {
            headers.add(name: "connection", value: "close")
        } else if isOld {
            headers.add(name: "connection", value: "keep-alive")
        }
        return headers
    }
}
