/// What a request is for, as its method and path say.
enum RequestTarget: Hashable {
    // The Open Inference Protocol.
    case live
    case ready
    case server
    case model(String, ModelTable.Selector)
    case modelReady(String, ModelTable.Selector)
    case infer(String, ModelTable.Selector)
    case statistics(String?, ModelTable.Selector)
    case repositoryIndex
    case load(String)
    case unload(String)
    // TensorFlow Serving and KServe.
    case predict(String, ModelTable.Selector)
    case modelStatus(String, ModelTable.Selector)
    case modelMetadata(String, ModelTable.Selector)
    case modelList
    // MLflow and SageMaker.
    case invocations
    case ping
    case release
    // Ours.
    case metrics
    case status
    case page
}

extension RequestTarget {
    /// What the caller must be allowed to do.
    var need: Access.Need {
        switch self {
        case .live, .ready, .ping: .nothing
        case .load, .unload: .administration
        default: .use
        }
    }

    /// Reads a method and a path, behind which a query may stand.
    ///
    /// Throws ``RequestError``: nothing is there (404), or not with this method (405).
    init(method: String, path: String) throws(RequestError) {
        let parts = try Self.parts(of: path)
        guard let (target, methods) = Self.target(parts) else { throw .notFound("nothing is at this path") }
        guard methods.contains(method) else { throw .wrongMethod(method, allowed: methods) }
        self = target
    }

    /// The parts of a path between its slashes, of which each is decoded once.
    private static func parts(of path: String) throws(RequestError) -> [String] {
        guard let path = withoutAddress(path), path.utf8.first == UInt8(ascii: "/") else {
            throw .notFound("expected a path")
        }
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            parts.append(try decoded(part))
        }
        if parts.last == "" { parts.removeLast() }
        return parts
    }

    /// A path without its query, and without the address in front of it that those write who speak through a proxy (RFC 9112, 3.2.2).
    private static func withoutAddress(_ target: String) -> Substring? {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        for scheme in ["http://", "https://"] where path.lowercased().hasPrefix(scheme) {
            let address = path.dropFirst(scheme.count)
            return address.firstIndex(of: "/").map { address[$0...] } ?? "/"
        }
        return path
    }

    private static func decoded(_ part: Substring) throws(RequestError) -> String {
        guard part.utf8.contains(UInt8(ascii: "%")) else { return String(part) }
        var bytes: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw .invalid("the path has a broken escape")
            }
            bytes.append(high << 4 | low)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
        default: nil
        }
    }

    /// Whether a part of a path may name a model, a version or a label.
    private static func isName(_ text: Substring) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: ".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func target(_ parts: [String]) -> (RequestTarget, methods: [String])? {
        let (get, post) = (["GET", "HEAD"], ["POST"])
        switch parts.first {
        case nil: return (.page, get)
        case "v2": return openInference(Array(parts.dropFirst()))
        case "v1": return tensorFlow(Array(parts.dropFirst()))
        default: break
        }
        guard parts.count == 1 else { return nil }
        switch parts[0] {
        case "invocations": return (.invocations, post)
        case "ping", "health": return (.ping, get)
        case "version": return (.release, get)
        case "metrics": return (.metrics, get)
        case "status": return (.status, get)
        default: return nil
        }
    }

    private static func openInference(_ parts: [String]) -> (RequestTarget, methods: [String])? {
        let (get, post) = (["GET", "HEAD"], ["POST"])
        switch parts {
        case []: return (.server, get)
        case ["health", "live"]: return (.live, get)
        case ["health", "ready"]: return (.ready, get)
        case ["models", "stats"]: return (.statistics(nil, .routed), get)
        case ["repository", "index"]: return (.repositoryIndex, post)
        default: break
        }
        if parts.count == 4, parts[0] == "repository", parts[1] == "models", isName(parts[2][...]) {
            switch parts[3] {
            case "load": return (.load(parts[2]), post)
            case "unload": return (.unload(parts[2]), post)
            default: return nil
            }
        }
        guard parts.first == "models", let (model, selector, rest) = model(Array(parts.dropFirst())) else { return nil }
        switch rest {
        case []: return (.model(model, selector), get)
        case ["ready"]: return (.modelReady(model, selector), get)
        case ["infer"]: return (.infer(model, selector), post)
        case ["stats"]: return (.statistics(model, selector), get)
        default: return nil
        }
    }

    private static func tensorFlow(_ parts: [String]) -> (RequestTarget, methods: [String])? {
        let (get, post) = (["GET", "HEAD"], ["POST"])
        guard parts.first == "models" else { return nil }
        if parts.count == 1 { return (.modelList, get) }
        var parts = Array(parts.dropFirst())
        // The verb stands behind the last part: `/v1/models/fashion:predict`.
        let last = parts.removeLast()
        if let colon = last.firstIndex(of: ":") {
            guard last[colon...] == ":predict", let (model, selector, rest) = model(parts + [String(last[..<colon])]),
                rest.isEmpty
            else { return nil }
            return (.predict(model, selector), post)
        }
        guard let (model, selector, rest) = model(parts + [last]) else { return nil }
        switch rest {
        case []: return (.modelStatus(model, selector), get)
        case ["metadata"]: return (.modelMetadata(model, selector), get)
        default: return nil
        }
    }

    /// A model, and which of its versions: `fashion`, `fashion/versions/v1.2.0`, `fashion/labels/canary`; and what stands behind.
    private static func model(_ parts: [String]) -> (String, ModelTable.Selector, rest: [String])? {
        guard let model = parts.first, isName(model[...]) else { return nil }
        guard parts.count >= 3, parts[1] == "versions" || parts[1] == "labels" else {
            return (model, .routed, Array(parts.dropFirst()))
        }
        guard isName(parts[2][...]) else { return nil }
        let selector = parts[1] == "versions" ? ModelTable.Selector.version(parts[2]) : .label(parts[2])
        return (model, selector, Array(parts.dropFirst(3)))
    }
}
