internal import NIOCore

/// Hears of bytes as they come, before anything is known of what they mean.
final class ArrivalListener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytesCame: () -> Void
    private var context: ChannelHandlerContext?

    init(_ bytesCame: @escaping () -> Void) { self.bytesCame = bytesCame }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Some callers end a body with a line that belongs to nothing.
        if unwrapInboundIn(data).readableBytesView.contains(where: { $0 != 0x0D && $0 != 0x0A }) { bytesCame() }
        context.fireChannelRead(data)
    }

    /// Sends a text past all that knows of HTTP, and ends the connection; gives whether there is one.
    func send(_ text: String) -> Bool {
        guard let context else { return false }
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
            loopBound.value.close(promise: nil)
        }
        return true
    }
}
