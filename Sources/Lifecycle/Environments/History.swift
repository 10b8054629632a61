package import ModelStore
internal import Monitoring
internal import Support

/// What an environment ran, when, by whom and why.
package struct History: Sendable {
    package var environment: String
    package var model: String?
    package var limit: Int

    package init(environment: String, model: String?, limit: Int) {
        self.environment = environment
        self.model = model
        self.limit = limit
    }

    /// The deployments of each model, newest first.
    package struct Report: Encodable, Sendable {
        /// One model.
        package struct Ledger: Encodable, Sendable {
            package let model: String
            package let deployments: [Entry]
        }

        /// One change, and how long what it made live stayed so.
        package struct Entry: Encodable, Sendable {
            package let summary: Deployment.Summary
            /// From this change of the traffic to the next one, or to now; `nil` for a change that moves none.
            package let servedSeconds: Double?
            /// The requests that came meanwhile, as the servers of this machine have counted them; `nil` where none has.
            package let requests: Requests?

            private enum CodingKeys: CodingKey { case servedSeconds, requests }

            package func encode(to encoder: any Encoder) throws {
                try summary.encode(to: encoder)
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encodeIfPresent(servedSeconds, forKey: .servedSeconds)
                try container.encodeIfPresent(requests, forKey: .requests)
            }
        }

        /// What became of requests.
        package struct Requests: Encodable, Sendable {
            package let answered: Int
            /// Requests that a server could not answer, though they were fine.
            package let failed: Int
            /// Requests at fault.
            package let refused: Int
        }

        package let environment: String
        package let models: [Ledger]
    }

    /// Reads the ledgers of the environment.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let known = try store.environments()
        guard known.contains(environment) else { throw StoreError.noEnvironment(environment, known: known) }
        let states = try store.states(of: environment).filter { model == nil || $0.model == model }
        guard !states.isEmpty else {
            throw StoreError(
                .notFound,
                "nothing\(model.map { " of `\($0)`" } ?? "") was ever deployed to \(environment)",
                hints: ["deploy a version: mlops deploy MODEL@VERSION --env \(environment)"]
            )
        }
        return Report(
            environment: environment,
            models: try states.map { state in
                // The newest deployment lists the last twenty; only who wants more makes us walk.
                let recent = state.deployment?.recent ?? []
                let enough = limit <= recent.count || recent.last?.revision == 1
                let summaries =
                    enough
                    ? Array(recent.prefix(limit))
                    : try store.history(of: environment, model: state.model, limit: limit).compactMap(\.recent.first)
                return Report.Ledger(
                    model: state.model,
                    deployments: Self.entries(
                        summaries,
                        until: invocation.clock.now(),
                        requests: requests(of: state.model, store, invocation)
                    )
                )
            }
        )
    }

    /// What became of the requests under each revision; nothing where no server of this machine has counted.
    private func requests(of model: String, _ store: Store, _ invocation: Invocation) -> [Int: RequestCounts] {
        do {
            return try PredictionHistory(at: store.predictionLog(of: environment))?.requests(of: model) ?? [:]
        } catch {
            invocation.progress.warn("\(error)")
            return [:]
        }
    }

    /// Changes, newest first, with how long each had the traffic.
    private static func entries(
        _ summaries: [Deployment.Summary],
        until now: Timestamp,
        requests: [Int: RequestCounts]
    ) -> [Report.Entry] {
        var end = now
        return summaries.map { summary in
            guard summary.kind.movesTraffic else {
                return Report.Entry(summary: summary, servedSeconds: nil, requests: nil)
            }
            defer { end = summary.time }
            return Report.Entry(
                summary: summary,
                // Clocks of those who have written the ledger may differ.
                servedSeconds: Double(max(0, end.seconds - summary.time.seconds)),
                requests: requests[summary.revision].map {
                    Report.Requests(answered: $0.answered, failed: $0.failed, refused: $0.refused)
                }
            )
        }
    }
}
