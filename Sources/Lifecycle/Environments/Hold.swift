package import ModelStore
internal import Support

/// Keeps a version from going live, or lets it again.
package struct Hold: Sendable {
    package var reference: ModelReference
    /// `nil` for all environments.
    package var environment: String?
    package var reason: String?
    /// Whether the hold is taken away instead.
    package var releasing: Bool
    package var dryRun = false

    package init(reference: ModelReference, environment: String?, releasing: Bool) {
        self.reference = reference
        self.environment = environment
        self.releasing = releasing
    }

    /// What was held where.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let version: VersionNumber
        package let held: Bool
        /// The environments in which something changed.
        package let environments: [String]
        /// The environments that serve the version: a hold moves nothing.
        package let serving: [String]
        /// What to type to leave it there.
        package let rollback: [String]
        package let changed: Bool
        package let dryRun: Bool
        package let undo: String
    }

    /// Holds or releases the version where it is not so yet.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let record = try invocation.version(reference, in: store)
        let known = try store.environments()
        if let environment, !known.contains(environment) {
            throw StoreError.noEnvironment(environment, known: known)
        }
        var changed: [String] = []
        var serving: [String] = []
        var waysBack: [String] = []
        for name in environment.map({ [$0] }) ?? known {
            let state = try store.state(of: name, model: record.model)
            var deployment = state.deployment
            defer {
                if let deployment, deployment.serving?.version == record.version {
                    serving.append(name)
                    waysBack += [deployment.wayBack(from: invocation.place(of: record.model, in: name, store))]
                        .compactMap { $0 }
                }
            }
            let hold = state.deployment?.hold(on: VersionReference(record))
            if !releasing || hold?.digest != record.digest {
                try store.refuseUnpublished(VersionReference(record), of: record.model)
            }
            let isHeld = hold != nil
            guard isHeld == releasing else { continue }
            changed.append(name)
            if dryRun { continue }
            let version = VersionReference(record)
            deployment = try await store.advance(
                environment: name,
                model: record.model,
                by: releasing ? .unhold(version) : .hold(version),
                context: DeploymentContext(
                    actor: invocation.actor.name,
                    time: invocation.clock.now(),
                    reason: reason,
                    bakeTime: (try? store.policy(of: name))?.bakeTime ?? Policy.defaultBakeTime
                ),
                actor: invocation.actor
            )
        }
        // What somebody else has held elsewhere stays held.
        let touched = changed.isEmpty ? environment.map { [$0] } ?? known : changed
        let undo = touched.map { name in
            "mlops \(releasing ? "hold" : "unhold") \(record.model)@\(record.version) --env \(name)\(invocation.offlineOption)"
        }
        return Report(
            model: record.model,
            version: record.version,
            held: !releasing,
            environments: changed,
            serving: serving,
            rollback: waysBack,
            changed: !changed.isEmpty && !dryRun,
            dryRun: dryRun,
            undo: undo.joined(separator: " && ")
        )
    }
}
