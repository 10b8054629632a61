package import ModelStore
package import Support

/// Lets versions go that nobody needs: their weights, never their history.
package struct Retire: Sendable {
    package var model: String?
    package var rule: RetentionRule
    /// How many seconds a retirement can be taken back.
    package var quarantine: Int
    package var reason: String?
    package var dryRun = false

    /// Two weeks.
    package static let usualQuarantine = 14 * 86_400

    package init(model: String?, rule: RetentionRule) {
        self.model = model
        self.rule = rule
        quarantine = Self.usualQuarantine
    }

    /// What goes, and what stays why.
    package struct Report: Encodable, Sendable {
        /// One version.
        package struct Line: Encodable, Sendable {
            package let version: VersionNumber
            package let registered: Timestamp
            package let size: Int
            /// Why it stays; empty for one that goes.
            package let kept: [String]
        }

        package let model: String
        package let retired: [Line]
        package let kept: [Line]
        /// Until when it can be taken back.
        package let freesAfter: Timestamp?
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError``: no such model (14), and what the remote says.
    package func run(in invocation: Invocation) async throws -> Report {
        let model = try self.model ?? invocation.modelName(ModelReference(""))
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let lines = try store.retention(of: model, by: rule)
        var retired = lines.filter(\.reasons.isEmpty)
        var freesAfter: Timestamp?
        if !dryRun {
            let records = try await store.retire(
                model,
                by: rule,
                quarantine: quarantine,
                reason: reason,
                actor: invocation.actor
            )
            let numbers = Set(records.map(\.version))
            retired = retired.filter { numbers.contains($0.version.version) }
            freesAfter = records.first?.freesAfter
        }
        return Report(
            model: model,
            retired: retired.map(line),
            kept: lines.filter { !$0.reasons.isEmpty }.map(line),
            freesAfter: freesAfter,
            changed: !dryRun && !retired.isEmpty,
            dryRun: dryRun
        )
    }

    private func line(_ line: RetentionLine) -> Report.Line {
        Report.Line(
            version: line.version.version,
            registered: line.version.time,
            size: line.size,
            kept: line.reasons
        )
    }
}

/// Takes the retirement of a version back.
package struct TakeBackRetirement: Sendable {
    package var reference: ModelReference
    package var dryRun = false

    package init(reference: ModelReference) { self.reference = reference }

    /// What stays.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let version: VersionNumber
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Throws ``StoreError`` (15) for a version that is not retired, or whose weights are gone.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let record = try invocation.version(reference, in: store)
        guard let retirement = try store.retirement(of: record) else {
            throw StoreError(.refused, "\(record.title) is not retired")
        }
        guard retirement.freed == nil else { throw StoreError.retired(retirement) }
        do {
            try await store.obtain(record)
            _ = try store.package(of: record)
        } catch let error as StoreError where [.notFound, .integrity].contains(error.kind) {
            throw StoreError(
                .refused,
                "the weights of \(record.title) are gone: its retirement cannot be taken back",
                hints: [
                    "who has a clone with them: mlops push there; or make it anew: mlops reproduce \(record.model)@\(record.version)"
                ]
            )
        }
        if !dryRun { try await store.restore(record, actor: invocation.actor) }
        return Report(model: record.model, version: record.version, changed: !dryRun, dryRun: dryRun)
    }
}
