internal import ModelStore
internal import Support

/// The checks that an environment requires, and what is missing of them.
struct RequiredChecks {
    let policy: Policy
    let record: VersionRecord
    let store: Store
    let invocation: Invocation

    /// The verbs that give checks so far.
    private static let verbs = [Evaluate.checkName, TestModel.checkName, Validate.checkName]

    /// Why a check does not count.
    enum Fault {
        case neverRun, runOnTrainingRowsOnly
        case stale(String)
        case askedNothing(Timestamp)
        case says(CheckRecord.Verdict, Timestamp)
    }

    /// A required check that the version does not have.
    struct Problem {
        let check: String
        let fault: Fault

        var text: String {
            let why =
                switch fault {
                case .neverRun: "was never run"
                case .runOnTrainingRowsOnly: "was run on training rows only"
                case .stale(let reason): "is stale: \(reason)"
                case .askedNothing(let time): "asked nothing (\(time)): the project had no gates"
                case .says(let verdict, let time): "says \(verdict.rawValue) (\(time))"
                }
            return "`\(check)` \(why)"
        }
    }

    /// Throws ``StoreError`` (15) unless the version has them all, passed and not stale.
    func demand() throws {
        let problems = try problems()
        guard !problems.isEmpty else { return }
        throw StoreError(
            .checkMissing,
            "\(policy.environment) requires checks that \(record.title) does not have: "
                + problems.map(\.text).joined(separator: ", "),
            hints: hints(for: problems)
        )
    }

    /// The required checks that the version does not have, and why not.
    func problems() throws -> [Problem] {
        guard !policy.requires.isEmpty else { return [] }
        let checks = try store.checks(of: record.digest, model: record.model)
        let freshness = try CheckFreshness(of: record, in: store, invocation)
        return try policy.requires.compactMap { name in
            try fault(in: checks.filter { $0.check == name }, freshness).map { Problem(check: name, fault: $0) }
        }
    }

    /// What is wrong with the results of one check; `nil` when it passes.
    ///
    /// The newest result that answers what the project asks today counts: a check that passed once does not undo that it
    /// failed since. Of several in one second the worst counts. Rows that the model has learned from prove nothing.
    private func fault(in results: [CheckRecord], _ freshness: CheckFreshness) throws -> Fault? {
        let held = results.filter { $0.rows != Evaluate.Part.train.rawValue }.sorted { $0.time > $1.time }
        guard let newest = held.first else {
            return results.isEmpty ? .neverRun : .runOnTrainingRowsOnly
        }
        let fresh = try held.filter { try freshness.staleness(of: $0) == nil }
        guard let time = fresh.first?.time else {
            return .stale(try freshness.staleness(of: newest) ?? "")
        }
        let latest = fresh.filter { $0.time == time }
        if latest.contains(where: { $0.recipe == nil }) { return .askedNothing(time) }
        return latest.first { $0.verdict != .pass }.map { .says($0.verdict, time) }
    }

    private func hints(for problems: [Problem]) -> [String] {
        let unknown = problems.map(\.check).filter { !Self.verbs.contains($0) }
        var hints = problems.filter { Self.verbs.contains($0.check) }.map { problem in
            // What has been run today, and says no, says no again.
            let isNo = if case .says = problem.fault { true } else { false }
            return "\(isNo ? "see why" : "run it"): mlops \(problem.check) \(record.model)@\(record.version)"
        }
        if !unknown.isEmpty {
            let words = unknown.map { "`\($0)`" }.joined(separator: " and ")
            hints.append("no verb of this mlops gives \(words) yet: take it out of `requires:` and apply the change")
        }
        return hints + ["or deploy without, on record: add --skip-checks --reason \"…\""]
    }
}
