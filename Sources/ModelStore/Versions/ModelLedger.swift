internal import Git
package import Support

/// The summary at the root of a model's ledger, so that an event costs the same after 10 versions and after 100,000.
struct LedgerSummary: JSONDocument {
    static let schema = Schema("ledger", 1)

    /// One line about a version.
    struct Line: Codable, Hashable, Sendable {
        let version: VersionNumber
        let digest: Digest
        let time: Timestamp
        let metric: String?
        let value: Double?
    }

    let model: String
    /// How many versions were registered.
    var count: Int
    /// The newest versions, newest first.
    var newest: [Line]

    /// How many versions the summary and the page show.
    static let limit = 20
}

/// Where things are in the tree of a model's ledger.
enum LedgerPath {
    static let summary = "ledger.json"
    static let readme = "README.md"

    /// The folder that spreads files evenly: two digits of the name's SHA-256.
    private static func fan(_ name: String) -> String {
        String(Digest(of: Array(name.utf8)).hexadecimal.prefix(2))
    }

    static let versions = "versions/"

    /// Whether a file of the ledger is the record of a version.
    static func isVersion(_ path: String) -> Bool {
        path.hasPrefix(versions) && path.hasSuffix(".json") && !path.hasSuffix(manifestSuffix)
    }

    /// Whether a file of the ledger follows from the others, and from the packages.
    static func isDerived(_ path: String) -> Bool {
        path == summary || path == readme || path.hasPrefix("digests/")
            || path.hasPrefix(versions) && !isVersion(path)
    }

    private static let manifestSuffix = ".manifest.json"

    static func version(_ version: VersionNumber) -> String { "\(stem(version)).json" }

    /// What the package of a version is made of, and its card: the same blobs as in the version's own tree, so that they
    /// stay when the package goes.
    static func manifest(_ version: VersionNumber) -> String { "\(stem(version))\(manifestSuffix)" }
    static func card(_ version: VersionNumber) -> String { "\(stem(version)).md" }

    private static func stem(_ version: VersionNumber) -> String { "\(versions)\(fan("\(version)"))/\(version)" }

    /// Says which version has a digest.
    static func digest(_ digest: Digest) -> String { "digests/\(digest.hexadecimal.prefix(2))/\(digest.hexadecimal)" }

    static func checks(of digest: Digest) -> String { "checks/\(digest.hexadecimal.prefix(2))/\(digest.hexadecimal)" }
}

extension Store {
    /// The names of all models, sorted.
    package func models() throws -> [String] {
        try repository.references(under: References.models).map { String($0.name.dropFirst(References.models.count)) }
    }

    /// The newest version of a model.
    package func latest(of model: String) throws -> VersionRecord {
        let summary = try ledgerSummary(of: model)
        guard let newest = summary.newest.first else {
            throw StoreError(.integrity, "the ledger of `\(model)` is empty")
        }
        return try version(newest.version, of: model)
    }

    /// One version of a model.
    ///
    /// Throws ``StoreError`` (14) when there is no such model or version.
    package func version(_ version: VersionNumber, of model: String) throws -> VersionRecord {
        guard let record = try findVersion(version, of: model) else {
            throw StoreError.noVersion(
                version,
                of: model,
                latest: try ledgerSummary(of: model).newest.first?.version ?? .first
            )
        }
        return record
    }

    /// One version of a model; `nil` when the model has no such version.
    package func findVersion(_ version: VersionNumber, of model: String) throws -> VersionRecord? {
        let tree = try ledgerTree(of: model)
        return try versionRecord(version, of: model, in: tree)
    }

    /// The version that a deployment names, by its number and its digest.
    ///
    /// Under a number that was given offline, the remote may have another package than this store: the digest says which one is meant.
    /// Throws ``StoreError``: no such version (14), the number belongs to another package (12).
    package func version(_ reference: VersionReference, of model: String) throws -> VersionRecord {
        let own = try findVersion(reference.version, of: model)
        if let own, own.digest == reference.digest { return own }
        if let there = try published(reference.version, of: model), there.digest == reference.digest { return there }
        guard let own else { return try version(reference.version, of: model) }
        throw StoreError.otherPackage(reference, than: own)
    }

    /// What is wrong with the version that a deployment has put live; `nil` when it is the one that the ledger of its model names.
    package func contradiction(in deployment: Deployment) -> String? {
        guard let serving = deployment.serving else { return nil }
        do {
            _ = try version(serving, of: deployment.model)
            return nil
        } catch { return "\(error)" }
    }

    /// A version as the ledger of the remote has it, when it was seen last; `nil` where that has no such version.
    func published(_ number: VersionNumber, of model: String) throws -> VersionRecord? {
        guard let tip = try repository.reference(References.tracking(References.ledger(of: model))) else { return nil }
        return try versionRecord(number, of: model, in: try repository.commit(tip).tree)
    }

    /// The version of a model that has a digest; `nil` when there is none.
    package func version(with digest: Digest, of model: String) throws -> VersionRecord? {
        guard let tip = try tip(of: References.ledger(of: model)), let number = try number(with: digest, in: tip.tree)
        else { return nil }
        return try versionRecord(number, of: model, in: tip.tree)
    }

    /// The number of the version with a digest in the tree of a ledger; `nil` when there is none.
    func number(with digest: Digest, in tree: ObjectID) throws -> VersionNumber? {
        guard let bytes = try repository.blob(at: LedgerPath.digest(digest), in: tree) else { return nil }
        return VersionNumber(String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? "")
    }

    /// The checks of one package, oldest first.
    package func checks(of digest: Digest, model: String) throws -> [CheckRecord] {
        let tree = try ledgerTree(of: model)
        guard let folder = try repository.entry(at: LedgerPath.checks(of: digest), in: tree), folder.isTree else {
            return []
        }
        return try repository.tree(folder.id).entries.map { entry in
            try JSON.decode(
                CheckRecord.self,
                from: try repository.object(entry.id, expecting: .blob),
                source: entry.name
            )
        }
    }

    /// Writes down the result of a check.
    ///
    /// Another writer on the same ledger does no harm: both stay.
    package func record(_ check: CheckRecord, model: String, actor: Actor) async throws {
        let bytes = try JSON.encode(check)
        // Two checks in one second have different contents, and so different names.
        let name = "\(check.time)-\(Digest(of: bytes).hexadecimal.prefix(8)).json"
        try await change(References.ledger(of: model), completingRegistrations: true) { store in
            guard let tip = try store.tip(of: References.ledger(of: model)) else {
                throw StoreError.noModel(model, known: try store.models())
            }
            var writer = LooseObjectWriter(repositoryAt: store.path)
            let tree = try writer.write(
                changes: [("\(LedgerPath.checks(of: check.digest))/\(name)", bytes)],
                to: tip.tree,
                into: store.repository
            )
            let move = try store.planCommit(
                tree: tree,
                on: References.ledger(of: model),
                after: tip.commit,
                actor: actor,
                message: "\(check.check) \(check.digest.short): \(check.verdict.rawValue)",
                writer: &writer
            )
            return ((), Change(moves: [move]))
        }
    }

    /// The tree of the ledger in which a version stands: ours, or, where our number is another package, that of the remote.
    func ledgerTree(of record: VersionRecord) throws -> ObjectID {
        let own = try ledgerTree(of: record.model)
        if try versionRecord(record.version, of: record.model, in: own)?.digest == record.digest { return own }
        guard let tip = try repository.reference(References.tracking(References.ledger(of: record.model))),
            case let tree = try repository.commit(tip).tree,
            try versionRecord(record.version, of: record.model, in: tree)?.digest == record.digest
        else { return own }
        return tree
    }

    func ledgerTree(of model: String) throws -> ObjectID {
        guard let tip = try tip(of: References.ledger(of: model)) else {
            throw StoreError.noModel(model, known: try models())
        }
        return tip.tree
    }

    func ledgerSummary(of model: String) throws -> LedgerSummary {
        try ledgerSummary(of: model, in: try ledgerTree(of: model))
    }

    func ledgerSummary(of model: String, in tree: ObjectID) throws -> LedgerSummary {
        guard let bytes = try repository.blob(at: LedgerPath.summary, in: tree) else {
            throw StoreError(.integrity, "the ledger of `\(model)` has no \(LedgerPath.summary)")
        }
        return try JSON.decode(LedgerSummary.self, from: bytes, source: "the ledger of `\(model)`")
    }

    /// Whether the tree of a ledger has a version, whose record is not read.
    func has(_ version: VersionNumber, in tree: ObjectID) throws -> Bool {
        try repository.entry(at: LedgerPath.version(version), in: tree) != nil
    }

    func versionRecord(_ version: VersionNumber, of model: String, in tree: ObjectID) throws -> VersionRecord? {
        let found = try naming("the entry of \(model) \(version)") {
            try repository.blob(at: LedgerPath.version(version), in: tree)
        }
        guard let bytes = found else { return nil }
        return try JSON.decode(VersionRecord.self, from: bytes, source: "\(model) \(version)")
    }
}
