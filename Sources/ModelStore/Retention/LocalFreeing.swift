internal import Git
internal import ModelPackage
internal import Support

extension Store {
    /// Deletes the tags of versions here, and the objects that nothing else needs; gives how many packs were too young.
    ///
    /// While something of earlier versions may be left, because somebody was killed or packs were too young, a note says so, and
    /// these are gone through once more.
    func freeHere(_ records: [VersionRecord], grace: Int) async throws -> Int {
        let note = "\(path)/mlops/freeing"
        guard FileSystem.exists(note) || !records.isEmpty else { return 0 }
        let lock = try ObjectsLock.freeing(path)
        defer { withExtendedLifetime(lock) {} }
        // Whoever was waited for, may have registered one of them once more, or have been killed on the way.
        let isUnfinished = FileSystem.exists(note)
        let needed = try Needs(of: try models(), in: self)
        let going = try isUnfinished ? freedVersions() : records
        try AtomicFile.write("", to: note)
        let young = try await remove(
            try going.filter { try retirement(of: $0)?.freed != nil && needed[$0].isEmpty },
            beyond: grace
        )
        if young == 0, !needed.isIncomplete { try FileSystem.removeFile(note) }
        return young
    }

    /// The versions whose weights have begun to go.
    func freedVersions() throws -> [VersionRecord] {
        try models().flatMap { model in
            try retiredVersions(of: model).map { try version($0, of: model) }
                .filter { try retirement(of: $0)?.freed != nil }
        }
    }

    private func remove(_ records: [VersionRecord], beyond grace: Int) async throws -> Int {
        let doomed = try tagsHere(of: records)
        var blobs: Set<String> = []
        for record in records { blobs.formUnion(try manifest(of: record).chunks.map(\.blob)) }
        if !doomed.isEmpty {
            var transaction = ReferenceTransaction()
            for tag in doomed { transaction.delete(tag.name, at: tag.id) }
            try await commit(transaction, reason: "retire")
        }
        guard !blobs.isEmpty else { return 0 }
        blobs.subtract(try blobsInUse())
        for name in blobs {
            try FileSystem.removeFile("\(path)/objects/\(name.prefix(2))/\(name.dropFirst(2))")
        }
        return try await repack(grace: grace)
    }

    private func tagsHere(of records: [VersionRecord]) throws -> [(name: String, id: ObjectID)] {
        var doomed: [(name: String, id: ObjectID)] = []
        var commits: Set<ObjectID> = []
        for record in records {
            guard let id = try repository.reference(record.tag) else { continue }
            doomed.append((record.tag, id))
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

    /// Makes all packs but the young ones anew, without what nothing refers to; gives how many are young.
    private func repack(grace: Int) async throws -> Int {
        let limit = Int(clock.now().seconds) - grace
        let packs = packs
        let young = packs.filter { ((try? FileSystem.modificationTime(of: $0)) ?? 0) > limit }
        if young.count < packs.count {
            try await client.run(["repack", "-q", "-a", "-d", "-l", "--no-write-bitmap-index"] + keeping(young))
        }
        try await client.run(["prune", "--expire=2.weeks.ago"])
        return young.count
    }
}
