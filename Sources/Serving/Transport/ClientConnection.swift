internal import NIOCore
internal import NIOHTTP1

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
    /// The last path of the connection, as clients mostly ask for the same again.
    private var lastTarget: (method: HTTPMethod, path: String, target: RequestTarget)?
    /// When the phase is over at the latest.
    private var deadline: NIODeadline
    /// When the request that is under way began to come, and how much of it has.
    private var (begun, received) = (NIODeadline.uptimeNanoseconds(0), 0)
    /// How many requests were answered or are about to be: what belongs to an earlier one comes too late.
    private var ticket: UInt64 = 0
    /// Whether the request wants no body back.
    private var isHead = false
    /// Whether an answer is being written, from within which the next request may come.
    private var isSending = false
    /// Whether the caller will send nothing more.
    private var hasEnded = false
    private weak var arrivals: ArrivalListener?

    private enum Phase {
        /// No request is under way.
        case idle
        /// The first bytes of a request have come, and not yet all of its head.
        case beginning
        case receiving
        /// The request has come whole, and waits until the answers before it are out.
        case waiting
        case answering
        /// An answer went out before the request had come whole; the connection ends.
        case refused
    }

    var loop: any EventLoop { state.loop }
    var service: Service { state.service }
    var table: ModelTable { state.table }
    private var limits: Limits { state.service.configuration.limits }

    init(_ state: LoopState) {
        self.state = state
        deadline = .after(state.service.configuration.limits.idleTime)
    }

    /// Lets a connection whose first bytes were seen speak HTTP/1.
    static func prepare(_ pipeline: ChannelPipeline.SynchronousOperations, _ state: LoopState) throws {
        let connection = ClientConnection(state)
        let arrivals = ArrivalListener { [unowned connection] in connection.bytesCame() }
        connection.arrivals = arrivals
        try pipeline.addHandler(arrivals)
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
        try pipeline.addHandler(connection)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state.open(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        context = nil
        exchange?.prediction?.abandon()
        exchange = nil
        state.close(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .idle), (.head(let head), .beginning): begin(head)
        case (.body(let bytes), .receiving): take(bytes)
        case (.end, .receiving): finish()
        default: return
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { proceed() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            hasEnded = true
            switch phase {
            case .waiting, .answering: break
            case .idle, .beginning, .receiving, .refused: context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase == .idle || phase == .beginning || phase == .receiving,
            error is HTTPParserError || error is ByteToMessageDecoderError
        else { return context.close(promise: nil) }
        refuse(.invalid("the request is no HTTP that is understood here"))
    }
}

extension ClientConnection: Client {
    func check(at time: NIODeadline) {
        guard time > deadline, let context else { return }
        switch phase {
        case .receiving: refuse(RequestError(408, "the request took too long to come"))
        case .beginning:
            // The handlers of HTTP know of no request yet that could be answered.
            let answer = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            phase = .refused
            if arrivals?.send(answer) != true { context.close(promise: nil) }
        case .idle, .waiting, .refused: context.close(promise: nil)
        case .answering:
            // Its answer, should it come, goes nowhere.
            fail(RequestError(504, "the answer took too long"))
        }
    }

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
        (begun, received) = (.now(), 0)
        deadline = .after(limits.bodyPause)
        do throws(RequestError) {
            isHead = head.method == .HEAD
            request = try IncomingRequest(head, limits)
            let target: RequestTarget
            if let last = lastTarget, last.method == head.method, last.path == head.uri {
                target = last.target
            } else {
                target = try RequestTarget(method: head.method.rawValue, path: head.uri)
                lastTarget = (head.method, head.uri, target)
            }
            request?.target = target
            try request?.authorize(target, service.configuration.access)
            if request?.expectsContinue == true, head.version != .http1_0 {
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
        received += bytes.readableBytes
        // Who brings a byte now and then holds a connection no longer than somebody with a slow line.
        let whole = limits.requestTime + Double(received) / limits.slowestRate
        deadline = min(.after(limits.bodyPause), begun + .nanoseconds(Int64(whole * 1e9)))
        do throws(RequestError) {
            try request?.append(bytes, limits, service.activity)
        } catch {
            refuse(error)
        }
    }

    /// Has the request answered that has come whole, unless answers before it are on their way out still.
    ///
    /// Pipelined requests come from within the writing of the answer before; and who takes no answers gets no more of them.
    private func finish() {
        phase = .waiting
        deadline = .after(limits.answerTime)
        if isSending {
            loop.assumeIsolated().execute { self.proceed() }
        } else {
            proceed()
        }
    }

    private func proceed() {
        guard phase == .waiting, !isSending, let context, context.channel.isWritable, let request,
            let target = request.target
        else { return }
        self.request = nil
        phase = .answering
        deadline = .after(limits.answerTime)
        ticket &+= 1
        exchange = Exchange(
            ticket: ticket,
            target: target,
            isHead: isHead,
            keepsAlive: request.keepsAlive,
            isOld: request.head.version == .http1_0,
            received: .now()
        )
        do throws(RequestError) {
            try answer(target, request)
        } catch {
            fail(error)
        }
    }

    /// Answers before the request has come whole, and ends the connection.
    ///
    /// What is left of the request is passed over for a while: a connection that is closed on unread bytes takes the answer with it.
    private func refuse(_ error: RequestError) {
        let target = request?.target
        request = nil
        phase = .refused
        deadline = .after(2)
        state.countRefusal(error.status)
        send(Answer(error, for: target), isHead: isHead, keepsAlive: false, isWhole: false)
    }
}

// MARK: - The answer goes

extension ClientConnection {
    private func answer(_ target: RequestTarget, _ request: IncomingRequest) throws(RequestError) {
        switch target {
        case .infer(let model, let selector):
            try predict(model, selector, request) { version throws(RequestError) in
                var body = try InferenceRequest(request, version)
                let inputs = body.inputs
                body.inputs = []
                return Question(inputs: inputs, id: body.id, form: .inference(body))
            }
        case .predict(let model, let selector):
            try predict(model, selector, request) { version throws(RequestError) in
                let bytes = request.body.readableBytesUInt8Span
                let body = try PredictRequest(bytes, inputs: version.servable.inputs)
                return Question(inputs: body.inputs, id: nil, form: body.form == .rows ? .rows : .columns)
            }
        case .invocations:
            guard let entry = table.entries.values.first, table.entries.count == 1 else {
                throw .invalid("several models are served here: ask for one at /v2/models/MODEL/infer")
            }
            try predict(entry.model, .routed, request) { version throws(RequestError) in
                Question(inputs: try InvocationRequest(request, version).inputs, id: nil, form: .rows)
            }
        default:
            try describe(target, request)
        }
    }

    /// Chooses who answers, and has it answer; what goes wrong from now on is counted there.
    private func predict(
        _ model: String,
        _ selector: ModelTable.Selector,
        _ request: IncomingRequest,
        _ read: @escaping Prediction.Reading
    ) throws(RequestError) {
        let prediction = try Prediction(
            of: model,
            selector,
            routingKey: request.routingKey,
            on: state,
            received: exchange?.received ?? .now(),
            due: deadline
        )
        exchange?.prediction = prediction
        try prediction.begin(bytes: request.body.readableBytes, read: read) {
            [unowned self, unowned prediction] written in
            do throws(RequestError) {
                send(Answer(try written.get(), by: prediction.version.name))
                prediction.succeeded()
            } catch {
                fail(error)
            }
        }
    }

    private func fail(_ error: RequestError) {
        if let prediction = exchange?.prediction {
            prediction.failed(error)
        } else {
            state.countRefusal(error.status)
        }
        send(Answer(error, for: exchange?.target))
    }

    /// The request that is under way.
    var currentTicket: UInt64? { exchange?.ticket }

    /// Sends the answer to the request that is under way.
    func send(_ answer: Answer) {
        guard phase == .answering, let exchange else { return }
        self.exchange = nil
        let keepsAlive = exchange.keepsAlive && !hasEnded && !state.service.activity.isDraining
        phase = keepsAlive ? .idle : .refused
        deadline = .after(limits.idleTime)
        send(answer, isHead: exchange.isHead, keepsAlive: keepsAlive, isOld: exchange.isOld)
    }

    private func send(
        _ answer: Answer,
        isHead: Bool,
        keepsAlive: Bool,
        isOld: Bool = false,
        isWhole: Bool = true
    ) {
        guard let context else { return }
        isSending = true
        defer { isSending = false }
        let headers = answer.headers(keepsAlive: keepsAlive, isOld: isOld)
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, answer.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        guard keepsAlive else {
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
                loopBound.value.close(mode: isWhole ? .all : .output, promise: nil)
            }
            return
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
