internal import NIOCore

/// Looks at the first bytes of a connection, by which a caller says whether it speaks HTTP/2 or HTTP/1.
final class ProtocolChoice: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What every connection of HTTP/2 begins with (RFC 9113, 3.4), as far as no request of HTTP/1 can begin so.
    private static let preface = Array("PRI * HTTP/2".utf8)

    private let state: LoopState
    private let speakHTTP1: (ChannelPipeline.SynchronousOperations) throws -> Void
    private let speakHTTP2: (ChannelPipeline.SynchronousOperations) throws -> Void
    private var context: ChannelHandlerContext?
    private var held = ByteBuffer()
    private var deadline: NIODeadline

    init(
        _ state: LoopState,
        http1: @escaping (ChannelPipeline.SynchronousOperations) throws -> Void,
        http2: @escaping (ChannelPipeline.SynchronousOperations) throws -> Void
    ) {
        self.state = state
        speakHTTP1 = http1
        speakHTTP2 = http2
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

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if held.readableBytes == 0 {
            held = bytes
            deadline = .after(state.service.configuration.limits.headTime)
        } else {
            held.writeImmutableBuffer(bytes)
        }
        let begin = held.readableBytesView.prefix(Self.preface.count)
        let isHTTP2 = begin.elementsEqual(Self.preface)
        // As long as it may be either, the next bytes decide.
        guard isHTTP2 || !Self.preface.starts(with: begin) else { return }
        do {
            try (isHTTP2 ? speakHTTP2 : speakHTTP1)(context.pipeline.syncOperations)
        } catch {
            return context.close(promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(held))
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension ProtocolChoice: Client {
    func check(at time: NIODeadline) { if time > deadline { context?.close(promise: nil) } }
    func closeIfIdle() { if held.readableBytes == 0 { context?.close(promise: nil) } }
}
