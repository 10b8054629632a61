internal import Datasets
internal import NIOCore

/// What one event loop has for itself: nothing of it is shared, so nothing of it is locked.
final class LoopState {
    let loop: any EventLoop
    let service: Service
    /// What is answered with; another one is put here between two turns of the loop.
    private(set) var table = ModelTable() {
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
    private(set) var clients: [ObjectIdentifier: any Client] = [:]
    /// What was answered since somebody looked, by version.
    private var samples: [ObjectIdentifier: PredictionSample] = [:]
    private var batches: [ObjectIdentifier: Batch] = [:]
    private var requests: UInt64 = 0
    private var generation: UInt64 = 0

    init(_ loop: any EventLoop, _ service: Service) {
        self.loop = loop
        self.service = service
        requests = UInt64.random(in: 0...UInt64(UInt32.max))
    }

    /// Answers with another table from now on, unless a later one is there already.
    func take(_ publication: Service.Publication) {
        guard publication.generation > generation else { return }
        generation = publication.generation
        table = publication.table
    }

    func open(_ client: some Client) { clients[ObjectIdentifier(client)] = client }
    func close(_ client: some Client) { clients[ObjectIdentifier(client)] = nil }

    /// Ends clients that are too slow, from now on.
    func watch() {
        let state = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            let now = NIODeadline.now()
            for client in state.value.clients.values { client.check(at: now) }
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

    func countRefusal(_ status: Int) { refusals[status, default: 0] &+= 1 }

    /// Lets the numbers go that versions have answered with, so that those of another time begin.
    func forgetNumbers() { for key in counters.keys { counters[key]?.counters.forgetNumbers() } }

    /// Keeps what was asked and answered, or a fair sample of it.
    func record(_ question: Question, _ said: ModelAnswer, by version: VersionName, rows: Int, at milliseconds: UInt64)
    {
        let limit = service.configuration.recordedRequests
        guard limit > 0 else { return }
        samples[ObjectIdentifier(version), default: PredictionSample()].offer(limit: limit) {
            AnsweredRequest(question, said, by: version, rows: rows, at: milliseconds)
        }
    }

    /// Gives what was kept since the last time.
    func takeSamples() -> [PredictionSample] {
        defer { samples = [:] }
        return Array(samples.values)
    }

    /// Has a copy of a request put to a shadow, unless that is behind.
    func copy(_ copy: ShadowQueue.Copy) {
        let isTaken = service.shadows.take(copy, for: NIOLoopBound(self, eventLoop: loop), on: loop)
        if !isTaken { count(copy.shadow.name) { $0.shedCopy() } }
    }

    /// Has rows answered together with those of others that this turn of the loop brings.
    func answer(_ rows: Matrix, for prediction: Prediction) {
        let key = ObjectIdentifier(prediction.version)
        if let batch = batches[key] { return batch.add(rows, prediction) }
        let batch = Batch(prediction.version, self)
        batches[key] = batch
        batch.add(rows, prediction)
    }
}
