internal import Git
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

/// Retired versions of all models, by what is to become of them.
private struct RetiredVersions {
    /// Nobody needs them, and their quarantine is over.
    var due: [VersionRecord] = []
    /// Their weights had begun to go, and somebody needs them: they stay.
    var wanted: [VersionRecord] = []
}

extension Store {
    /// Frees the weights of retired versions whose quarantine is over, here and at the remote.
    ///
    /// That they go is written into the ledgers first, and asked once more afterwards: what somebody has put live or taken back
    /// meanwhile stays, or comes back. `grace` is how many seconds old a pack must be to be made anew: plain git may just have
    /// brought it. It can be killed at any moment, and goes on where it was. The caller has looked at the remote. Throws
    /// ``RemoteError`` when it cannot be reached: nothing is freed here then that others may still ask for.
    package func free(grace: Int, dryRun: Bool) async throws -> FreeingReport {
        var report = FreeingReport()
        report.bytesBefore = try await size(client).bytes
        var there: [String: (id: ObjectID, commit: ObjectID)] = [:]
        if let remote, !connection.isOffline { there = try await listTags(at: remote) }
        let retired = try retired(there, &report)
        guard !dryRun else {
            for record in retired.due where try isAnywhere(record, there) {
                report.fates.append((record.name, .freed))
            }
            report.bytesAfter = report.bytesBefore
            return report
        }
        for record in connection.isOffline ? [] : retired.wanted {
            try await keep(record, isThere: there[record.tag] != nil)
        }
        var going = try await announce(retired.due, &report)
        var kept: [String: String] = [:]
        if let remote, !connection.isOffline, !going.isEmpty {
            there = try await listTags(at: remote)
            kept = try await delete(going, at: remote, there)
            let announced = going
            going = try await takingBack(going)
            report.fates += announced.filter { !going.contains($0) }
                .map { ($0.name, .needed(["put live or registered once more, just now"])) }
        }
        for record in going where try isAnywhere(record, there) {
            report.fates.append((record.name, kept[record.tag].map { .keptByRemote($0) } ?? .freed))
        }
        if let remote, !connection.isOffline { try await deleteOrphans(at: remote, among: there) }
        report.youngPacks = try await freeHere(going, grace: grace)
        report.bytesAfter = try await size(client).bytes
        return report
    }

    /// Whether the tag of a version is at the remote or here.
    private func isAnywhere(
        _ record: VersionRecord,
        _ there: [String: (id: ObjectID, commit: ObjectID)]
    ) throws -> Bool {
        try there[record.tag] != nil || repository.reference(record.tag) != nil
    }

    /// Sorts the retired versions; what has gone everywhere is left out, as are those that `report` says something else of.
    private func retired(
        _ there: [String: (id: ObjectID, commit: ObjectID)],
        _ report: inout FreeingReport
    ) throws -> RetiredVersions {
        let here = Set(try repository.references(under: References.tags).map(\.name))
        var found = RetiredVersions()
        let models = try models()
        let needed = try Needs(of: models, in: self)
        for model in models {
            for number in try retiredVersions(of: model).sorted() {
                let record = try version(number, of: model)
                let isSomewhere = here.contains(record.tag) || there[record.tag] != nil
                var needs = needed[record]
                guard let retirement = try retirement(of: record),
                    isSomewhere || retirement.freed == nil || !needs.isEmpty
                else { continue }
                if !needs.isEmpty, retirement.freed != nil {
                    if try there[record.tag] != nil || holdsWhole(record) {
                        found.wanted.append(record)
                    } else {
                        needs.append("but its weights are gone")
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
                    found.due.append(record)
                }
            }
        }
        return found
    }

    /// Lets a version stay whose weights had begun to go, and somebody needs; who has them gives them back to the remote.
    private func keep(_ record: VersionRecord, isThere: Bool) async throws {
        if let remote, !isThere, let id = try repository.reference(record.tag) {
            guard try await push([PushedReference(record.tag, to: id)], to: remote)[record.tag] == .accepted else {
                return
            }
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
        let needed = try Needs(of: announced.map(\.model), in: self)
        for record in announced {
            let needs = needed[record]
            guard !needs.isEmpty else {
                going.append(record)
                continue
            }
            _ = try await note(freed: nil, of: [record.version], of: record.model)
            report.fates.append((record.name, .needed(needs)))
        }
        return going
    }

    /// Gives the remote back what somebody has registered once more or put live while it went; the others go here, too.
    private func takingBack(_ records: [VersionRecord]) async throws -> [VersionRecord] {
        guard let remote, !connection.isOffline else { return records }
        try await synchronize()
        let needed = try Needs(of: records.map(\.model), in: self)
        let (gone, wanted) = try records.reduce(into: ([VersionRecord](), [VersionRecord]())) { parts, record in
            let isGone = try retirement(of: record)?.freed != nil && needed[record].isEmpty
            if isGone { parts.0.append(record) } else { parts.1.append(record) }
        }
        let tags = try wanted.compactMap { record in
            try repository.reference(record.tag).map { PushedReference(record.tag, to: $0) }
        }
        if !tags.isEmpty { _ = try await push(tags, to: remote) }
        return gone
    }
}
