package import Support

/// Which versions keep their weights.
package struct RetentionRule: Sendable {
    /// How many of the newest versions stay, and how many of those that each environment had live last.
    package var keep: Int
    /// Only versions that are older than so many seconds go; `nil` for any age.
    package var olderThan: Int?

    package init(keep: Int, olderThan: Int? = nil) {
        self.keep = keep
        self.olderThan = olderThan
    }

    /// Why each version stays, an empty list for one that may go; `versions` are the newest first.
    ///
    /// A pure function of what the ledgers say: live, shadowed, last good, marked good and held versions stay, whatever the
    /// rule says, and the parachute of each environment.
    package func reasons(
        for versions: [VersionLine],
        in deployments: [Deployment],
        now: Timestamp
    ) -> [(version: VersionLine, reasons: [String])] {
        let needs = deployments.map { RetentionRule.needs(of: $0, recent: keep) }
        return versions.enumerated().map { rank, line in
            var reasons = needs.flatMap { $0[line.version] ?? [] }
            if rank < keep { reasons.append("among the newest \(keep)") }
            if let olderThan, now.seconds - line.time.seconds < Int64(olderThan) {
                reasons.append("younger than \(durationText(olderThan))")
            }
            return (line, reasons)
        }
    }

    /// What an environment needs of its model, with the reason.
    static func needs(of deployment: Deployment, recent: Int) -> [VersionNumber: [String]] {
        var needs: [VersionNumber: [String]] = [:]
        func need(_ version: VersionNumber?, _ reason: String) {
            if let version { needs[version, default: []].append("\(reason) \(deployment.environment)") }
        }
        for (index, route) in deployment.routes.enumerated() {
            need(route.version, index == 0 ? "live in" : "candidate in")
        }
        need(deployment.shadow?.version, "shadowed in")
        need(deployment.lastGood?.version, "last good of")
        for hold in deployment.held { need(hold.version, "held in") }
        for standing in deployment.standing where standing.isMarkedGood { need(standing.version, "marked good in") }
        for standing in deployment.standing.filter({ $0.verdict == .good }).prefix(3) {
            need(standing.version, "a good one of")
        }
        for standing in deployment.standing.prefix(recent) { need(standing.version, "among the last \(recent) in") }
        return needs
    }
}
