internal import NIOCore
internal import NIOHTTP1

/// Answers for which every event loop is asked.
extension ClientConnection {
    func gather(_ target: RequestTarget) throws(RequestError) {
        guard let loops = service.loops else { throw .overloaded("the server is about to begin") }
        switch target {
        case .status:
            var answer = Answer()
            answer.body.writeBytes(service.status)
            send(answer)
        case .load(let model), .unload(let model):
            var isUnload = false
            if case .unload = target { isUnload = true }
            guard let table = service.withdraw(model, isUnload) else {
                throw .notFound("no model is called `\(model)` here")
            }
            reply(to: loops.ask({ $0.take(table) }, for: loop)) { _ in Answer() }
        case .statistics(let model, let selector):
            if let model { _ = try table.version(of: model, selector, key: RoutingKey(number: 0)) }
            reply(to: loops.ask({ Tally($0) }, for: loop)) { tallies throws(RequestError) in
                try Answer(json: ModelStatistics(Tally(adding: tallies), model: model, selector))
            }
        default:
            let service = service
            reply(to: loops.ask({ Tally($0) }, for: loop)) { tallies in
                Answer(MetricsText(Tally(adding: tallies), service).text, .metrics)
            }
        }
    }

    /// Sends what becomes of the loops' answers.
    private func reply<Part: Sendable>(
        to future: EventLoopFuture<[Part]>,
        _ answer: @escaping @Sendable ([Part]) throws(RequestError) -> Answer
    ) {
        let (connection, ticket) = (NIOLoopBound(self, eventLoop: loop), currentTicket)
        future.whenComplete { result in
            // The loops may have taken so long that the next request is under way.
            guard connection.value.currentTicket == ticket else { return }
            do throws(RequestError) {
                guard case .success(let parts) = result else { throw .overloaded("the server is about to end") }
                connection.value.send(try answer(parts))
            } catch {
                connection.value.send(Answer(error, for: nil))
            }
        }
    }
}
