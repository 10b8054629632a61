/// A ref that is to be moved in a shared repository.
package struct PushedReference: Hashable, Sendable {
    package let name: String
    /// The object that it is to name; `nil` to delete it.
    package let target: ObjectID?
    /// What it must name now to be deleted; new values need none, as git takes nothing that does not follow from what is there.
    package let expected: ObjectID?

    /// Moves a branch forward, or creates a ref.
    package init(_ name: String, to target: ObjectID) {
        (self.name, self.target, self.expected) = (name, target, nil)
    }

    /// Deletes a ref, if it still names what the caller has seen.
    package init(deleting name: String, expecting expected: ObjectID) {
        (self.name, self.target, self.expected) = (name, nil, expected)
    }
}

/// What became of a ref that was pushed.
package enum PushResult: Hashable, Sendable {
    case accepted
    /// Somebody else has moved it since: look, and try again.
    case stale
    /// The host does not take it, whatever it is; in its own words.
    case refused(String)
    /// It went down with another ref of the same push.
    case dragged
}

extension GitClient {
    /// Pushes refs, and says what became of each.
    ///
    /// Nothing is ever forced: a branch moves forward, a tag is created, or it is stale. With `atomic` all move or none.
    ///
    /// `bases` lists, for a commit without parents that is pushed, commits that the other side has and that share objects with it:
    /// git then does not send these objects again. It is told so by grafts, for the length of the push; a git that knows none
    /// sends more.
    ///
    /// Throws ``RemoteError`` when nothing can be said about the refs, because the line broke or the other side failed.
    package func push(
        _ references: [PushedReference],
        to remote: String,
        at address: String,
        atomic: Bool,
        bases: [ObjectID: [ObjectID]] = [:],
        settings: [String] = [],
        timeLimit: Double = .infinity,
        onProgress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> [String: PushResult] {
        var arguments = settings + ["push", "--porcelain", "--progress", "--no-verify"]
        if atomic { arguments.append("--atomic") }
        for reference in references {
            if let expected = reference.expected {
                arguments.append("--force-with-lease=\(reference.name):\(expected)")
            }
        }
        arguments += [remote] + references.map { "\($0.target.map(\.description) ?? ""):\($0.name)" }
        let outcome = try await withObjectList(bases.map { ([$0] + $1).map(\.description).joined(separator: " ") }) {
            file in
            try await answered(
                arguments,
                variables: file.map { ["GIT_GRAFT_FILE": $0] } ?? [:],
                address: address,
                timeLimit: timeLimit,
                onProgress: onProgress
            )
        }
        var results: [String: PushResult] = [:]
        for line in outcome.output.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 3, let flag = fields[0].first,
                let name = fields[1].split(separator: ":", omittingEmptySubsequences: false).last
            else { continue }
            results[String(name)] = flag == "!" ? PushResult(rejection: fields[2], outcome.errors) : .accepted
        }
        guard references.allSatisfy({ results[$0.name] != nil }) else {
            throw RemoteError(address: address, errors: outcome.errors)
        }
        if results.values.contains(.cannotWrite) {
            let found = RemoteError(address: address, errors: outcome.errors)
            throw RemoteError(.cannotWrite, address: address, message: found.message)
        }
        return results
    }

    /// Runs git against a remote; when it takes too long the remote counts as unreachable.
    func answered(
        _ arguments: [String],
        variables: [String: String] = [:],
        address: String,
        timeLimit: Double,
        onProgress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> Outcome {
        do {
            return try await execute(arguments, variables: variables, timeLimit: timeLimit, onProgress: onProgress)
        } catch let error as GitClientError where error.isTimeLimit {
            throw RemoteError(address: address, errors: [error.message], isTimeLimit: true)
        }
    }
}

extension PushResult {
    /// The other side could not keep what was sent: told apart here, and thrown by whoever reads the results.
    fileprivate static let cannotWrite = PushResult.refused("unpacker error")

    /// Reads `[rejected] (non-fast-forward)` and its like.
    fileprivate init(rejection: Substring, _ errors: [String]) {
        let reason =
            rejection.firstIndex(of: "(").map { rejection[rejection.index(after: $0)...].prefix { $0 != ")" } }
            ?? rejection
        func says(_ words: String...) -> Bool { words.contains { reason.contains($0) } }
        let isOurs = rejection.hasPrefix("[rejected]")
        if says("atomic push failed") {
            self = .dragged
        } else if isOurs
            || says(
                "cannot lock ref",
                "failed to update ref",
                "incorrect old value",
                "reference already exists",
                "failed to lock",
                "atomic transaction failed",
                "transaction failed",
                "fetch first"
            )
        {
            // A broken lock of the host would look the same: the caller gives up after a while.
            self = .stale
        } else if says("unpacker error") {
            self = .cannotWrite
        } else {
            let words = errors.filter { $0.hasPrefix("remote: ") }.map {
                $0.dropFirst("remote: ".count).drop { $0 == " " }
            }
            let said = words.filter { !$0.isEmpty && !$0.hasPrefix("error: hook declined") }.joined(separator: " ")
            self = .refused(said.isEmpty ? String(reason) : "\(reason): \(said.prefix(500))")
        }
    }
}
