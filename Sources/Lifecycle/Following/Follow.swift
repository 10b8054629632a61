internal import ModelPackage
package import ModelStore
internal import Support

/// Makes an environment real in a directory of this machine, and keeps it so: whatever is deployed anywhere, comes here.
package struct Follow: Sendable {
    package var environment: String
    package var directory: String
    /// The models to follow; all of the environment when it is empty.
    package var models: [String] = []
    /// The name under which it answers; `nil` for that of the machine.
    package var name: String?
    /// Whether it ends after one look, as for a timer.
    package var once = false
    /// The seconds between two looks at the remote.
    package var interval = 2.0

    package init(environment: String, directory: String) {
        self.environment = environment
        self.directory = directory
    }

    /// What it served when it ended.
    package struct Report: Encodable, Sendable {
        package struct Line: Encodable, Sendable {
            package let model: String
            package let version: VersionNumber?
            package let revision: Int
            package let problem: String?
        }

        package let environment: String
        package let follower: String
        package let directory: String
        package let models: [Line]
        /// How often something was swapped in.
        package let swaps: Int

        /// Whether everything is as the ledgers say.
        package var isAsRecorded: Bool { models.allSatisfy { $0.problem == nil } }
    }

    /// Follows until it is asked to stop; what keeps it from doing so for a while is said once, and tried again.
    ///
    /// Throws ``StoreError``: no store (10), another follower at the same directory (11), wrong names (64).
    package func run(in invocation: Invocation) async throws -> Report {
        let name = self.name ?? Names.made(of: Receipt.thisHost)
        try Names.validate(name, as: "a follower")
        try Names.validate(environment, as: "an environment")
        let place = invocation.resolve(directory)
        let claim = try DirectoryClaim(place, environment: environment)
        defer { withExtendedLifetime(claim) {} }
        let courier = Courier(invocation: invocation, environment: environment, follower: name, interval: interval)
        // A store that is only an address yet is cloned here; what else is wrong with the remote, the courier says.
        let (store, _) = try await invocation.openStoreTolerantly()
        try announceUnknown(try store.environments(), invocation)
        if once { return try await look(courier, name, place, invocation) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await courier.run() }
            defer { group.cancelAll() }
            return try await follow(name, place, invocation)
        }
    }

    /// Says that there is nothing to follow yet, which may be a slip of the pen; throws ``StoreError`` (14) where nobody waits for it.
    private func announceUnknown(_ known: [String], _ invocation: Invocation) throws {
        guard !known.contains(environment) else { return }
        let error = StoreError.noEnvironment(
            environment,
            known: known,
            otherwise: "nothing was deployed yet: mlops deploy MODEL --env \(environment)"
        )
        if once { throw error }
        let others = known.isEmpty ? "" : " (environments: \(known.joined(separator: ", ")))"
        invocation.progress.warn("\(error) yet\(others); it waits for the first deployment")
    }

    private func round(_ name: String, _ place: String, _ invocation: Invocation) -> FollowingRound {
        FollowingRound(
            of: environment,
            models: models,
            by: name,
            at: FollowedDirectory(typed: directory, path: place, environment: environment, invocation: invocation),
            invocation
        )
    }

    private func report(
        _ results: [FollowingRound.Result],
        _ name: String,
        _ place: String,
        _ round: FollowingRound
    ) -> Report {
        Report(
            environment: environment,
            follower: name,
            directory: place,
            models: results.map {
                Report.Line(
                    model: $0.model,
                    version: $0.served.version?.version,
                    revision: $0.served.revision,
                    problem: $0.served.problem
                )
            },
            swaps: round.changes
        )
    }

    /// One look, with the remote before and after it.
    private func look(
        _ courier: Courier,
        _ name: String,
        _ place: String,
        _ invocation: Invocation
    ) async throws -> Report {
        var round = round(name, place, invocation)
        let results = try await round.follow()
        for result in results { if let remark = result.remark { invocation.progress.note(remark) } }
        do {
            try await courier.carry()
        } catch let failure as any Failure where failure.isOfRemote {
            invocation.progress.warn("\(failure)")
        }
        return report(results, name, place, round)
    }

    /// Looks at the ledgers on this disk, again and again; what the remote has, the courier brings there.
    private func follow(_ name: String, _ place: String, _ invocation: Invocation) async throws -> Report {
        var round = round(name, place, invocation)
        var remarks = Remarks(invocation.progress)
        while true {
            let results = try await round.follow()
            for result in results { remarks.say(result.model, result.remark) }
            try await round.wait(seconds: interval)
            if invocation.cancellation.requestedSignal != nil { return report(results, name, place, round) }
        }
    }
}

/// The right to make an environment real in a directory, which one follower has.
private final class DirectoryClaim {
    private let lock: FileLock

    init(_ directory: String, environment: String) throws {
        try FileSystem.createDirectory(directory)
        let file = try File(appendingTo: "\(directory)/.follower")
        guard let lock = try FileLock.take(file, .exclusive) else {
            throw StoreError(
                .storeLocked,
                "another follower is at `\(directory)`",
                hints: ["end it first, or name another directory"]
            )
        }
        self.lock = lock
    }
}
