internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Answers requests over HTTP with the models that are published to it.
package final class InferenceServer: Sendable {
    private let service: Service
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let loops: LoopRegistry

    /// The port at which it listens; `nil` for a socket without one.
    package var port: Int? { listener.localAddress?.port }

    /// Where to listen.
    package enum Endpoint: Sendable {
        case host(String, port: Int)
        /// A socket that listens already, as systemd hands it over.
        case descriptor(Int32)
    }

    /// Begins to listen, with so many event loops, or one for each processor; until something is published, it says that it is not ready.
    ///
    /// Throws what keeps it from listening, such as an address that is in use.
    package init(
        _ configuration: ServerConfiguration,
        at endpoint: Endpoint,
        loops: Int? = nil,
        millisecondsSince1970 now: UInt64
    ) async throws {
        let count = max(1, loops ?? System.coreCount)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        let pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
        let service = Service(configuration, pool: pool, poolThreads: count, millisecondsSince1970: now)
        do {
            let loops = try await LoopRegistry(group, service)
            service.loops = loops
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                // Who says that nothing more will come, waits for the answers.
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try Self.prepare(channel, service, loops) }
                }
            switch endpoint {
            case .host(let host, let port): listener = try await bootstrap.bind(host: host, port: port).get()
            case .descriptor(let descriptor):
                listener = try await bootstrap.withBoundSocket(descriptor).get()
            }
            self.loops = loops
            try await loops.tell { $0.watch() }
        } catch {
            try? await pool.shutdownGracefully()
            await service.shadows.stop()
            try? await group.shutdownGracefully()
            throw error
        }
        self.service = service
        self.group = group
    }

    private static func prepare(_ channel: any Channel, _ service: Service, _ loops: LoopRegistry) throws {
        guard let state = loops.state(of: channel.eventLoop),
            service.activity.connect(limit: service.configuration.limits.connections)
        else {
            channel.close(promise: nil)
            return
        }
        channel.closeFuture.whenComplete { _ in service.activity.disconnect() }
        let pipeline = channel.pipeline.syncOperations
        if let security = service.security {
            try pipeline.addHandler(NIOSSLServerHandler(context: security.context))
        }
        let choice = ProtocolChoice(
            state,
            http1: { try ClientConnection.prepare($0, state) },
            http2: { try HTTP2Connection.prepare($0, state) }
        )
        try pipeline.addHandler(choice)
    }

    /// Answers with other versions from now on: when this returns, no request is dealt by the old table any more.
    package func publish(_ table: ModelTable) async throws {
        let publication = service.take(table)
        try await loops.tell { $0.take(publication) }
    }

    /// Meets new connections with another certificate; those that are there keep theirs.
    package func use(_ security: TransportSecurity) { service.security = security }

    /// What `GET /status` answers: a document in JSON.
    package func publish(status: [UInt8]) { service.status = status }

    /// What was counted since the server began, by version; of the numbers answered, those since the last ``forgetNumbers()``.
    package func traffic() async throws -> [Traffic] {
        let tallies = try await loops.ask({ Tally($0) }, for: group.any()).get()
        return Tally(adding: tallies).versions.map { Traffic($0.version, $0.counters) }
    }

    /// A fair sample of the requests that were answered since the last call, each with the number of requests that it stands for.
    package func takeAnswered() async throws -> [(request: AnsweredRequest, weight: Double)] {
        try await loops.ask({ $0.takeSamples() }, for: group.any()).get().joined().flatMap(\.weighted)
    }

    /// Notes that so many requests should have been recorded and were not.
    package func countUnrecorded(_ requests: Int) { service.activity.countUnrecorded(requests) }

    /// Lets the numbers go that versions have answered with: a comparison begins anew.
    package func forgetNumbers() async throws { try await loops.tell { $0.forgetNumbers() } }

    /// Says that it is not ready, takes requests for `lingering` seconds yet, and finishes what was accepted; what has not finished
    /// `patience` seconds later is given up.
    ///
    /// Gives whether it was for this call to do: a server that drains already is left to it.
    @discardableResult
    package func drain(lingering: Double = 0, patience: Double = 30) async -> Bool {
        guard service.activity.drain() else { return false }
        if lingering > 0 { try? await Task.sleep(for: .seconds(lingering)) }
        try? await listener.close()
        let due = NIODeadline.after(patience)
        while service.activity.connections > 0, .now() < due {
            try? await loops.tell { state in for client in state.clients.values { client.closeIfIdle() } }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Ends the server, once, after ``drain(lingering:patience:)``.
    package func close() async {
        try? await service.pool.shutdownGracefully()
        await service.shadows.stop()
        try? await group.shutdownGracefully()
    }

    /// Finishes what was accepted, and ends.
    package func stop(patience: Double = 30) async {
        if await drain(patience: patience) { await close() }
    }
}
