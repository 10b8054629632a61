internal import NIOCore

/// Hears of bytes as they come, before anything is known of what they mean.
final class ArrivalListener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let bytesCame: () -> Void

    init(_ bytesCame: @escaping () -> Void) { self.bytesCame = bytesCame }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytesCame()
        context.fireChannelRead(data)
    }
}
