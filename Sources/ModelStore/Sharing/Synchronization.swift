internal import Git
internal import Glibc
package import Support

/// What is known of the remote, for people.
package struct RemoteState: Encodable, Sendable {
    package let address: String
    /// Why the remote could not be seen just now; `nil` when it was, or nobody asked.
    package let problem: String?
    /// Whether it was left alone, because somebody said so.
    package let offline: Bool
    package let lastContact: Timestamp?
    /// Branches that the remote has rewritten: they are not followed.
    package let rewritten: [String]
    /// Branches that somebody has deleted there.
    package let deleted: [String]
    package let queued: [QueuedLedger]
}

/// A ledger with changes that the remote does not have.
package struct QueuedLedger: Encodable, Hashable, Sendable {
    /// The branch, such as `environments/production/fashion`.
    package let ledger: String
    package let changes: Int
    /// Whether the remote has gone another way since.
    package let isDiverged: Bool

    var branch: Ledger? { Ledger(name: ledger) }
}

extension Store {
    /// Fetches the ledgers of the remote, and follows them where nothing waits to be pushed.
    ///
    /// Rollbacks, holds and marks that were made offline are told now, with `replaying`. What was rewritten there is noted, and not
    /// followed. Throws ``RemoteError`` when the remote cannot be seen, and ``StoreError`` (12) when it asks for a newer tool.
    package func synchronize(replaying: Bool = true) async throws {
        guard let remote, !connection.isOffline else { return }
        let memory = RemoteMemory(storeAt: path)
        try await memory.fetching(from: remote) {
            let known = try trackedHeads()
            let report = try await fetch(Remote.refspecs, from: remote, timeLimit: Connection.patience)
            let deleted = report.present.map { present in
                known.map(\.head).filter { !present.contains(References.tracking($0)) }.map(Self.shown)
            }
            try memory.noteContact(rewritten: report.rewritten, deleted: deleted ?? [])
        }
        try follow()
        if replaying { try await replayAtContact() }
    }

    /// Moves our branches to where those of the remote are, if that is forward.
    func follow() throws {
        if try repository.reference(References.tracking(References.format)) != nil {
            try checkFormat(on: References.tracking(References.format))
        }
        let heads = try trackedHeads()
        guard try heads.contains(where: { try repository.reference($0.head) != $0.remote }) else { return }
        try locked { store in
            for (head, remote) in heads {
                guard let local = try store.repository.reference(head) else {
                    try store.move(head, from: nil, to: remote)
                    continue
                }
                // The page of the store says the same everywhere: there is nothing to bring together.
                let isForward = try head == References.format || store.relation(of: local, to: remote) == .behind
                if local != remote, isForward { try store.move(head, from: local, to: remote) }
            }
        }
    }

    private func move(_ head: String, from local: ObjectID?, to remote: ObjectID) throws {
        try repository.moveReferencePastStaleLocks(head, from: local, to: remote, reason: "follow the remote")
    }

    /// The heads of the remote that belong to a store, as it was seen last; others are not touched.
    func trackedHeads() throws -> [(head: String, remote: ObjectID)] {
        try repository.references(under: References.remote).compactMap { name, id in
            let head = "\(References.heads)\(name.dropFirst(References.remote.count))"
            return Ledger(reference: head) == nil ? nil : (head, id)
        }
    }

    /// The ledgers with changes that wait to be pushed.
    package func queuedLedgers() throws -> [QueuedLedger] {
        guard remote != nil else { return [] }
        let remotes = Dictionary(uniqueKeysWithValues: try trackedHeads().map { ($0.head, $0.remote) })
        return try repository.references(under: References.heads).compactMap { head, local in
            guard let ledger = Ledger(reference: head), ledger != .store else { return nil }
            let relation = try relation(of: local, to: remotes[head])
            guard !relation.queued.isEmpty else { return nil }
            return QueuedLedger(
                ledger: ledger.name,
                changes: relation.queued.count,
                isDiverged: relation.isDiverged
            )
        }
    }

    /// What is known of the remote; `nil` for a store without one.
    package func remoteState(problem: String? = nil) throws -> RemoteState? {
        guard let remote else { return nil }
        let memory = RemoteMemory(storeAt: path)
        return RemoteState(
            address: remote.address.description,
            problem: problem,
            offline: connection.isOffline,
            lastContact: memory.lastContact,
            rewritten: memory.rewritten,
            deleted: memory.deleted,
            queued: try queuedLedgers()
        )
    }
}

extension Store {
    /// Whether the store belongs to who asks: others may read it, and cannot fetch into it.
    package var isOurs: Bool { (try? FileSystem.owner(of: path)) == geteuid() }

    /// When the remote was seen last; `nil` when it never was.
    package var lastContact: Timestamp? { RemoteMemory(storeAt: path).lastContact }
}

extension Store {
    /// Whether the remote, as it was seen last, holds no store yet.
    package var isRemoteEmpty: Bool {
        (try? repository.reference(References.tracking(References.format))) == .some(nil)
    }
}
