extension GitClient {
    /// The refs of a remote whose names match one of `patterns`, such as `refs/heads/*`.
    package func listReferences(
        of remote: String,
        at address: String,
        matching patterns: [String],
        settings: [String] = [],
        timeLimit: Double = .infinity
    ) async throws -> [String: ObjectID] {
        let lines = try await list(["--refs", remote] + patterns, address, settings, timeLimit)
        return Dictionary(lines, uniquingKeysWith: { first, _ in first })
    }

    /// The tags of a remote, each with its object and the commit that it leads to.
    package func listTags(
        of remote: String,
        at address: String,
        settings: [String] = [],
        timeLimit: Double = .infinity
    ) async throws -> [String: (id: ObjectID, commit: ObjectID)] {
        var found: [String: (id: ObjectID, commit: ObjectID)] = [:]
        for (name, id) in try await list(["--tags", remote], address, settings, timeLimit) {
            // `refs/tags/x^{}` is what the tag before it leads to.
            guard name.hasSuffix("^{}") else {
                found[name] = (id, id)
                continue
            }
            let tag = String(name.dropLast(3))
            if let own = found[tag]?.id { found[tag] = (own, id) }
        }
        return found
    }

    /// What `git ls-remote` prints, without names that could be none.
    private func list(
        _ arguments: [String],
        _ address: String,
        _ settings: [String],
        _ timeLimit: Double
    ) async throws -> [(name: String, id: ObjectID)] {
        let outcome = try await answered(
            settings + ["ls-remote", "--quiet"] + arguments,
            address: address,
            timeLimit: timeLimit
        )
        guard outcome.status == 0 else { throw RemoteError(address: address, errors: outcome.errors) }
        return outcome.output.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t").map(String.init)
            guard fields.count == 2, let id = ObjectID(fields[0]),
                ReferenceName.isValid(fields[1].hasSuffix("^{}") ? String(fields[1].dropLast(3)) : fields[1])
            else { return nil }
            return (fields[1], id)
        }
    }
}
