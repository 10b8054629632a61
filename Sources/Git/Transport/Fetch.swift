internal import Support

/// What a fetch found that did not follow from what was known.
package struct FetchReport: Sendable {
    /// Refs of the remote that are not what they were plus something: rewritten behind our back, and not followed.
    package let rewritten: [String]
    /// The refs here, as `refs/remotes/origin/x`, whose counterparts the remote has; `nil` where they are too many to be told.
    package let present: Set<String>?
}

extension GitClient {
    /// Fetches refs, each as `refs/heads/x:refs/remotes/origin/x`; nothing that is known is ever overwritten.
    ///
    /// `bases` are commits without parents that are here and may share objects with what comes: the other side then does not send
    /// these again. It is told that our history ends there, which it does. With `anew` everything comes, whatever seems to be here.
    ///
    /// Throws ``RemoteError`` when the remote cannot be reached, or has not what was asked for.
    package func fetch(
        _ specifications: [String],
        from remote: String,
        at address: String,
        bases: [ObjectID] = [],
        anew: Bool = false,
        settings: [String] = [],
        timeLimit: Double = .infinity,
        onProgress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> FetchReport {
        let arguments =
            settings + [
                "fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--progress",
                // Also what has not changed is named.
                "--verbose",
            ] + (anew ? ["--refetch"] : []) + [remote] + specifications
        // Another process of this machine may push meanwhile, and move the refs on that this one is about to move: it looks again,
        // and what is still refused then does not follow from what was known.
        var suspects: Set<String>?
        var attempt = 0
        while true {
            attempt += 1
            let outcome = try await withObjectList(bases.map(\.description)) { file in
                try await answered(
                    arguments,
                    variables: file.map { ["GIT_SHALLOW_FILE": $0] } ?? [:],
                    address: address,
                    timeLimit: timeLimit,
                    onProgress: onProgress
                )
            }
            let present = outcome.areErrorsCut ? nil : GitClient.updates(in: outcome.errors).map(\.local)
            if outcome.status == 0 { return FetchReport(rewritten: [], present: present.map(Set.init)) }
            let isOvertaken = outcome.errors.contains {
                $0.contains("cannot lock ref") || $0.contains("unable to update local ref")
            }
            let rejected = Set(GitClient.updates(in: outcome.errors).filter(\.isRejected).map(\.remote))
            guard isOvertaken && attempt < 20 || !rejected.isEmpty else {
                throw RemoteError(address: address, errors: outcome.errors)
            }
            if !isOvertaken {
                suspects = suspects.map { $0.intersection(rejected) } ?? rejected
                if attempt >= 3 || suspects?.isEmpty == true {
                    return FetchReport(rewritten: suspects?.sorted() ?? [], present: present.map(Set.init))
                }
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...50)))
        }
    }

    /// What lines such as ` ! [rejected]  models/m -> origin/models/m  (non-fast-forward)` say.
    private static func updates(in errors: [String]) -> [(remote: String, local: String, isRejected: Bool)] {
        errors.compactMap { line in
            // What the other side says itself is not git's word.
            guard !line.hasPrefix("remote:") else { return nil }
            let words = line.split(separator: " ")
            guard let arrow = words.firstIndex(of: "->"), arrow > 0, arrow + 1 < words.count else { return nil }
            return (
                String(words[arrow - 1]), "refs/remotes/\(words[arrow + 1])", line.contains("! [rejected]")
            )
        }
    }

    /// Lends a file with one line each, for the length of `body`; `nil` without lines.
    func withObjectList<Result>(_ lines: [String], _ body: (String?) async throws -> Result) async throws -> Result {
        guard !lines.isEmpty else { return try await body(nil) }
        let file = try File(temporaryWithPrefix: "\(repository)/info/.tmp-objects-")
        defer { try? FileSystem.removeFile(file.path) }
        try file.write(lines.joined(separator: "\n") + "\n")
        return try await body(file.path)
    }
}
