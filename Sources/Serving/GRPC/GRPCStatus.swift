internal import NIOHPACK

/// How a call of gRPC has ended.
///
/// Source: "Status codes and their use in gRPC" and "gRPC over HTTP2" in gRPC's documentation.
struct GRPCStatus {
    let code: Int
    let message: String

    static let ok = GRPCStatus(code: 0, message: "")

    private init(code: Int, message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: RequestError) {
        let code =
            switch error.status {
            case 400, 421: 3  // INVALID_ARGUMENT
            case 401: 16  // UNAUTHENTICATED
            case 403: 7  // PERMISSION_DENIED
            case 404: 5  // NOT_FOUND
            case 408: 1  // CANCELLED
            case 413, 431: 8  // RESOURCE_EXHAUSTED
            case 405, 415, 501: 12  // UNIMPLEMENTED
            case 503: 14  // UNAVAILABLE
            case 504: 4  // DEADLINE_EXCEEDED
            default: 13  // INTERNAL
            }
        self.init(code: code, message: error.message)
    }

    /// The headers behind an answer.
    var trailers: HPACKHeaders {
        var headers = HPACKHeaders()
        headers.add(name: "grpc-status", value: "\(code)")
        if !message.isEmpty { headers.add(name: "grpc-message", value: Self.escaped(message)) }
        return headers
    }

    /// A sentence in the characters of a header; others, and the sign of the escape itself, as their bytes.
    private static func escaped(_ message: String) -> String {
        var text = ""
        for byte in message.utf8 {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
