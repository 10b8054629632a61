internal import ModelPackage
package import ModelStore
internal import Support

/// Rehearses a rollback on a copy of the store and of the directories: whether it works, and how long it takes.
package struct RollbackDrill: Sendable {
    /// What would be typed.
    package var rollback: Rollback

    package init(_ rollback: Rollback) { self.rollback = rollback }

    /// How it went.
    package struct Report: Encodable, Sendable {
        package let environment: String
        package let model: String
        package let from: VersionNumber?
        package let to: VersionNumber
        package let why: String?
        /// From the beginning of the rollback to its last golden row, in seconds, without the time that servers would take.
        package let seconds: Double
        package let targets: [MoveReport.Target]
        /// Followers that would be waited for; in a drill nobody is.
        package let followers: [String]

        package var isVerified: Bool { targets.allSatisfy { $0.problem == nil } }
    }

    /// Rolls the copy back; nothing of the store, its remote and its directories is changed.
    ///
    /// Throws ``StoreError`` for what would keep the rollback from happening.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore(dryRun: true)
        let folder = try TemporaryFolder(in: Path.parent(store.path))
        let copy = try await store.rehearsal(at: "\(folder.path)/store.git")
        let environment = rollback.environment
        try await redirect(copy, to: "\(folder.path)/targets", like: store, invocation)
        var rehearsal = invocation
        rehearsal.store = copy.path
        rehearsal.progress = Silence()
        var rollback = rollback
        // Those who follow the store know nothing of its copy.
        rollback.patience = 0
        let stopwatch = Stopwatch()
        let report = try await rollback.run(in: rehearsal)
        let seconds = stopwatch.seconds
        return Report(
            environment: environment,
            model: report.model,
            from: report.from,
            to: report.to,
            why: report.why,
            seconds: seconds,
            targets: report.targets.filter { $0.follower == nil },
            followers: report.targets.compactMap(\.follower)
        )
    }

    /// Lets the rules of the copy name copies of the directories that can be reached from here.
    private func redirect(
        _ copy: Store,
        to folder: String,
        like store: Store,
        _ invocation: Invocation
    ) async throws {
        let environment = rollback.environment
        guard let policy = try store.policy(of: environment), !policy.targets.isEmpty else { return }
        var targets: [Policy.Target] = []
        for state in try store.states(of: environment) {
            let found = try invocation.targets(of: policy, model: state.model, in: store)
            for (index, target) in found.reachable.enumerated() {
                let place = "\(folder)/\(index)"
                if FileSystem.isDirectory(target.base) {
                    try FileSystem.duplicate(target.base, to: "\(place)/\(state.model)") { $0.hasPrefix("versions/") }
                }
                let new = Policy.Target(directory: place)
                if !targets.contains(new) { targets.append(new) }
            }
        }
        let other = Policy(
            environment: environment,
            targets: targets,
            requires: policy.requires,
            strategy: policy.strategy,
            bakeTime: policy.bakeTime,
            alarms: policy.alarms
        )
        try await copy.record(other, replacing: policy, actor: invocation.actor)
    }
}
