internal import Git
internal import Support

extension Store {
    /// The tags of versions that are here, in the ledger of the remote, and not among its tags.
    func missingTags(of model: String, _ known: [String: ObjectID]) throws -> [ReferenceMove] {
        guard let tip = try repository.reference(References.tracking(References.ledger(of: model))) else { return [] }
        let tree = try repository.commit(tip).tree
        let retired = try retiredVersions(of: model)
        return try repository.references(under: References.tags).compactMap { name, id in
            guard known[name] == nil, let number = References.version(in: name, of: model),
                let record = try versionRecord(number, of: model, in: tree),
                !retired.contains(number), (try? manifest(of: record)) != nil
            else { return nil }
            return ReferenceMove(reference: name, from: id, to: id, reason: "push")
        }
    }

    /// GTO's tags that the remote does not have; it need not take them.
    func pushAssignments(
        to remote: Remote,
        known: [String: ObjectID],
        _ report: inout PushReport
    ) async throws {
        let retired = Dictionary(
            uniqueKeysWithValues: try models().map { ($0, try retiredVersions(of: $0)) }
        )
        // What others have overtaken has a number that may be somebody else's.
        let waiting = Set(try queuedLedgers().compactMap(\.branch))
        let missing = try repository.references(under: References.tags).filter { name, id in
            guard known[name] == nil, let (model, environment, version) = try assigned(by: name, id),
                !waiting.contains(.environment(environment, model: model))
            else { return false }
            // It would bring the weights back that somebody has let go.
            return retired[model]?.contains(version) == false
        }
        for start in stride(from: 0, to: missing.count, by: 500) {
            let part = missing[start..<min(start + 500, missing.count)].map { PushedReference($0.name, to: $0.id) }
            let results = try? await push(part, to: remote)
            report.tags += part.filter { results?[$0.name] == .accepted }.map { Self.shown($0.name) }
        }
    }

    /// The model, the environment and the version of one of GTO's tags; `nil` for another tag.
    private func assigned(
        by name: String,
        _ id: ObjectID
    ) throws -> (model: String, environment: String, version: VersionNumber)? {
        let parts = Self.shown(name).split(separator: "#")
        guard parts.count == 3, let tag = try? repository.tag(id),
            let word = tag.message.split(whereSeparator: \.isWhitespace).last, let version = VersionNumber(word)
        else { return nil }
        return (String(parts[0]), String(parts[1]), version)
    }
}

extension References {
    /// The version that a tag is that of; `nil` for a tag of another kind.
    static func version(in tag: String, of model: String) -> VersionNumber? {
        let prefix = "\(tags)\(model)@"
        return tag.hasPrefix(prefix) ? VersionNumber(tag.dropFirst(prefix.count)) : nil
    }
}
