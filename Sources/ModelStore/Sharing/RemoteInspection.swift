internal import Git
internal import ModelPackage
internal import Support

/// What a remote has of what its ledgers name, and what its host would let happen.
package struct RemoteInspection: Sendable {
    /// Versions that the ledgers name and whose tags the remote does not have; with whether they are on this machine.
    package var lost: [(version: String, isHere: Bool)] = []
    /// Versions whose tags lead to other packages at the remote than their ledgers name; with whether the right one is on this machine.
    package var moved: [(version: String, isHere: Bool)] = []
    /// Tags of versions that no ledger names: a registration was cut short.
    package var orphans: [String] = []
    package var rewritten: [String] = []
    /// Branches that are none of a store's.
    package var foreign: [String] = []
    package var versions = 0
    /// The largest version that there is: its name, and the bytes of its package.
    package var largest: (version: String, bytes: Int)?
    /// How many bytes a push may have at most, zero for any number; `nil` where the host cannot be asked.
    package var sizeLimit: Int?
    /// The rules of the host, by name; `nil` for one that cannot be asked from here.
    package var rules: [(rule: Rule, isEnforced: Bool?)] = []

    /// What a host should refuse.
    package enum Rule: String, CaseIterable, Sendable {
        case forcedPushes = "forced_pushes"
        case deletions
        case damagedObjects = "damaged_objects"

        /// The setting of git that makes a bare repository refuse it.
        package var setting: String {
            switch self {
            case .forcedPushes: "receive.denyNonFastForwards"
            case .deletions: "receive.denyDeletes"
            case .damagedObjects: "receive.fsckObjects"
            }
        }
    }
}

extension Store {
    /// Compares the ledgers with the tags of the remote, and asks its host for its rules, as far as that can be done.
    ///
    /// With `probing`, a branch of our own, `mlops-check/…`, is pushed, rewritten and deleted there, to see what is refused.
    package func inspectRemote(probing: Bool) async throws -> RemoteInspection {
        guard let remote else { throw StoreError.noRemote }
        try await synchronize()
        let refs = try await list(["\(References.heads)*", "\(References.tags)*@*"], at: remote)
        var inspection = RemoteInspection()
        inspection.rewritten = RemoteMemory(storeAt: path).rewritten
        inspection.foreign = refs.keys.filter { $0.hasPrefix(References.heads) && Ledger(reference: $0) == nil }
            .map(Self.shown).sorted()
        var known: Set<String> = []
        for model in try models() {
            let retired = try retiredVersions(of: model)
            for line in try publishedVersions(of: model) {
                let tag = References.version(line.version, of: model)
                known.insert(tag)
                inspection.versions += 1
                guard let record = try published(line.version, of: model) else { continue }
                if record.size > inspection.largest?.bytes ?? 0 {
                    inspection.largest = ("\(model)@\(line.version)", record.size)
                }
                guard refs[tag] == nil, !retired.contains(line.version) else { continue }
                inspection.lost.append(("\(model)@\(line.version)", try holds(record)))
            }
            inspection.moved += try await movedTags(of: model, among: refs, at: remote)
        }
        inspection.orphans = refs.keys.filter { $0.hasPrefix(References.tags) && !known.contains($0) }
            .map(Self.shown).sorted()
        inspection.rules = try await rules(of: remote, probing: probing)
        inspection.sizeLimit = await sizeLimit(of: remote)
        return inspection
    }

    /// The versions of a model whose tags lead to other packages than the ledger says.
    ///
    /// A tag is suspect when it is not the one that is here, or that of another version, too: what it leads to is fetched then.
    private func movedTags(
        of model: String,
        among refs: [String: ObjectID],
        at remote: Remote
    ) async throws -> [(version: String, isHere: Bool)] {
        let names = refs.filter { References.version(in: $0.key, of: model) != nil }
        let counts = Dictionary(names.map { ($0.value, 1) }, uniquingKeysWith: +)
        var moved: [(version: String, isHere: Bool)] = []
        for (name, id) in names.sorted(by: { $0.key < $1.key }) {
            let own = try repository.reference(name)
            guard counts[id] != 1 || (own != nil && own != id), let number = References.version(in: name, of: model),
                let record = try published(number, of: model)
            else { continue }
            if !repository.contains(id) { _ = try await fetch([name], from: remote) }
            let title = "the tag \(Self.shown(name)) of the remote"
            let found = try? Manifest(reading: try keptFiles(ofTag: id, title: title).manifest, source: title).digest
            guard found != record.digest else { continue }
            moved.append((Self.shown(name), try holds(record) && (try? manifest(of: record)) != nil))
        }
        return moved
    }

    private func rules(
        of remote: Remote,
        probing: Bool
    ) async throws -> [(rule: RemoteInspection.Rule, isEnforced: Bool?)] {
        if let path = remote.address.localPath, FileSystem.isDirectory(path) {
            let host = GitClient(repositoryAt: path, cancellation: connection.cancellation)
            var found: [(rule: RemoteInspection.Rule, isEnforced: Bool?)] = []
            for rule in RemoteInspection.Rule.allCases {
                let value = try? await host.run(["config", "--bool", rule.setting])
                found.append((rule, value == "true\n"))
            }
            return found
        }
        let probed = probing ? try await probe(remote) : [:]
        return RemoteInspection.Rule.allCases.map { ($0, probed[$0]) }
    }

    /// How many bytes a push may have, where the remote is a repository on a path.
    private func sizeLimit(of remote: Remote) async -> Int? {
        guard let path = remote.address.localPath, FileSystem.isDirectory(path) else { return nil }
        let host = GitClient(repositoryAt: path, cancellation: connection.cancellation)
        let value = try? await host.run(["config", "--type=int", "receive.maxInputSize"])
        return value.flatMap { Int($0.dropLast()) } ?? 0
    }

    /// Pushes a branch of our own, and looks whether it can be rewritten and deleted.
    private func probe(_ remote: Remote) async throws -> [RemoteInspection.Rule: Bool] {
        guard let first = try repository.reference(References.format) else { return [:] }
        let tree = try repository.commit(first).tree
        var writer = LooseObjectWriter(repositoryAt: path)
        let author = Identity(name: "mlops", email: "mlops@\(hostName())", time: clock.now())
        let ids = try ["first", "second"].map { message in
            try writer.write(
                Commit(tree: tree, parents: [], author: author, message: "\(message)\n"),
                into: repository
            )
        }
        try writer.commit()
        let branch = "\(References.heads)mlops-check/\(hostName())-\(clock.now().seconds)"
        func push(_ arguments: [String]) async throws -> Bool {
            let outcome = try await client.execute(
                connection.credentials(for: remote.address) + ["push", "--porcelain", "--no-verify"] + arguments,
                timeLimit: Connection.patience
            )
            return outcome.status == 0
        }
        let address = remote.address.description
        guard try await push([address, "\(ids[0]):\(branch)"]) else { return [:] }
        // The only place where something is forced: on a branch that nobody else knows, because that is the question.
        let isRewritable = try await push(["--force", address, "\(ids[1]):\(branch)"])
        let isDeletable = try await push([address, ":\(branch)"])
        return [.forcedPushes: !isRewritable, .deletions: !isDeletable]
    }
}
