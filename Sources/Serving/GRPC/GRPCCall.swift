internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Takes one call of gRPC, a stream of HTTP/2, and answers it on the event loop of its connection.
///
/// Every method here takes one message and gives one. Source: "gRPC over HTTP2" in gRPC's documentation.
final class GRPCCall: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    let state: LoopState
    private var context: ChannelHandlerContext?
    private var phase = Phase.idle
    private var method = GRPCMethod.serverLive
    private var routingKey: String?
    private var body = ByteBuffer()
    private var share: BodyShare?
    private var pieces = 0
    private var prediction: Prediction?
    /// When the phase is over at the latest.
    private var deadline: NIODeadline
    /// When the caller does not wait any more.
    private var due: NIODeadline

    private enum Phase {
        case idle
        case receiving
        case answering
        case ended
    }

    var loop: any EventLoop { state.loop }
    var service: Service { state.service }
    private var limits: Limits { service.configuration.limits }

    init(_ state: LoopState) {
        self.state = state
        let limits = state.service.configuration.limits
        deadline = .after(limits.headTime)
        due = .after(limits.answerTime + limits.bodyPause)
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
        phase = .ended
        prediction?.abandon()
        share = nil
        state.close(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(RequestError) {
            switch (unwrapInboundIn(data), phase) {
            case (.headers(let head), .idle):
                try begin(head.headers)
                if head.endStream { throw .invalid("the call brings no message") }
            case (.data(let data), .receiving):
                guard case .byteBuffer(let bytes) = data.data else { return }
                try take(bytes)
                if data.endStream { try finish() }
            case (.headers(let head), .receiving):
                // Headers behind the message, which no caller needs to send.
                if head.endStream { try finish() }
            default: return
            }
        } catch {
            fail(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

// MARK: - The request comes

extension GRPCCall {
    private func begin(_ headers: HPACKHeaders) throws(RequestError) {
        phase = .receiving
        deadline = .after(limits.bodyPause)
        let access = service.configuration.access
        guard headers.first(name: ":method") == "POST",
            let method = headers.first(name: ":path").flatMap(GRPCMethod.init)
        else { throw RequestError(501, "no such method is here") }
        self.method = method
        if method.need != .nothing { try access.check(host: headers[":authority"] + headers["host"], isRequired: true) }
        try access.check(origin: headers.first(name: "origin"))
        try access.check(authorization: headers.first(name: "authorization"), for: method.need)
        if let encoding = headers.first(name: "grpc-encoding"), encoding != "identity" {
            throw RequestError(501, "the message is expected as it is, not as \(encoding.prefix(32))")
        }
        if let timeout = headers.first(name: "grpc-timeout") {
            due = min(due, .after(min(try GRPCTimeout(timeout).seconds, limits.answerTime)))
        }
        routingKey = headers.first(name: "x-routing-key")
    }

    private func take(_ bytes: ByteBuffer) throws(RequestError) {
        deadline = .after(limits.bodyPause)
        pieces += 1
        guard pieces <= limits.chunks else {
            throw RequestError(413, "the message comes in more than \(limits.chunks) pieces")
        }
        guard body.readableBytes + bytes.readableBytes <= limits.body else { throw .tooLarge(limits.body) }
        if body.readableBytes == 0 { body = bytes } else { body.writeImmutableBuffer(bytes) }
        try service.activity.hold(body.readableBytes, in: &share, limit: limits.bodies)
    }

    private func finish() throws(RequestError) {
        phase = .answering
        deadline = min(due, .after(limits.answerTime))
        // In front of the message: whether it is compressed, and its length.
        let message = try GRPCMessage.single(in: body)
        body = ByteBuffer()
        share = nil
        if method == .modelInfer {
            try infer(message)
        } else {
            try describe(method, message)
        }
    }

    private func infer(_ message: ByteBuffer) throws(RequestError) {
        let received = NIODeadline.now()
        let call = try GRPCInferenceRequest(message.readableBytesUInt8Span)
        let prediction = try Prediction(
            of: call.model,
            GRPCModelName(name: call.model, version: call.version).selector,
            routingKey: routingKey,
            on: state,
            received: received,
            due: deadline
        )
        self.prediction = prediction
        let question = call.question
        try prediction.begin(
            bytes: message.readableBytes,
            read: { _ in question },
            tell: { [unowned self, unowned prediction] written in
                do throws(RequestError) {
                    send(try written.get().body, prediction.version.name)
                    prediction.succeeded()
                } catch {
                    fail(error)
                }
            }
        )
    }
}

// MARK: - The answer goes

extension GRPCCall {
    /// Sends a message, and that all is well.
    func succeed(_ write: (inout ByteBuffer) -> Void) {
        do throws(RequestError) {
            send(try GRPCMessage.framed(write))
        } catch {
            fail(error)
        }
    }

    private func send(_ message: ByteBuffer, _ version: VersionName? = nil) {
        guard phase == .answering, let context else { return }
        phase = .ended
        var headers = Self.responseHeaders
        if let version { headers.add(name: Answer.versionHeader, value: version.title) }
        context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(message)))), promise: nil)
        context.writeAndFlush(
            wrapOutboundOut(.headers(.init(headers: GRPCStatus.ok.trailers, endStream: true))),
            promise: nil
        )
    }

    /// Says why there is no answer, and ends the call.
    func fail(_ error: RequestError) {
        guard phase != .ended, let context else { return }
        let isWhole = phase == .answering
        phase = .ended
        if let prediction { prediction.failed(error) } else { state.countRefusal(error.status) }
        var headers = Self.responseHeaders
        headers.add(contentsOf: GRPCStatus(error).trailers)
        context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: true))), promise: nil)
        // What is left of the request is not read; another code would take the status with it (RFC 9113, 8.1).
        if !isWhole { context.write(wrapOutboundOut(.rstStream(.noError)), promise: nil) }
        context.flush()
    }

    private static let responseHeaders: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
}

extension GRPCCall: Client {
    func check(at time: NIODeadline) {
        guard time > deadline else { return }
        switch phase {
        case .idle, .receiving: fail(RequestError(408, "the request took too long to come"))
        case .answering: fail(RequestError(504, "the answer took too long"))
        case .ended: context?.close(promise: nil)
        }
    }

    /// The connection has a way of its own to end when no call is under way.
    func closeIfIdle() {}
}
