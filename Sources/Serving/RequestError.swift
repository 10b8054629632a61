/// Why a request gets no answer: the caller's fault, or something that the server cannot do now.
///
/// The sentence goes to the caller: it holds no path, no address and nothing of the server's inside.
package struct RequestError: Error, Hashable, Sendable {
    /// The status of HTTP.
    package let status: Int
    package let message: String
    /// After how many seconds the same request may succeed; `nil` where that does not help.
    package let retryAfter: Int?
    /// The methods that the path knows, where the caller used another one.
    private(set) var allowedMethods: [String] = []

    package init(_ status: Int, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The request itself is wrong.
    package static func invalid(_ message: String) -> RequestError { RequestError(400, message) }
    /// The model has answered with something that is no number.
    static let nonFinite = RequestError(500, "the model gives a number that is not finite")
    static func wrongMethod(_ found: String, allowed: [String]) -> RequestError {
        var error = RequestError(405, "expected \(allowed.joined(separator: " or ")), found \(found.prefix(16))")
        error.allowedMethods = allowed
        return error
    }
    /// The model itself has failed.
    static let noAnswer = RequestError(500, "the model cannot answer")
    package static func notFound(_ message: String) -> RequestError { RequestError(404, message) }
    /// The request is fine, and more than is taken at the moment.
    package static func overloaded(_ message: String) -> RequestError { RequestError(503, message, retryAfter: 1) }
}
