internal import NIOCore
internal import NIOHTTP2

/// A connection of HTTP/2, whose streams are served each for itself.
final class HTTP2Connection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let state: LoopState
    private var context: ChannelHandlerContext?
    private var isEnding = false

    init(_ state: LoopState) { self.state = state }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state.open(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        state.close(self)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Lets a connection whose first bytes were seen speak HTTP/2.
    static func prepare(_ pipeline: ChannelPipeline.SynchronousOperations, _ state: LoopState) throws {
        let limits = state.service.configuration.limits
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.targetWindowSize = windowSize
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = windowSize
        let bound = NIOLoopBound(state, eventLoop: state.loop)
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: connection,
            streamConfiguration: stream
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(StreamChoice(bound.value))
            }
        }
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: state.loop,
            configuration: .init(
                maxIdleTime: .nanoseconds(Int64(limits.idleTime * 1e9)),
                maxAge: nil,
                maxGraceTime: .nanoseconds(Int64(limits.answerTime * 1e9)),
                keepalive: nil
            )
        )
        try pipeline.addHandler(management)
        // The channel has long been active; its clocks start now.
        try management.channelActive(context: pipeline.context(handler: management))
        try pipeline.addHandler(HTTP2Connection(state))
    }

    /// Bytes that a caller may send before it is told to go on.
    private static let windowSize = 1 << 20
}

extension HTTP2Connection: Client {
    /// Its clocks are kept by the handler in front of it.
    func check(at time: NIODeadline) {}

    /// Takes no new streams any more, and ends with the last one.
    func closeIfIdle() {
        guard !isEnding, let context else { return }
        isEnding = true
        context.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
