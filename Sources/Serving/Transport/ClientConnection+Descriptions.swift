internal import NIOCore
internal import NIOHTTP1

/// Answers that say what is served.
extension ClientConnection {
    func describe(_ target: RequestTarget, _ request: IncomingRequest) throws(RequestError) {
        switch target {
        case .live: send(try Answer(json: ["live": true]))
        case .ready:
            let isReady = table.isReady && !service.activity.isDraining
            var answer = try Answer(json: ["ready": isReady, "live": true])
            if !isReady { answer.status = .serviceUnavailable }
            send(answer)
        case .server: send(try Answer(json: ServerMetadata(service.configuration)))
        case .model(let model, let selector):
            let version = try version(of: model, selector)
            send(try Answer(json: ModelMetadata(version, among: table.entries[model]?.versions ?? [])))
        case .modelReady(let model, let selector):
            _ = try version(of: model, selector)
            send(try Answer(json: ModelReadiness(name: model)))
        case .repositoryIndex:
            send(try Answer(json: RepositoryIndex(table, onlyReady: try Self.wantsReady(request))))
        case .modelList: send(try Answer(json: ModelList(models: table.models.map(\.model))))
        case .modelStatus(let model, let selector):
            send(try Answer(json: ModelStatus(try version(of: model, selector))))
        case .modelMetadata(let model, let selector):
            send(try Answer(json: SignatureMetadata(try version(of: model, selector))))
        case .ping:
            guard table.isReady else { throw .notFound("no model is loaded") }
            guard !service.activity.isDraining else { throw .overloaded("the server is about to end") }
            send(Answer("\n", .text))
        case .release: send(Answer(service.configuration.release, .text))
        case .page:
            let accepts = request.head.headers["accept"].joined(separator: ",")
            if accepts.contains("text/html") {
                send(Answer(ServerPage(table, service.configuration).html, .page))
            } else {
                // What KServe's first protocol asks for.
                send(try Answer(json: ["status": "alive"]))
            }
        case .metrics, .statistics, .status, .load, .unload: try gather(target)
        case .infer, .predict, .invocations: return
        }
    }

    /// The version that a description is about; of those that share the traffic, the stable one.
    private func version(of model: String, _ selector: ModelTable.Selector) throws(RequestError) -> LoadedVersion {
        try table.version(of: model, selector == .routed ? .label("stable") : selector, key: RoutingKey(number: 0))
    }

    /// `{"ready": true}` in the body of a request for the repository's index.
    private static func wantsReady(_ request: IncomingRequest) throws(RequestError) -> Bool {
        guard request.body.readableBytes > 0 else { return false }
        let bytes = request.body.readableBytesUInt8Span
        var (reader, isFirst, ready) = (JSONReader(), true, false)
        try reader.beginObject(bytes)
        while let key = try reader.key(bytes, &isFirst) {
            if key == "ready" { ready = try reader.boolean(bytes) } else { try reader.skip(bytes) }
        }
        try reader.finish(bytes)
        return ready
    }
}
