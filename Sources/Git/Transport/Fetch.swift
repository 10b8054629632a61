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

    /// The refs of a remote whose names match one of `patterns`, such as `refs/heads/*`.
    package func listReferences(
        of remote: String,
        at address: String,
        matching patterns: [String],
        settings: [String] = [],
        timeLimit: Double = .infinity
    ) async throws -> [String: ObjectID] {
        let outcome = try await answered(
            settings + ["ls-remote", "--refs", "--quiet", remote] + patterns,
            address: address,
            timeLimit: timeLimit
        )
        guard outcome.status == 0 else { throw RemoteError(address: address, errors: outcome.errors) }
        var found: [String: ObjectID] = [:]
        for line in outcome.output.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            guard fields.count == 2, let id = ObjectID(fields[0]), ReferenceName.isValid(String(fields[1])) else {
                continue
            }
            found[String(fields[1])] = id
        }
        return found
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

extension GitClient {
    /// The tags of a remote, each with its object and the commit that it leads to.
    package func listTags(
        of remote: String,
        at address: String,
        settings: [String] = [],
        timeLimit: Double = .infinity
    ) async throws -> [String: (id: ObjectID, commit: ObjectID)] {
        let outcome = try await answered(
            settings + ["ls-remote", "--tags", "--quiet", remote],
            address: address,
            timeLimit: timeLimit
        )
        guard outcome.status == 0 else { throw RemoteError(address: address, errors: outcome.errors) }
        var found: [String: (id: ObjectID, commit: ObjectID)] = [:]
        for line in outcome.output.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            guard fields.count == 2, let id = ObjectID(fields[0]) else { continue }
            // `refs/tags/x^{}` is what the tag before it leads to.
            if fields[1].hasSuffix("^{}") {
                let name = String(fields[1].dropLast(3))
                if let tag = found[name]?.id { found[name] = (tag, id) }
            } else if ReferenceName.isValid(String(fields[1])) {
                found[String(fields[1])] = (id, id)
            }
        }
        return found
    }

    /// How much the objects of the repository take, in bytes.
    package func bytesOnDisk() async throws -> Int {
        var kibibytes = 0
        for line in try await run(["count-objects", "-v"]).split(separator: "\n") {
            let parts = line.split(separator: ":")
            guard parts.count == 2, ["size", "size-pack"].contains(parts[0]) else { continue }
            kibibytes += Int(parts[1].drop { $0 == " " }) ?? 0
        }
        return kibibytes * 1024
    }
}
