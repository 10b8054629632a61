internal import Git
internal import Support

/// Refs that move together or not at all, in one call of git.
///
/// What moves one or two refs is quicker with ``Store/apply(_:)``.
struct ReferenceTransaction {
    fileprivate var lines: [String] = []
    /// What the refs must be for it, by their names; `nil` for one that must not be there.
    fileprivate var expected: [String: ObjectID?] = [:]

    var isEmpty: Bool { lines.isEmpty }

    mutating func create(_ reference: String, at id: ObjectID) {
        lines.append("create \(reference) \(id)")
        expected.updateValue(nil, forKey: reference)
    }

    mutating func move(_ reference: String, from old: ObjectID, to id: ObjectID) {
        lines.append("update \(reference) \(id) \(old)")
        expected.updateValue(old, forKey: reference)
    }

    /// Lets a ref lead to `id`, wherever it has led before.
    mutating func set(_ reference: String, to id: ObjectID) { lines.append("update \(reference) \(id)") }

    mutating func delete(_ reference: String, at id: ObjectID) {
        lines.append("delete \(reference) \(id)")
        expected.updateValue(id, forKey: reference)
    }
}

/// A ref has moved since somebody looked at it, here or at the remote: he is to look again.
struct Stale: Failure {
    var reference: String?

    var description: String { "\(reference.map(Store.shown) ?? "the remote") was changed meanwhile by somebody else" }
    var kind: FailureKind { .conflict }
    var hints: [String] { ["run the command again"] }
}

extension Store {
    /// Lets a transaction come true, as the only writer.
    ///
    /// Throws ``Stale`` when a ref has moved since the caller has looked, and ``StoreError`` (11).
    func commit(_ transaction: ReferenceTransaction, reason: String) async throws {
        guard !transaction.isEmpty else { return }
        let lock = try StoreLock(storeAt: path, verb: verb, clock: clock)
        if lock.wasAbandoned { StaleRefLock.removeAll(in: path) }
        try refuseStale(transaction)
        let lines = transaction.lines.map { "\($0)\n" }.joined()
        try await client.run(["update-ref", "-m", reason, "--stdin"], input: lines)
        _ = consume lock
    }

    /// Throws ``Stale``, as git would refuse it in words that may change.
    private func refuseStale(_ transaction: ReferenceTransaction) throws {
        for (name, id) in transaction.expected where try repository.reference(name) != id {
            throw Stale(reference: name)
        }
    }
}
