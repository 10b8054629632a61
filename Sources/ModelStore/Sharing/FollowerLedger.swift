internal import Git
internal import Support

extension Store {
    /// What the followers of an environment say, by their names; those that have left are left out.
    ///
    /// A receipt that cannot be read is one that is not there: it keeps nobody from deploying.
    package func receipts(of environment: String) throws -> [Receipt] {
        let prefix = "\(References.followers)\(environment)/"
        return try repository.references(under: prefix).compactMap { name, _ in
            guard Ledger(reference: name) != nil else { return nil }
            return try? receipt(of: String(name.dropFirst(prefix.count)), in: environment)
        }
        .filter { !$0.hasLeft }
    }

    /// What one follower said last; `nil` when it never said anything.
    package func receipt(of follower: String, in environment: String) throws -> Receipt? {
        guard let tip = try tip(of: References.follower(follower, of: environment)),
            let bytes = try repository.blob(at: "receipt.json", in: tip.tree)
        else { return nil }
        return try JSON.decode(Receipt.self, from: bytes, source: "the receipt of \(follower)")
    }

    /// Something that is another when a follower has said something new on this machine.
    package func receiptMark(of follower: String, in environment: String) -> String? {
        try? repository.reference(References.follower(follower, of: environment))?.description
    }

    /// Writes down on this disk what a follower serves, unless it said so before; ``publishReceipt(of:in:)`` tells the remote.
    package func record(_ receipt: Receipt, actor: Actor) throws {
        try Names.validate(receipt.follower, as: "a follower")
        let branch = References.follower(receipt.follower, of: receipt.environment)
        try locked { store in
            if let last = try store.receipt(of: receipt.follower, in: receipt.environment),
                receipt.saysTheSame(as: last)
            {
                return
            }
            var writer = LooseObjectWriter(repositoryAt: store.path)
            let tree = try writer.write(
                changes: [("receipt.json", try JSON.encode(receipt))],
                to: nil,
                into: store.repository
            )
            let what = receipt.models.map { "\($0.model) \($0.version?.version.description ?? "nothing")" }
            let move = try store.planCommit(
                tree: tree,
                on: branch,
                after: try store.tip(of: branch)?.commit,
                actor: actor,
                message: receipt.hasLeft
                    ? "\(receipt.follower) has left" : "\(receipt.follower) serves \(what.joined(separator: ", "))",
                writer: &writer
            )
            try store.apply(Change(moves: [move]))
        }
    }

    /// Brings to the remote what a follower of this machine has said last; who was overtaken, goes on with his next word.
    ///
    /// Throws ``StoreError`` (13) when another follower speaks under the same name.
    package func publishReceipt(of follower: String, in environment: String) async throws {
        guard let remote else { return }
        let branch = References.follower(follower, of: environment)
        if let local = try repository.reference(branch),
            let tracking = try repository.reference(References.tracking(branch)),
            case .diverged = try relation(of: local, to: tracking)
        {
            throw StoreError(
                .conflict,
                "another follower of \(environment) is called \(follower)",
                hints: [
                    "give one of them another name: --name; the one here is made anew by: git --git-dir \(path) update-ref -d \(branch)"
                ]
            )
        }
        var report = PushReport()
        do {
            try await pushBranch(branch, to: remote, &report)
        } catch is Stale {}
    }
}
