internal import Datasets
internal import NIOCore

/// What one event loop has for itself: nothing of it is shared, so nothing of it is locked.
final class LoopState {
    let loop: any EventLoop
    let service: Service
    /// What is answered with; another one is put here between two turns of the loop.
    var table = ModelTable() {
        didSet {
            // What has left the table leaves memory with the last request that it answers.
            let living = Set(table.models.flatMap(\.versions).map(ObjectIdentifier.init))
            batches = batches.filter { living.contains($0.key) || !$0.value.isEmpty }
        }
    }
    /// What became of requests, by version.
    private(set) var counters: [ObjectIdentifier: (name: VersionName, counters: VersionCounters)] = [:]
    /// Requests that no version was found for, by status.
    private(set) var refusals: [Int: UInt64] = [:]
    private(set) var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var batches: [ObjectIdentifier: Batch] = [:]
    private var requests: UInt64 = 0

    init(_ loop: any EventLoop, _ service: Service) {
        self.loop = loop
        self.service = service
        requests = UInt64.random(in: 0...UInt64(UInt32.max))
    }

    func open(_ connection: ClientConnection) { connections[ObjectIdentifier(connection)] = connection }
    func close(_ connection: ClientConnection) { connections[ObjectIdentifier(connection)] = nil }

    /// Ends connections that are too slow, from now on.
    func watch() {
        let state = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            let now = NIODeadline.now()
            for connection in state.value.connections.values { connection.check(at: now) }
        }
    }

    /// The number of the next request, for those without a routing key.
    func nextRequest() -> UInt64 {
        requests &+= 1
        return requests
    }

    /// Notes what became of a request.
    func count(_ version: VersionName, _ change: (inout VersionCounters) -> Void) {
        change(&counters[ObjectIdentifier(version), default: (version, VersionCounters())].counters)
    }

    func milliseconds(at time: NIODeadline) -> UInt64 { service.milliseconds(at: time) }

    func countRefusal(_ status: Int) { refusals[status, default: 0] &+= 1 }

    /// Lets the numbers go that versions have answered with, so that those of another time begin.
    func forgetNumbers() { for key in counters.keys { counters[key]?.counters.forgetNumbers() } }

    /// Has a copy of a request put to a shadow, unless that is behind.
    func copy(_ copy: ShadowQueue.Copy) {
        let isTaken = service.shadows.take(copy, for: NIOLoopBound(self, eventLoop: loop), on: loop)
        if !isTaken { count(copy.shadow.name) { $0.shedCopy() } }
    }

    /// Has rows answered together with those of others that this turn of the loop brings.
    func answer(_ rows: Matrix, by version: LoadedVersion, for client: ClientConnection, _ ticket: UInt64) {
        let key = ObjectIdentifier(version)
        if let batch = batches[key] { return batch.add(rows, client, ticket) }
        let batch = Batch(version, self)
        batches[key] = batch
        batch.add(rows, client, ticket)
    }
}
