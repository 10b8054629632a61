internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// What all event loops of a server have in common.
final class Service: Sendable {
    let configuration: ServerConfiguration
    let activity = Activity()
    /// Where calls are made that would hold up an event loop.
    let pool: NIOThreadPool
    private let poolThreads: Int
    let shadows = ShadowQueue()
    /// Milliseconds since 1970, and the time of the loops at that moment.
    private let begun: (milliseconds: UInt64, at: NIODeadline)
    private let registry = Mutex<LoopRegistry?>(nil)
    private let told = Mutex<Told>(Told())
    private let secrets: Mutex<TransportSecurity?>

    /// What those who run the server have said last.
    private struct Told {
        var table = ModelTable()
        /// Counts what was said.
        var generation: UInt64 = 0
        var status = Array("{}".utf8)
        /// Models that an administrator has taken out.
        var withdrawn: Set<String> = []

        mutating func publication() -> Publication {
            generation += 1
            return Publication(table: table.without(withdrawn), generation: generation)
        }
    }

    init(
        _ configuration: ServerConfiguration,
        pool: NIOThreadPool,
        poolThreads: Int,
        millisecondsSince1970 now: UInt64
    ) {
        self.configuration = configuration
        secrets = Mutex(configuration.security)
        self.pool = pool
        self.poolThreads = poolThreads
        begun = (now, .now())
    }

    /// Calls that may run in the pool or wait for it.
    var poolLimit: Int { 2 * poolThreads + configuration.limits.queue }

    /// A moment of the loops, in milliseconds since 1970.
    func milliseconds(at time: NIODeadline) -> UInt64 {
        begun.milliseconds &+ UInt64(max(0, (time - begun.at).nanoseconds) / 1_000_000)
    }

    /// How long the server has been there, in seconds.
    var uptime: Double { Double((NIODeadline.now() - begun.at).nanoseconds) / 1e9 }

    var loops: LoopRegistry? {
        get { registry.withLock { $0 } }
        set { registry.withLock { $0 = newValue } }
    }

    /// With which certificate new connections are met; `nil` for plain ones.
    var security: TransportSecurity? {
        get { secrets.withLock { $0 } }
        set { secrets.withLock { $0 = newValue } }
    }

    /// What `GET /status` tells.
    var status: [UInt8] {
        get { told.withLock { $0.status } }
        set { told.withLock { $0.status = newValue } }
    }

    /// What is answered with from one moment on: a loop that has heard of a later one already passes it over.
    struct Publication: Sendable {
        let table: ModelTable
        let generation: UInt64
    }

    /// Takes what is to be answered with; gives it without the models that are withdrawn.
    func take(_ table: ModelTable) -> Publication {
        told.withLock { told in
            told.table = table
            return told.publication()
        }
    }

    /// Withdraws a model, or lets it back; gives what is answered with then, or `nil` for a model that is none.
    func withdraw(_ model: String, _ isWithdrawn: Bool) -> Publication? {
        told.withLock { told in
            guard told.table.entries[model] != nil else { return nil }
            if isWithdrawn { told.withdrawn.insert(model) } else { told.withdrawn.remove(model) }
            return told.publication()
        }
    }
}
