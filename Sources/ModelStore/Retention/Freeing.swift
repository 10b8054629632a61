internal import Git
internal import Glibc
internal import ModelPackage
package import Support

/// What a clean-up did with the versions whose time has come.
package struct FreeingReport: Sendable {
    /// What became of one retired version.
    package enum Fate: Sendable, Hashable {
        /// Its weights are gone, here and at the remote.
        case freed
        /// Somebody needs it after all; why.
        case needed([String])
        /// Until then it can be taken back.
        case inQuarantine(Timestamp)
        /// Gone here; the remote keeps it, in its own words.
        case keptByRemote(String)
    }

    package var fates: [(version: String, fate: Fate)] = []
    package var bytesBefore = 0
    package var bytesAfter = 0
    /// Packs that are too young to be looked at; what is freed in them goes next time.
    package var youngPacks = 0
}

extension VersionRecord {
    /// How people name it: `fashion@v1.2.0`.
    fileprivate var name: String { "\(model)@\(version)" }
}

extension Store {
    /// Frees the weights of retired versions whose quarantine is over, here and at the remote.
    ///
    /// That they go is written into the ledgers first, and asked once more afterwards: what somebody has put live or taken back
    /// meanwhile stays, or comes back. `grace` is how many seconds old a pack must be to be made anew: plain git may just have
    /// brought it. It can be killed at any moment, and goes on where it was. The caller has looked at the remote. Throws ``RemoteError`` when it cannot be reached:
    /// nothing is freed here then that others may still ask for.
    package func free(grace: Int, dryRun: Bool) async throws -> FreeingReport {
        var report = FreeingReport()
        report.bytesBefore = try await size(client).bytes
        var there: [String: (id: ObjectID, commit: ObjectID)] = [:]
        if let remote, !connection.isOffline { there = try await listTags(at: remote) }
        var due: [VersionRecord] = []
        for model in try models() {
            for number in try retiredVersions(of: model).sorted() {
                let record = try version(number, of: model)
                guard let retirement = try retirement(of: record) else { continue }
                var needs = try needs(of: record)
                if !needs.isEmpty, retirement.freed != nil {
                    let isWhole = try holdsWhole(record)
                    if !isWhole, there[References.version(number, of: model)] == nil {
                        needs.append("but its weights are gone")
                    } else if !dryRun, !connection.isOffline {
                        try await keep(record, isThere: there[References.version(number, of: model)] != nil)
                    }
                }
                if remote != nil, connection.isOffline, retirement.freed == nil {
                    needs.append("perhaps others, who cannot be asked (--offline)")
                }
                if !needs.isEmpty {
                    report.fates.append((record.name, .needed(needs)))
                } else if retirement.freesAfter > clock.now() {
                    report.fates.append((record.name, .inQuarantine(retirement.freesAfter)))
                } else {
                    due.append(record)
                }
            }
        }
        var going = dryRun ? due : try await announce(due, &report)
        var kept: [String: String] = [:]
        if let remote, !connection.isOffline, !dryRun {
            there = try await listTags(at: remote)
            kept = try await delete(going, at: remote, there)
        }
        for record in going {
            let tag = References.version(record.version, of: record.model)
            guard try there[tag] != nil || repository.reference(tag) != nil else { continue }
            report.fates.append((record.name, kept[tag].map { .keptByRemote($0) } ?? .freed))
        }
        if !dryRun {
            going = try await takingBack(going)
            report.youngPacks = try await freeHere(going, grace: grace)
        }
        report.bytesAfter = try await size(client).bytes
        return report
    }

    /// Lets a version stay whose weights had begun to go, and somebody needs; who has them gives them back to the remote.
    private func keep(_ record: VersionRecord, isThere: Bool) async throws {
        let tag = References.version(record.version, of: record.model)
        if let remote, !isThere, let id = try repository.reference(tag) {
            guard try await push([PushedReference(tag, to: id)], to: remote)[tag] == .accepted else { return }
        }
        _ = try await note(freed: nil, of: [record.version], of: record.model)
    }

    /// Writes into the ledgers that some versions go; gives those that nobody has put live meanwhile.
    private func announce(_ due: [VersionRecord], _ report: inout FreeingReport) async throws -> [VersionRecord] {
        var announced: [VersionRecord] = []
        for (model, records) in Dictionary(grouping: due, by: \.model).sorted(by: { $0.key < $1.key }) {
            let numbers = try await note(freed: clock.now(), of: records.map(\.version), of: model)
            announced += records.filter { numbers.contains($0.version) }
        }
        guard !announced.isEmpty else { return [] }
        // Whoever had looked before us may have put one live.
        try await synchronize()
        var going: [VersionRecord] = []
        for record in announced {
            let needs = try needs(of: record)
            guard !needs.isEmpty else {
                going.append(record)
                continue
            }
            _ = try await note(freed: nil, of: [record.version], of: record.model)
            report.fates.append((record.name, .needed(needs)))
        }
        return going
    }

    /// Why the environments need a version.
    private func needs(of record: VersionRecord) throws -> [String] {
        try environments().flatMap { environment -> [String] in
            // What cannot be read may need anything.
            guard let state = try? state(of: environment, model: record.model) else {
                return ["the ledger of \(environment) cannot be read"]
            }
            return state.deployment.map { RetentionRule.needs(of: $0, recent: 0)[record.version] ?? [] } ?? []
        }
    }

    /// Gives the remote back what somebody has registered once more or put live while it went; the others go here, too.
    private func takingBack(_ records: [VersionRecord]) async throws -> [VersionRecord] {
        guard let remote, !connection.isOffline else { return records }
        try await synchronize()
        let (gone, wanted) = try records.reduce(into: ([VersionRecord](), [VersionRecord]())) { parts, record in
            let isGone =
                try retirement(of: record)?.freed != nil && needs(of: record).isEmpty
            if isGone { parts.0.append(record) } else { parts.1.append(record) }
        }
        let tags = try wanted.compactMap { record -> PushedReference? in
            let name = References.version(record.version, of: record.model)
            return try repository.reference(name).map { PushedReference(name, to: $0) }
        }
        if !tags.isEmpty { _ = try await push(tags, to: remote) }
        return gone
    }

    /// Deletes the tags of versions at the remote, and GTO's tags that lead to them; gives why tags of versions stayed.
    private func delete(
        _ records: [VersionRecord],
        at remote: Remote,
        _ there: [String: (id: ObjectID, commit: ObjectID)]
    ) async throws -> [String: String] {
        let tags = records.map { References.version($0.version, of: $0.model) }.filter { there[$0] != nil }
        let commits = Set(tags.compactMap { there[$0]?.commit })
        var names = there.filter { $0.key.contains("#") && commits.contains($0.value.commit) }.map(\.key)
        // A clone may have brought one back whose version was gone.
        let living = Set(there.filter { !$0.key.contains("#") }.map(\.value.commit))
        let orphans = there.filter { $0.key.contains("#") && !living.contains($0.value.commit) }.map(\.key)
        if !orphans.isEmpty {
            let ours = try assignments(of: records)
            names += orphans.filter(ours.contains)
        }
        let all = tags + names.sorted()
        var kept: [String: String] = [:]
        for start in stride(from: 0, to: all.count, by: 200) {
            let part = all[start..<min(start + 200, all.count)]
            let deletions = part.compactMap { name in
                there[name].map { PushedReference(deleting: name, expecting: $0.id) }
            }
            let results = try await push(deletions, to: remote)
            for name in part {
                switch results[name] {
                case .refused(let reason)?: kept[name] = reason
                case .stale?, .dragged?: kept[name] = "it was moved meanwhile"
                case .accepted?, nil: continue
                }
            }
        }
        return kept
    }

    /// The names of GTO's tags of some versions, as the ledgers of the environments tell them.
    private func assignments(of records: [VersionRecord]) throws -> Set<String> {
        var names: Set<String> = []
        for (model, records) in Dictionary(grouping: records, by: \.model) {
            let digests = Set(records.map(\.digest))
            for environment in try environments() {
                for deployment in (try? history(of: environment, model: model, limit: .max)) ?? []
                where deployment.serving.map({ digests.contains($0.digest) }) == true {
                    names.insert(References.assignment(deployment.revision, of: model, in: environment))
                }
            }
        }
        return names
    }

    /// Deletes the tags of versions here, and the objects that nothing else needs; gives how many packs were too young.
    private func freeHere(_ records: [VersionRecord], grace: Int) async throws -> Int {
        let lock = try ObjectsLock.freeing(path)
        defer { withExtendedLifetime(lock) {} }
        let doomed = try tagsHere(of: records)
        var blobs: Set<String> = []
        for record in records { blobs.formUnion(try manifest(of: record).chunks.map(\.blob)) }
        if !doomed.isEmpty {
            let lines = doomed.map { "delete \($0.name) \($0.id)\n" }.joined()
            let writing = try StoreLock(storeAt: path, verb: verb, clock: clock)
            try await client.run(["update-ref", "-m", "retire", "--stdin"], input: lines)
            _ = consume writing
        }
        guard !blobs.isEmpty else { return 0 }
        blobs.subtract(try blobsInUse())
        for name in blobs {
            try FileSystem.removeFile("\(path)/objects/\(name.prefix(2))/\(name.dropFirst(2))")
        }
        return try await repackWithout(blobs, grace: grace)
    }

    private func tagsHere(of records: [VersionRecord]) throws -> [(name: String, id: ObjectID)] {
        var doomed: [(name: String, id: ObjectID)] = []
        var commits: Set<ObjectID> = []
        for record in records {
            let name = References.version(record.version, of: record.model)
            guard let id = try repository.reference(name) else { continue }
            doomed.append((name, id))
            commits.insert(try repository.tag(id).target)
        }
        guard !commits.isEmpty else { return [] }
        for (name, id) in try repository.references(under: References.tags) where name.contains("#") {
            if let tag = try? repository.tag(id), commits.contains(tag.target) { doomed.append((name, id)) }
        }
        return doomed
    }

    /// The chunks of every version that is here and stays.
    private func blobsInUse() throws -> Set<String> {
        var used: Set<String> = []
        for model in try models() {
            for line in try versions(of: model) {
                let record = try version(line.version, of: model)
                guard try holds(record) else { continue }
                used.formUnion(try manifest(of: record).chunks.map(\.blob))
            }
        }
        return used
    }

    /// Makes the packs that hold any of the blobs anew, without what nothing refers to.
    private func repackWithout(_ blobs: Set<String>, grace: Int) async throws -> Int {
        let limit = Int(clock.now().seconds) - grace
        let folder = "\(path)/objects/pack"
        let packs = ((try? FileSystem.names(in: folder)) ?? []).filter { $0.hasSuffix(".pack") }
        let young = packs.filter { ((try? FileSystem.modificationTime(of: "\(folder)/\($0)")) ?? 0) > limit }
        if young.count < packs.count {
            try await client.run(
                ["repack", "-q", "-a", "-d", "-l", "--no-write-bitmap-index"] + young.map { "--keep-pack=\($0)" }
            )
        }
        try await client.run(["prune", "--expire=2.weeks.ago"])
        return young.count
    }
}
