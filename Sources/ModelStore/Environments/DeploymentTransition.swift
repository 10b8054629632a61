package import Support

/// What happens to an environment.
package enum DeploymentEvent: Sendable {
    /// A version takes all traffic.
    case deploy(VersionReference, skippedChecks: Bool, signatureChanges: [String])
    /// A version comes beside the one that has the traffic, by steps, as a copy, or in waiting.
    case rollOut(Rollout, skippedChecks: Bool, signatureChanges: [String])
    /// The candidate gets the next share of the traffic.
    case step
    /// The candidate takes all traffic.
    case promote
    /// An earlier version takes all traffic back; the one it replaces is held, unless `holding` is false or it is so already.
    case rollback(VersionReference, holding: Bool, signatureChanges: [String])
    /// The candidate loses its traffic to the stable version, and is held, unless `holding` is false.
    case abort(holding: Bool)
    case hold(VersionReference)
    case unhold(VersionReference)
    case mark(VersionReference, isGood: Bool)
    /// Something watches the serving version and says that it misbehaves.
    case alarm
    /// The reason or the incident of an earlier revision becomes known; it stays as it is, and this is said beside it.
    case annotate(revision: Int)
}

/// Who lets something happen, when, and by which rule time counts.
package struct DeploymentContext: Sendable {
    package let actor: String
    package let time: Timestamp
    package let reason: String?
    package let incident: String?
    package let bakeTime: Int
    /// Versions whose weights are gone: nobody can go back to them.
    var freed: Set<Digest> = []

    package init(actor: String, time: Timestamp, reason: String?, incident: String? = nil, bakeTime: Int) {
        self.actor = actor
        self.time = time
        self.reason = reason
        self.incident = incident
        self.bakeTime = bakeTime
    }
}

extension Deployment {
    /// How many revisions a deployment lists.
    package static let recentLimit = 20
    /// How many versions a deployment remembers; the good ones longest.
    package static let standingLimit = 64

    /// The deployment that follows from `previous`, which is `nil` for the first one, by `event`.
    ///
    /// A pure function of its arguments: whoever replays the history of an environment gets the same deployments, and
    /// with them the same last good version.
    package static func next(
        after previous: Deployment?,
        environment: String,
        model: String,
        event: DeploymentEvent,
        context: DeploymentContext
    ) -> Deployment {
        var draft = Draft(previous, context)
        draft.apply(event)
        let serving = draft.routes.first?.target
        let movesTraffic = event.kind.movesTraffic
        let summary = Summary(
            revision: (previous?.revision ?? 0) + 1,
            kind: event.kind,
            version: serving?.version,
            actor: context.actor,
            time: context.time,
            reason: context.reason,
            skippedChecks: event.skipsChecks,
            subject: event.subject?.version,
            subjectDigest: event.subject?.digest,
            verdict: event.verdict,
            incident: context.incident,
            candidate: draft.rollout?.candidate.version,
            candidatePercent: draft.rollout?.percent,
            annotated: event.annotated
        )
        let earliestTag = (previous?.assigned.seconds).map { $0 + 1 } ?? context.time.seconds
        return Deployment(
            environment: environment,
            model: model,
            revision: summary.revision,
            kind: event.kind,
            routes: draft.routes,
            shadow: draft.shadow,
            rollout: draft.rollout,
            lastGood: draft.lastGood(),
            held: draft.held,
            standing: draft.standing,
            recent: Array(([summary] + (previous?.recent ?? [])).prefix(recentLimit)),
            lastMove: movesTraffic ? summary : previous?.lastMove ?? summary,
            reason: context.reason,
            actor: context.actor,
            incident: context.incident,
            time: context.time,
            skippedChecks: event.skipsChecks,
            signatureChanges: event.signatureChanges,
            assigned: movesTraffic
                ? Timestamp(seconds: max(context.time.seconds, earliestTag)) : previous?.assigned ?? context.time
        )
    }
}

extension DeploymentEvent {
    package var kind: Deployment.Kind {
        switch self {
        case .deploy, .rollOut: .deploy
        case .step: .step
        case .promote: .promote
        case .rollback: .rollback
        case .abort: .abort
        case .hold: .hold
        case .unhold: .unhold
        case .mark: .mark
        case .alarm: .alarm
        case .annotate: .annotate
        }
    }

    /// The version that it is about, when it moves no traffic.
    fileprivate var subject: VersionReference? {
        switch self {
        case .hold(let version), .unhold(let version), .mark(let version, _): version
        case .deploy, .rollOut, .step, .promote, .rollback, .abort, .alarm, .annotate: nil
        }
    }

    fileprivate var annotated: Int? {
        if case .annotate(let revision) = self { revision } else { nil }
    }

    fileprivate var verdict: Deployment.Standing.Verdict? {
        if case .mark(_, let isGood) = self { isGood ? .good : .bad } else { nil }
    }

    fileprivate var skipsChecks: Bool {
        switch self {
        case .deploy(_, let skipped, _), .rollOut(_, let skipped, _): skipped
        default: false
        }
    }

    fileprivate var signatureChanges: [String] {
        switch self {
        case .deploy(_, _, let changes), .rollOut(_, _, let changes), .rollback(_, _, let changes): changes
        default: []
        }
    }
}

/// The parts of a deployment that an event changes.
private struct Draft {
    var routes: [Deployment.Route]
    var shadow: VersionReference?
    var rollout: Rollout?
    var held: [Deployment.Hold]
    var standing: [Deployment.Standing]
    let context: DeploymentContext

    init(_ previous: Deployment?, _ context: DeploymentContext) {
        routes = previous?.routes ?? []
        shadow = previous?.shadow
        rollout = previous?.rollout
        held = previous?.held ?? []
        standing = previous?.standing ?? []
        self.context = context
        judgeServing()
    }

    /// A version that has had all traffic for the bake time without an alarm is good from then on.
    private mutating func judgeServing() {
        guard let index = standing.firstIndex(where: { $0.servingSince != nil }),
            let since = standing[index].servingSince, standing[index].verdict == .unproven,
            !standing[index].isAlarmed, context.time.seconds - since.seconds >= context.bakeTime
        else { return }
        standing[index].verdict = .good
        standing[index].reason = "served all traffic for \(durationText(context.bakeTime)) without an alarm"
    }

    mutating func apply(_ event: DeploymentEvent) {
        switch event {
        case .deploy(let target, _, _):
            route(to: target)
        case .rollOut(let rollout, _, _):
            begin(rollout)
        case .step:
            guard let next = rollout?.advanced(at: context.time) else { return }
            begin(next)
        case .promote:
            guard let candidate = rollout?.candidate ?? routes.dropFirst().first?.target ?? shadow else { return }
            route(to: candidate)
        case .rollback(let target, let holding, _):
            let left = routes.first?.target
            route(to: target)
            // A hold that is there keeps its reason: it says more than that somebody rolled back.
            if holding, let left, left != target, !held.contains(where: { $0.means(left) }) {
                hold(left, default: "rolled back")
            }
        case .abort(let holding):
            let candidates = routes.dropFirst().map(\.target) + [shadow].compactMap { $0 }
            guard let stable = routes.first?.target else { return }
            routes = [Deployment.Route(stable, percent: 100)]
            shadow = nil
            rollout = nil
            if holding { for candidate in candidates { hold(candidate, default: "aborted") } }
        case .hold(let target):
            hold(target, default: "held")
        case .unhold(let target):
            held.removeAll { $0.means(target) }
        case .mark(let target, let isGood):
            mark(target, isGood)
        case .alarm:
            if let index = standing.firstIndex(where: { $0.servingSince != nil }) { standing[index].isAlarmed = true }
        case .annotate:
            return
        }
    }

    /// Gives a candidate what its step gives it; without a version that has the traffic it takes all.
    private mutating func begin(_ new: Rollout) {
        guard let stable = routes.first?.target, stable != new.candidate, new.percent < 100 else {
            return route(to: new.candidate)
        }
        rollout = new
        shadow = new.strategy == .shadow ? new.candidate : nil
        routes = [Deployment.Route(stable, percent: 100 - new.percent)]
        if new.strategy != .shadow { routes.append(Deployment.Route(new.candidate, percent: new.percent)) }
    }

    private mutating func route(to target: VersionReference) {
        routes = [Deployment.Route(target, percent: 100)]
        shadow = nil
        rollout = nil
        for index in standing.indices { standing[index].servingSince = nil }
        var entry =
            standing.first { $0.target == target }
            ?? Deployment.Standing(
                version: target.version,
                digest: target.digest,
                verdict: .unproven,
                reason: nil,
                servingSince: nil,
                isAlarmed: false
            )
        entry.servingSince = context.time
        entry.isAlarmed = false
        standing.removeAll { $0.target == target }
        standing.insert(entry, at: 0)
        // Forget the oldest that was not good, else the oldest: what a rollback may need stays longest.
        while standing.count > Deployment.standingLimit {
            standing.remove(at: standing.lastIndex { $0.verdict != .good } ?? standing.count - 1)
        }
    }

    private mutating func hold(_ target: VersionReference, default reason: String) {
        held.removeAll { $0.means(target) }
        held.append(
            Deployment.Hold(
                version: target.version,
                digest: target.digest,
                reason: context.reason ?? reason,
                actor: context.actor,
                time: context.time
            )
        )
    }

    private mutating func mark(_ target: VersionReference, _ isGood: Bool) {
        if let index = standing.firstIndex(where: { $0.target == target }) {
            standing[index].verdict = isGood ? .good : .bad
            let why = context.reason.map { ", \"\($0)\"" } ?? ""
            let words = isGood ? Deployment.Standing.markedGood : "marked bad by "
            standing[index].reason = "\(words)\(context.actor)\(why)"
        }
        if !isGood { hold(target, default: "marked bad") }
    }

    /// Where a rollback goes: the latest good version that is not held, else the latest that is neither held nor bad.
    func lastGood() -> Deployment.LastGood? {
        let serving = routes.first?.target
        let candidates = standing.filter { entry in
            entry.target != serving && entry.verdict != .bad && !held.contains { $0.means(entry.target) }
                && !context.freed.contains(entry.digest)
        }
        if let good = candidates.first(where: { $0.verdict == .good }) {
            return Deployment.LastGood(
                version: good.version,
                digest: good.digest,
                isProven: true,
                reason: good.reason ?? "marked good"
            )
        }
        return candidates.first.map {
            Deployment.LastGood(
                version: $0.version,
                digest: $0.digest,
                isProven: false,
                reason: "unproven: the latest earlier version that is not held"
            )
        }
    }
}

/// A stretch of time for people: `90 s`, `5 min`, `1 h 30 min`, `2 d`.
package func durationText(_ seconds: Int) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<3600: seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
    case ..<172_800:
        seconds % 3600 < 60 ? "\(seconds / 3600) h" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    default: "\(seconds / 86_400) d"
    }
}
