internal import Support

/// What a fetch found that did not follow from what was known.
package struct FetchReport: Sendable {
    /// Refs of the remote that are not what they were plus something: rewritten behind our back, and not followed.
    package let rewritten: [String]
}

extension GitClient {
    /// Fetches refs, each as `refs/heads/x:refs/remotes/origin/x`; nothing that is known is ever overwritten.
    ///
    /// `bases` are commits without parents that are here and may share objects with what comes: the other side then does not send
    /// these again. It is told that our history ends there, which it does.
    ///
    /// Throws ``RemoteError`` when the remote cannot be reached, or has not what was asked for.
    package func fetch(
        _ specifications: [String],
        from remote: String,
        at address: String,
        bases: [ObjectID] = [],
        settings: [String] = [],
        timeLimit: Double = .infinity,
        onProgress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> FetchReport {
        let arguments =
            settings + [
                "fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--progress", remote,
            ] + specifications
        let outcome = try await withObjectList(bases.map(\.description)) { file in
            try await answered(
                arguments,
                variables: file.map { ["GIT_SHALLOW_FILE": $0] } ?? [:],
                address: address,
                timeLimit: timeLimit,
                onProgress: onProgress
            )
        }
        // ` ! [rejected]  models/m -> origin/models/m  (non-fast-forward)`
        let rejected = outcome.errors.filter { $0.contains("! [rejected]") }.compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard let arrow = words.firstIndex(of: "->"), arrow > 0 else { return nil }
            return String(words[arrow - 1])
        }
        guard outcome.status == 0 || !rejected.isEmpty else {
            throw RemoteError(address: address, errors: outcome.errors)
        }
        return FetchReport(rewritten: rejected)
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
