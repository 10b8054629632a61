internal import Lifecycle
internal import ModelStore
internal import Support

extension MoveReport: Renderable {
    package var text: String {
        var lines = [headline]
        if policyRecorded { lines.append("  recorded the rules of \(environment) from mlops.yaml") }
        lines += missingChecks.map { "  \(dryRun ? "would skip" : "skipped"): \($0)" }
        lines +=
            signatureChanges.isEmpty || !isForward
            ? [] : ["  allowed: \(signatureChanges.joined(separator: "; "))"]
        if let flips, flips.rows > 0 { lines.append("  \(flips.text)") }
        if let recorded { lines += recorded.lines.map { "  \($0)" } }
        if let movedAfter { lines.append("  ref moved after \(Wording.seconds(movedAfter))") }
        lines += targets.flatMap { ["  \($0.text)"] + $0.mended.map { "    mended: \($0)" } }
        lines += warnings.map { "  warning: \($0)" }
        if let incident, changed { lines.append("incident: \(incident)") }
        if let held, changed {
            lines.append(
                heldBefore.map { "held already: \(held) (\($0.actor): \($0.reason))" }
                    ?? "held: \(held), so that nothing ships it again"
            )
        }
        lines += notes
        if let rollout { lines += rollout.lines(environment) }
        if let lastGood, changed, isForward, rollout == nil {
            lines.append("last good: \(lastGood.version) (\(lastGood.reason))")
        } else if changed, isForward, rollout == nil {
            lines.append("last good: none yet")
        }
        if let undo, changed {
            lines.append("undo: \(undo)")
        } else if changed {
            lines.append("undo: not possible before a second version")
        }
        return lines.joined(separator: "\n")
    }

    /// Whether a version has come, and not gone.
    private var isForward: Bool { kind == .deploy || kind == .promote }

    private var headline: String {
        let before = from.map { "\($0)" } ?? "nothing"
        let because = why.map { " (\($0))" } ?? ""
        if let rollout, dryRun || changed {
            let how = "\(model) \(to) beside \(before), \(rollout.phrase)"
            return dryRun ? "\(environment)  would go: \(how)" : "\(environment)  deployment \(revision): \(how)"
        }
        if dryRun && from != to { return "\(environment)  would go: \(model) \(before) -> \(to)\(because)" }
        guard changed else {
            let isMended = targets.contains { !$0.mended.isEmpty }
            return !isForward
                ? "\(environment)  \(model) stays at \(to)\(because)"
                : "\(environment)  \(model) \(to) is live already; "
                    + (isMended ? "its files were mended" : "nothing was changed")
        }
        let skipped = skippedChecks ? "   CHECKS SKIPPED\(reason.map { ": \"\($0)\"" } ?? "")" : ""
        return "\(environment)  deployment \(revision): \(model) \(before) -> \(to)\(because)\(skipped)"
    }
}

extension Rollout {
    /// How it goes on.
    fileprivate func lines(_ environment: String) -> [String] {
        let evidence = "\(Wording.plural(minRequests, "request")) and \(stepTime) s"
        switch strategy {
        case .canary:
            let shares = steps.map { "\($0)" }.joined(separator: ", ")
            return ["goes on by itself: \(shares) %, each after \(evidence) without a difference; back by itself else"]
        case .shadow:
            return [
                "compared every \(stepTime) s over \(minRequests) requests or more",
                "next: mlops promote \(environment)",
            ]
        case .blueGreen: return ["in memory, without traffic", "next: mlops promote \(environment)"]
        case .direct: return []
        }
    }
}

extension MoveReport.Target {
    fileprivate var text: String {
        let golden = goldenRows.map { "   golden rows \($0.agree)/\($0.total)" } ?? ""
        let trouble = problem.map { "   PROBLEM: \($0)" } ?? ""
        if let follower {
            let what = serves.map { "serves \($0)" } ?? "serves nothing"
            return "\(follower)   \(what) after \(Wording.seconds(seconds))\(golden)\(trouble)"
        }
        guard let directory else { return "moved; nothing is known here that serves it\(golden)\(trouble)" }
        let what = serves.map { "serves \($0)" } ?? "serves nothing"
        return "\(directory)   \(what) after \(Wording.seconds(seconds))\(golden)\(trouble)"
    }
}

extension RecordedChanges {
    fileprivate var lines: [String] {
        let rows = "of \(Wording.plural(changes.rows, "row")) that callers asked from \(since) to \(until)"
        var lines: [String] = []
        if let flipped = changes.flipped {
            let most = changes.flips.prefix(3).map { "\($0.from) -> \($0.to) (\($0.count))" }.joined(separator: ", ")
            lines.append(
                flipped == 0
                    ? "\(rows) none changes its answer"
                    : "\(rows) \(Wording.count(flipped)) change their answer: \(most)"
            )
        } else {
            lines.append("\(rows) \(Wording.count(changes.changed)) get another number")
        }
        if let row = changes.largest.first {
            lines.append(
                "the largest change: \(row.output) from \(Wording.figure(row.before)) to \(Wording.figure(row.after))"
            )
        }
        if refused > 0 { lines.append("\(Wording.plural(refused, "row")) would be refused") }
        return lines
    }
}

extension FlipReport {
    fileprivate var text: String {
        guard flips > 0 else { return "of \(Wording.plural(rows, "golden row")) none changes its answer" }
        let most = changes.prefix(3).map { "\($0.from) -> \($0.to) (\($0.count))" }.joined(separator: ", ")
        return "of \(Wording.plural(rows, "golden row")) \(Wording.count(flips)) change their answer: \(most)"
    }
}
