package import ModelStore
package import Support

/// What an environment ran at a moment.
package struct WhatRan: Sendable {
    package var environment: String
    package var model: String?
    package var time: Timestamp

    package init(environment: String, time: Timestamp) {
        self.environment = environment
        self.time = time
    }

    /// The models of the environment at that moment.
    package struct Report: Encodable, Sendable {
        /// One model.
        package struct Line: Encodable, Sendable {
            package let model: String
            package let revision: Int
            /// The versions with their shares of the traffic, the stable one first.
            package let routes: [Deployment.Route]
            /// The version that got a copy of the traffic.
            package let shadow: VersionReference?
            /// When it came to be so, and when it ended; `nil` where it is still so.
            package let since: Timestamp
            package let until: Timestamp?
            package let kind: Deployment.Kind
            package let actor: String
            package let reason: String?
        }

        package let environment: String
        package let time: Timestamp
        package let models: [Line]
    }

    /// Reads the ledgers back to that moment.
    ///
    /// Throws ``StoreError`` (14): no such environment, or nothing ran there then.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let known = try store.environments()
        guard known.contains(environment) else { throw StoreError.noEnvironment(environment, known: known) }
        let states = try store.states(of: environment).filter { model == nil || $0.model == model }
        let lines = try states.compactMap { state -> Report.Line? in
            guard
                let (deployment, until) = try store.deployment(of: environment, model: state.model, at: time),
                deployment.serving != nil
            else { return nil }
            return Report.Line(
                model: state.model,
                revision: deployment.lastMove.revision,
                routes: deployment.routes,
                shadow: deployment.shadow,
                since: deployment.lastMove.time,
                until: until,
                kind: deployment.lastMove.kind,
                actor: deployment.lastMove.actor,
                reason: deployment.lastMove.reason
            )
        }
        guard !lines.isEmpty else {
            throw StoreError(
                .notFound,
                "nothing\(model.map { " of `\($0)`" } ?? "") ran in \(environment) at \(time)",
                hints: ["see what ran when: mlops history \(environment)"]
            )
        }
        return Report(environment: environment, time: time, models: lines)
    }
}
