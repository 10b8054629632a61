internal import Git

/// How a branch of this store stands to what the remote has of it.
enum Relation: Hashable, Sendable {
    case same
    /// The remote has more, and all that we have.
    case behind
    /// We have more: these commits, the oldest first, wait to be pushed.
    case ahead([ObjectID])
    /// Both have more than `base`, which is `nil` when they have nothing in common.
    case diverged(base: ObjectID?, ours: [ObjectID])

    /// The commits that the remote does not have.
    var queued: [ObjectID] {
        switch self {
        case .same, .behind: []
        case .ahead(let ours), .diverged(_, let ours): ours
        }
    }

    /// Whether both have gone on by themselves.
    var isDiverged: Bool {
        if case .diverged = self { true } else { false }
    }
}

extension Store {
    /// How the tip of a branch stands to that of the remote, which may not have it.
    func relation(of local: ObjectID, to remote: ObjectID?) throws -> Relation {
        try remote.map { try relation(of: local, to: $0) } ?? .ahead(try commits(from: local))
    }

    /// How two tips of one branch stand to each other; each commit of a ledger has one parent.
    ///
    /// Both ways back are walked in turn, so that it costs as much as they differ, not as much as there is.
    func relation(of local: ObjectID, to remote: ObjectID) throws -> Relation {
        if local == remote { return .same }
        var (ours, theirs) = ([local], [remote])
        var (seenHere, seenThere): (Set<ObjectID>, Set<ObjectID>) = ([local], [remote])
        var (next, nextThere): (ObjectID?, ObjectID?) = (local, remote)
        while next != nil || nextThere != nil {
            if let commit = next {
                next = try repository.commit(commit).parents.first
                if let next {
                    if seenThere.contains(next) { return relation(base: next, ours, theirs) }
                    seenHere.insert(next)
                    ours.append(next)
                }
            }
            if let commit = nextThere {
                nextThere = try repository.commit(commit).parents.first
                if let nextThere {
                    if seenHere.contains(nextThere) { return relation(base: nextThere, ours, theirs) }
                    seenThere.insert(nextThere)
                    theirs.append(nextThere)
                }
            }
        }
        return .diverged(base: nil, ours: ours.reversed())
    }

    /// A branch from its first commit to `tip`.
    func commits(from tip: ObjectID) throws -> [ObjectID] {
        var found = [tip]
        while let parent = try repository.commit(found[found.count - 1]).parents.first { found.append(parent) }
        return found.reversed()
    }

    private func relation(base: ObjectID, _ ours: [ObjectID], _ theirs: [ObjectID]) -> Relation {
        let mine = Array(ours.prefix { $0 != base }.reversed())
        let hasMore = theirs.first != base
        if mine.isEmpty { return .behind }
        return hasMore ? .diverged(base: base, ours: mine) : .ahead(mine)
    }
}
