internal import Git
package import Support

/// Where a shared repository is: `https://host/store.git`, `ssh://host/store.git`, `user@host:store.git`, `file:///srv/store.git`
/// or a path.
///
/// It holds no secret: an address with a password is refused, and git asks its own helpers, agent and prompts.
package struct RemoteAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address as git takes it.
    package let description: String

    /// The schemes that git carries itself, and that run no program of somebody's choice.
    private static let schemes: Set = ["file", "git", "http", "https", "ssh"]

    /// Reads what a person wrote; a path is resolved by the caller.
    ///
    /// Throws ``AddressError`` for what git would take for an option or a program, for an unknown scheme, and for a password.
    package init(_ text: String) throws(AddressError) {
        // A path may have spaces.
        let least: UInt32 = RemoteAddress.isAddress(text) ? 33 : 32
        guard !text.isEmpty, !text.hasPrefix("-"),
            text.unicodeScalars.allSatisfy({ $0.value >= least && $0.value != 127 })
        else { throw AddressError(text: text, reason: "expected a URL, user@host:path or a path") }
        if text.contains("::") && !text.contains("[") {
            throw AddressError(text: text, reason: "addresses that run a program are not allowed")
        }
        if let (scheme, rest) = RemoteAddress.split(text) {
            guard RemoteAddress.schemes.contains(scheme) else {
                throw AddressError(text: text, reason: "`\(scheme)` is none of \(RemoteAddress.schemes.sorted())")
            }
            let authority = rest.prefix { $0 != "/" }
            let user = authority.lastIndex(of: "@").map { authority[..<$0] }
            let isSecret = user?.contains(":") == true || user.map(Redaction.looksLikeToken) == true
            if isSecret { throw AddressError.secret(text, "password or a token") }
            if scheme.hasPrefix("http"), rest.contains("?") { throw AddressError.secret(text, "query") }
            let host = authority[
                (authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex)...
            ]
            guard scheme == "file" || !host.isEmpty, !host.hasPrefix("-") else {
                throw AddressError(text: text, reason: "it names no host")
            }
        } else if let colon = RemoteAddress.colonOfHost(text) {
            let parts = text[..<colon].split(separator: "@", omittingEmptySubsequences: false)
            guard !parts.dropLast().contains(where: Redaction.looksLikeToken) else {
                throw AddressError.secret(text, "token")
            }
            let host = parts.last ?? ""
            guard !host.isEmpty, !host.hasPrefix("-") else {
                throw AddressError(text: text, reason: "it names no host")
            }
        }
        // Git knows the schemes in small letters only.
        description = RemoteAddress.split(text).map { "\($0.scheme)://\($0.rest)" } ?? text
    }

    /// Whether `text` names a place that only git can reach, and no path.
    package static func isAddress(_ text: String) -> Bool { split(text) != nil || colonOfHost(text) != nil }

    /// The path of a repository of this machine; `nil` for another machine.
    package var localPath: String? {
        guard RemoteAddress.isAddress(description) else { return description }
        guard description.hasPrefix("file://") else { return nil }
        return String(description.dropFirst("file://".count))
    }

    /// The address in a form that is taken for a path nowhere.
    var asURL: String { RemoteAddress.isAddress(description) ? description : "file://\(description)" }

    /// `https`, `ssh` …, or `nil` for a path.
    package var scheme: String? {
        RemoteAddress.split(description)?.scheme ?? (RemoteAddress.colonOfHost(description) == nil ? nil : "ssh")
    }

    /// Whether nobody on the way can read what is sent: over TLS, or within this machine.
    var isConfidential: Bool {
        guard let scope = credentialScope else { return false }
        let ownHosts = ["http://localhost", "http://127.0.0.1", "http://[::1]"]
        return scope.hasPrefix("https://") || ownHosts.contains { scope == $0 || scope.hasPrefix("\($0):") }
    }

    /// The address up to its host, as `https://host`; `nil` where nothing is asked over HTTP.
    package var credentialScope: String? {
        guard let (scheme, rest) = RemoteAddress.split(description), scheme == "https" || scheme == "http" else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        let host = authority.split(separator: "@").last ?? authority
        return "\(scheme)://\(host)"
    }

    private static func split(_ text: String) -> (scheme: String, rest: Substring)? {
        guard let mark = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<mark.lowerBound]
        guard !scheme.isEmpty, scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        return (scheme.lowercased(), text[mark.upperBound...])
    }

    /// The colon of `user@host:path`, which comes before any slash.
    private static func colonOfHost(_ text: String) -> String.Index? {
        guard split(text) == nil, let colon = text.firstIndex(of: ":"), colon != text.startIndex,
            !text[..<colon].contains("/")
        else { return nil }
        return colon
    }
}

/// An address that is not used.
package struct AddressError: Failure, Hashable {
    package let text: String
    package let reason: String
    package let hints: [String]

    /// What somebody typed may hold a secret anywhere.
    init(text: String, reason: String, hints: [String] = []) {
        self.text = Redaction.withoutUser(text)
        self.reason = reason
        self.hints = hints
    }

    fileprivate static func secret(_ text: String, _ what: String) -> AddressError {
        AddressError(
            text: text,
            reason: "it holds a \(what)",
            hints: ["leave it out, and let git's credential helper or MLOPS_TOKEN in the environment say it"]
        )
    }

    package var description: String { "`\(text)` cannot be the address of a store: \(reason)" }
    package var kind: FailureKind { .usage }
}
