internal import Git
internal import Support

/// A ref that is to move, if it still names what the plan has seen.
struct ReferenceMove: Hashable, Sendable {
    let reference: String
    /// `nil` for a ref that must not exist yet.
    let from: ObjectID?
    let to: ObjectID
    let reason: String
}

/// What a verb wants to come true, all of it or nothing; its objects are written and durable already.
struct Change {
    /// In the order in which they come true: a tag claims its number, its ledger follows.
    var moves: [ReferenceMove] = []
    /// What follows from them and may fail, such as GTO's tags: it is written with the next change then.
    var projections: [ReferenceMove] = []
    /// The name of the tag whose ledger follows, noted in between.
    var registering: RegistrationNote?
    /// Commits that share objects with a commit that is to be sent, by its name.
    var bases: [ObjectID: [ObjectID]] = [:]
    /// The bytes of a package that was packed for it.
    var newBytes = 0
}

extension Store {
    /// Lets a plan come true: in this store, or, where it has a remote, at the remote first.
    ///
    /// `ledger` is the branch that the plan is about. The plan is made under the store's lock, from what the refs say then; when
    /// somebody else was faster at the remote, it is made anew from what they have left. It writes objects, and moves no ref.
    /// Throws ``StoreError`` (13) when others were faster time after time, and ``RemoteError``.
    func change<Result>(
        _ ledger: String,
        completingRegistrations: Bool = false,
        _ plan: (Store) throws -> (Result, Change)
    ) async throws -> Result {
        if let remote, !connection.isOffline {
            return try await publish(to: remote, ledger, completingRegistrations: completingRegistrations, plan)
        }
        return try locked(completingRegistrations: completingRegistrations) { store in
            let (result, change) = try plan(store)
            try store.apply(change)
            return result
        }
    }

    /// Moves the refs of a change, under the store's lock.
    func apply(_ change: Change) throws {
        try change.registering?.leave(in: path)
        for move in change.moves {
            try repository.moveReferencePastStaleLocks(
                move.reference,
                from: move.from,
                to: move.to,
                reason: move.reason
            )
        }
        try change.registering?.remove(from: path)
        for move in change.projections {
            // A projection keeps nobody from rolling back.
            try? repository.moveReferencePastStaleLocks(
                move.reference,
                from: move.from,
                to: move.to,
                reason: move.reason
            )
        }
    }

    /// Writes a commit with the tree `tree` after `tip`, makes everything written durable, and says how its branch is to move.
    func planCommit(
        tree: ObjectID,
        on branch: String,
        after tip: ObjectID?,
        actor: Actor,
        time: Timestamp? = nil,
        message: String,
        writer: inout LooseObjectWriter
    ) throws -> ReferenceMove {
        let commit = Commit(
            tree: tree,
            parents: tip.map { [$0] } ?? [],
            author: Identity(name: actor.name, email: actor.email, time: time ?? clock.now()),
            message: "\(message)\n"
        )
        let id = try writer.write(commit, into: repository)
        try writer.commit()
        return ReferenceMove(reference: branch, from: tip, to: id, reason: message)
    }
}
