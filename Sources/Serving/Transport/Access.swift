/// Who may ask, and for what.
struct Access {
    private let token: [UInt8]?
    private let adminToken: [UInt8]?
    private let allowedHosts: Set<String>?

    /// What a caller must be allowed to do.
    enum Need {
        /// Those who look whether the server lives have no token.
        case nothing
        case use
        case administration
    }

    init(_ configuration: ServerConfiguration) {
        token = configuration.token
        adminToken = configuration.adminToken
        allowedHosts = configuration.allowedHosts
    }

    /// Throws ``RequestError`` for a request to another host (421), to several, or to none where one is required (400).
    func check(host named: [String], isRequired: Bool) throws(RequestError) {
        guard let allowedHosts else { return }
        guard named.count <= 1 else { throw .invalid("the request names several hosts") }
        guard let host = named.first else {
            guard !isRequired else { throw .invalid("the request names no host") }
            return
        }
        guard allowedHosts.contains(Self.name(ofHost: host)) else {
            throw RequestError(421, "this host is not served here")
        }
    }

    /// Throws ``RequestError`` (403) for a request that a page of another host has a browser send.
    func check(origin: String?) throws(RequestError) {
        guard let allowedHosts, let origin else { return }
        let host = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init)
        guard let host, allowedHosts.contains(Self.name(ofHost: host)) else {
            throw RequestError(403, "pages of other hosts may not ask here")
        }
    }

    /// A host without its port, in small letters.
    private static func name(ofHost host: String) -> String {
        let name = host.lowercased()
        if name.hasPrefix("[") { return String(name.prefix { $0 != "]" }) + "]" }
        return String(name.prefix { $0 != ":" })
    }

    /// Throws ``RequestError`` (401, 403) where the caller may not do what it asks for.
    func check(authorization: String?, for need: Need) throws(RequestError) {
        let bearer = authorization.flatMap { value in
            value.lowercased().hasPrefix("bearer ") ? Array(value.utf8.dropFirst(7)) : nil
        }
        switch need {
        case .nothing: return
        case .administration:
            guard let adminToken else {
                throw RequestError(403, "models are loaded and unloaded by `mlops deploy` and `mlops rollback` here")
            }
            guard let bearer, bearer.isEqual(inConstantTime: adminToken) else {
                throw RequestError(403, "this needs the token of an administrator")
            }
        case .use:
            guard let token else { return }
            guard let bearer else { throw RequestError(401, "expected a token: Authorization: Bearer …") }
            let isAdmin = adminToken.map { bearer.isEqual(inConstantTime: $0) } ?? false
            guard bearer.isEqual(inConstantTime: token) || isAdmin else {
                throw RequestError(401, "the token is not known")
            }
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
