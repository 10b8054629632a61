internal import Datasets
internal import NIOCore
internal import NIOPosix

/// One request's rows on their way through a model, on the event loop that the request came to, whatever its protocol.
///
/// What becomes of it is counted under the version that the request was dealt to.
final class Prediction {
    let version: LoadedVersion
    private let state: LoopState
    private let received: NIODeadline
    /// When nobody waits for it any more.
    private let due: NIODeadline
    /// The version that gets a copy.
    private let shadow: LoadedVersion?
    private var bytes = 0
    private var question: Question?
    private var stages = Stages()
    private var rows = 0
    /// What was said, once it was.
    private var said: ModelAnswer?
    /// Who is told, once.
    private var tell: ((Result<WrittenAnswer, RequestError>) -> Void)?

    /// Seconds that a call of a model may hold up an event loop.
    private static let longestCall = 0.001
    /// Bytes of a request whose reading may hold up an event loop.
    private static let largestBody = 1 << 18
    /// Bytes of a request that a shadow gets a copy of: those that wait stay in memory.
    private static let largestCopy = 1 << 20

    /// Reads a request for a version.
    typealias Reading = @Sendable (LoadedVersion) throws(RequestError) -> Question

    /// Chooses the version that answers.
    ///
    /// Throws ``RequestError``: no such model, version or label (404), nothing loaded yet (503).
    init(
        of model: String,
        _ selector: ModelTable.Selector,
        routingKey: String?,
        on state: LoopState,
        received: NIODeadline,
        due: NIODeadline
    ) throws(RequestError) {
        self.state = state
        self.received = received
        self.due = due
        version = try state.table.version(
            of: model,
            selector,
            key: routingKey.map { RoutingKey($0, model: model) } ?? RoutingKey(number: state.nextRequest())
        )
        shadow = selector == .routed ? state.table.entries[model]?.shadow : nil
    }

    /// Has a request of so many bytes read, and the model answer, with the rows of others that have come at the same time.
    ///
    /// What would hold up the others of this loop is done by a thread of the pool. Throws ``RequestError``: a request that does not
    /// fit the model (400), too much to do (503); what happens later is told.
    func begin(
        bytes: Int,
        read: @escaping Reading,
        tell: @escaping (Result<WrittenAnswer, RequestError>) -> Void
    ) throws(RequestError) {
        self.bytes = bytes
        guard bytes <= Self.largestBody else {
            self.tell = tell
            return try goToPool(.unread(read))
        }
        let question = try read(version)
        self.question = question
        let input = try version.servable.prepare(question.inputs)
        self.tell = tell
        stages.prepared = .now()
        switch input {
        case .answered(let outputs):
            (stages.started, stages.finished) = (stages.prepared, stages.prepared)
            rows = outputs.first?.shape.first ?? 0
            state.count(version.name) { $0.call() }
            answered(.success(ModelAnswer(outputs, .other)))
        case .rows(let rows):
            self.rows = rows.rows
            if Double(rows.rows) * version.secondsPerRow > Self.longestCall {
                try goToPool(.prepared(question, rows, at: stages.prepared))
            } else {
                state.answer(rows, for: self)
            }
        }
    }

    private func goToPool(_ work: PooledPrediction.Work) throws(RequestError) {
        let service = state.service
        let activity = service.activity
        guard activity.enter(limit: service.poolLimit) else {
            throw .overloaded("too many requests wait; try again soon")
        }
        let (prediction, loop) = (NIOLoopBound(self, eventLoop: state.loop), state.loop)
        let pooled = PooledPrediction(version: version, work: work, due: due)
        service.pool.submit { status in
            let outcome =
                status == .cancelled
                ? PooledPrediction.Outcome(result: .failure(.overloaded("the server is about to end"))) : pooled.run()
            activity.leave()
            loop.execute { prediction.value.take(outcome) }
        }
    }

    private func take(_ outcome: PooledPrediction.Outcome) {
        (question, rows, stages) = (outcome.question, outcome.rows, outcome.stages)
        if outcome.hasCalled { state.count(version.name) { $0.call() } }
        switch outcome.result {
        case .success(let (said, written)):
            self.said = said
            end(.success(written))
        case .failure(let error): end(.failure(error))
        }
    }

    /// Gets what the model says to its rows, among those of others.
    func answered(_ result: Result<Matrix, any Error>, started: NIODeadline, finished: NIODeadline) {
        (stages.started, stages.finished) = (started, finished)
        switch result {
        case .success(let rows):
            do throws(RequestError) {
                answered(.success(try version.servable.meaning(of: rows)))
            } catch {
                answered(.failure(error))
            }
        case .failure: answered(.failure(.noAnswer))
        }
    }

    private func answered(_ result: Result<ModelAnswer, RequestError>) {
        guard tell != nil, let question else { return }
        do throws(RequestError) {
            let said = try result.get()
            self.said = said
            end(.success(try question.form.write(said, by: version.name)))
        } catch {
            end(.failure(error))
        }
    }

    private func end(_ result: Result<WrittenAnswer, RequestError>) {
        guard let tell else { return }
        self.tell = nil
        tell(result)
    }

    /// Lets nobody be told any more: what the model says yet comes too late.
    func abandon() { tell = nil }

    /// Notes that the answer has gone out.
    func succeeded() {
        guard let said, let question else { return }
        let now = NIODeadline.now()
        let times = VersionCounters.Times(
            reading: stages.prepared - received,
            waiting: stages.started - stages.prepared,
            inferring: stages.finished - stages.started,
            writing: now - stages.finished,
            total: now - received
        )
        let moment = state.service.milliseconds(at: now)
        state.count(version.name) { $0.succeed(rows: rows, said.content, times, at: moment) }
        state.record(question, said, by: version.name, rows: rows, at: moment)
        guard let shadow else { return }
        if bytes > Self.largestCopy {
            state.count(shadow.name) { $0.shedCopy() }
        } else {
            state.copy(ShadowQueue.Copy(inputs: question.inputs, content: said.content, shadow: shadow))
        }
    }

    /// Notes that there is no answer.
    func failed(_ error: RequestError) {
        abandon()
        state.count(version.name) { $0.fail(error, after: .now() - received) }
    }
}
