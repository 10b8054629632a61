internal import Datasets
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Takes the requests of one connection, one after the other, and answers them on the connection's event loop.
///
/// Between the last byte of a request and the first of its answer stand a scan of the body, one call of the model for all requests of
/// the turn, and one write: no task, no lock, no line of log.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    let state: LoopState
    private var context: ChannelHandlerContext?
    private var phase = Phase.idle
    private var request: IncomingRequest?
    private var exchange: Exchange?
    private var ticket: UInt64 = 0
    /// The last path of the connection, as clients mostly ask for the same again.
    private var lastTarget: (method: HTTPMethod, path: String, target: RequestTarget)?
    /// When the phase is over at the latest.
    private(set) var deadline: NIODeadline

    private enum Phase {
        /// No request is under way.
        case idle
        /// The first bytes of a request have come, and not yet all of its head.
        case beginning
        case receiving
        case answering
        /// An answer went out before the request had come whole; the connection ends.
        case refused
    }

    /// Seconds that a call of a model may hold up an event loop.
    private static let longestCall = 0.001

    var loop: any EventLoop { state.loop }
    var service: Service { state.service }
    var table: ModelTable { state.table }
    private var limits: Limits { state.service.configuration.limits }

    init(_ state: LoopState) {
        self.state = state
        deadline = .after(state.service.configuration.limits.idleTime)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state.open(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        state.close(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        state.close(self)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .idle), (.head(let head), .beginning): begin(head)
        case (.body(let bytes), .receiving): take(bytes)
        case (.end, .receiving): finish()
        default: return
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .answering, phase != .refused, error is HTTPParserError || error is ByteToMessageDecoderError
        else { return context.close(promise: nil) }
        refuse(.invalid("the request is no HTTP that is understood here"))
    }

    /// Ends the connection if it has been too slow; called now and then.
    func check(at time: NIODeadline) {
        guard time > deadline, let context else { return }
        switch phase {
        case .beginning, .receiving: refuse(RequestError(408, "the request took too long to come"))
        case .idle, .refused: context.close(promise: nil)
        case .answering:
            // Its answer, should it come, goes nowhere.
            fail(RequestError(504, "the answer took too long"))
        }
    }

    /// Ends the connection if nothing is under way on it.
    func closeIfIdle() { if phase == .idle { context?.close(promise: nil) } }
}

// MARK: - The request comes

extension ClientConnection {
    /// Hears that something has come, of which nothing is known yet.
    func bytesCame() {
        guard phase == .idle else { return }
        phase = .beginning
        deadline = .after(limits.headTime)
    }

    private func begin(_ head: HTTPRequestHead) {
        phase = .receiving
        deadline = .after(limits.bodyPause)
        do throws(RequestError) {
            request = try IncomingRequest(head, limits, state.service.configuration)
            let target: RequestTarget
            if let last = lastTarget, last.method == head.method, last.path == head.uri {
                target = last.target
            } else {
                target = try RequestTarget(method: head.method.rawValue, path: head.uri)
                lastTarget = (head.method, head.uri, target)
            }
            try request?.authorize(target, state.service.configuration)
            request?.target = target
            if request?.expectsContinue == true {
                context?.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))),
                    promise: nil
                )
            }
        } catch {
            refuse(error)
        }
    }

    private func take(_ bytes: ByteBuffer) {
        deadline = .after(limits.bodyPause)
        do throws(RequestError) {
            try request?.append(bytes, limits)
        } catch {
            refuse(error)
        }
    }

    private func finish() {
        guard let request, let target = request.target else { return }
        self.request = nil
        phase = .answering
        deadline = .after(limits.answerTime)
        ticket &+= 1
        exchange = Exchange(
            ticket: ticket,
            target: target,
            isHead: request.head.method == .HEAD,
            keepsAlive: request.head.isKeepAlive,
            received: .now()
        )
        do throws(RequestError) {
            try answer(target, request)
        } catch {
            fail(error)
        }
    }

    /// Answers before the request has come whole, and ends the connection: what is left of it is not read.
    private func refuse(_ error: RequestError) {
        let isHead = request?.head.method == .HEAD
        request = nil
        phase = .refused
        deadline = .after(1)
        state.countRefusal(error.status)
        send(Answer(error, for: nil), isHead: isHead, keepsAlive: false)
    }
}

// MARK: - The answer goes

extension ClientConnection {
    private func answer(_ target: RequestTarget, _ request: IncomingRequest) throws(RequestError) {
        switch target {
        case .infer(let model, let selector):
            let version = try choose(model, selector, request)
            let body = try InferenceRequest(request, version)
            exchange?.form = .inference(
                InferenceRequest(id: body.id, inputs: [], outputs: body.outputs, prefersBinary: body.prefersBinary)
            )
            try put(body.inputs, to: version)
        case .predict(let model, let selector):
            let version = try choose(model, selector, request)
            let body = try PredictRequest(request.body.readableBytesUInt8Span, inputs: version.servable.inputs)
            exchange?.form = body.form == .rows ? .rows : .columns
            try put(body.inputs, to: version)
        case .invocations:
            guard let entry = state.table.entries.values.first, state.table.entries.count == 1 else {
                throw .invalid("several models are served here: ask for one at /v2/models/MODEL/infer")
            }
            let version = try choose(entry.model, .routed, request)
            exchange?.form = .rows
            try put(try InvocationRequest(request, version).inputs, to: version)
        default:
            try describe(target, request)
        }
    }

    private func choose(
        _ model: String,
        _ selector: ModelTable.Selector,
        _ request: IncomingRequest
    ) throws(RequestError) -> LoadedVersion {
        let version = try state.table.version(
            of: model,
            selector,
            key: request.routingKey.map { RoutingKey($0, model: model) } ?? RoutingKey(number: state.nextRequest())
        )
        exchange?.version = version
        if selector == .routed { exchange?.shadow = state.table.entries[model]?.shadow }
        return version
    }

    private func put(_ inputs: [InputTensor], to version: LoadedVersion) throws(RequestError) {
        let prepared = try version.servable.prepare(inputs)
        if exchange?.shadow != nil { exchange?.inputs = inputs }
        exchange?.prepared = .now()
        switch prepared {
        case .answered(let outputs): try write(ModelAnswer(outputs, .other), started: .now(), finished: .now())
        case .rows(let rows):
            exchange?.rows = rows.rows
            if Double(rows.rows) * version.secondsPerRow > Self.longestCall {
                try answerInPool(rows, by: version)
            } else {
                state.answer(rows, by: version, for: self, ticket)
            }
        }
    }

    /// Has rows answered by a thread of the pool, as the call would hold up the others of this loop.
    private func answerInPool(_ rows: Matrix, by version: LoadedVersion) throws(RequestError) {
        let activity = service.activity
        guard activity.enter(limit: service.poolLimit) else {
            throw .overloaded("too many requests wait; try again soon")
        }
        let (connection, loop, ticket, due) = (NIOLoopBound(self, eventLoop: loop), loop, ticket, deadline)
        service.pool.submit { state in
            let started = NIODeadline.now()
            let result: Result<Matrix, any Error>
            if state == .cancelled {
                result = .failure(RequestError.overloaded("the server is about to end"))
            } else if started > due {
                result = .failure(RequestError(504, "the request waited too long"))
            } else {
                result = Result { try version.servable.answer(rows) }
            }
            let finished = NIODeadline.now()
            activity.leave()
            loop.execute {
                connection.value.state.count(version.name) { $0.call() }
                connection.value.answered(result, ticket, started: started, finished: finished)
            }
        }
    }

    /// Gets what the model says to the rows of the request.
    func answered(
        _ result: Result<Matrix, any Error>,
        _ ticket: UInt64,
        started: NIODeadline,
        finished: NIODeadline
    ) {
        guard phase == .answering, let exchange, exchange.ticket == ticket, let version = exchange.version else {
            return
        }
        do throws(RequestError) {
            guard case .success(let rows) = result else {
                if case .failure(let error as RequestError) = result { throw error }
                throw RequestError(500, "the model cannot answer")
            }
            try write(try version.servable.meaning(of: rows), started: started, finished: finished)
        } catch {
            fail(error)
        }
    }

    private func write(
        _ said: ModelAnswer,
        started: NIODeadline,
        finished: NIODeadline
    ) throws(RequestError) {
        guard let exchange, let version = exchange.version, let context else { return }
        var answer = Answer()
        answer.version = version.name
        answer.body = context.channel.allocator.buffer(capacity: 512)
        switch exchange.form {
        case .inference(let request):
            let response = try InferenceResponse(
                request,
                model: version.name.model,
                version: version.name.version,
                outputs: said.outputs
            )
            answer.jsonLength = response.write(into: &answer.body)
            if answer.jsonLength != nil { answer.type = .binary }
        case .rows: PredictResponse(outputs: said.outputs).writeRows(into: &answer.body)
        case .columns: PredictResponse(outputs: said.outputs).writeColumns(into: &answer.body)
        case .none: return
        }
        let now = NIODeadline.now()
        let times = VersionCounters.Times(
            reading: exchange.prepared - exchange.received,
            waiting: started - exchange.prepared,
            inferring: finished - started,
            writing: now - finished,
            total: now - exchange.received
        )
        state.count(version.name) {
            $0.succeed(rows: exchange.rows, said.content, times, at: state.milliseconds(at: now))
        }
        send(answer)
        if let shadow = exchange.shadow {
            state.copy(ShadowQueue.Copy(inputs: exchange.inputs, content: said.content, shadow: shadow))
        }
    }

    private func fail(_ error: RequestError) {
        if let exchange, let version = exchange.version {
            state.count(version.name) { $0.fail(error, after: .now() - exchange.received) }
        } else {
            state.countRefusal(error.status)
        }
        send(Answer(error, for: exchange?.target))
    }

    /// Sends the answer to the request that is under way.
    func send(_ answer: Answer) {
        guard phase == .answering, let exchange else { return }
        self.exchange = nil
        let keepsAlive = exchange.keepsAlive && !state.service.activity.isDraining
        phase = keepsAlive ? .idle : .refused
        deadline = .after(limits.idleTime)
        send(answer, isHead: exchange.isHead, keepsAlive: keepsAlive)
    }

    private func send(_ answer: Answer, isHead: Bool, keepsAlive: Bool) {
        guard let context else { return }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers(keepsAlive))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, answer.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        guard keepsAlive else {
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
                loopBound.value.close(promise: nil)
            }
            return
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
