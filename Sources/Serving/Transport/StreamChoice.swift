internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Looks at the head of a stream of HTTP/2: a call of gRPC, or a request such as HTTP/1 has.
final class StreamChoice: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload

    private let state: LoopState

    init(_ state: LoopState) { self.state = state }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .headers(let head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let pipeline = context.pipeline.syncOperations
        do {
            if head.headers.first(name: "content-type")?.hasPrefix("application/grpc") == true {
                try pipeline.addHandler(GRPCCall(state))
            } else {
                try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                try pipeline.addHandler(ClientConnection(state))
            }
        } catch {
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
        pipeline.removeHandler(context: context, promise: nil)
    }
}
