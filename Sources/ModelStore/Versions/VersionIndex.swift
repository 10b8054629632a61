internal import Git
internal import Glibc
package import Support

/// One version in a list.
package struct VersionLine: Hashable, Sendable {
    package let version: VersionNumber
    package let time: Timestamp
    package let digest: Digest
    package let metric: String?
    package let value: Double?
}

/// A derived list of a model's versions, so that showing 10,000 of them reads one file instead of 10,000 objects.
///
/// It is never the truth: its first line names the ledger's commit that it was made from, and how many lines follow.
/// When the ledger has moved on, only the folders of the ledger that changed are read; when the file is missing or
/// broken, it is made anew.
struct VersionIndex {
    private static let header = "mlops-index 2 "

    private(set) var lines: [VersionLine]

    /// The versions in the tree of a ledger, each read by itself.
    init(readingTree tree: ObjectID, _ store: Store) throws { self = try VersionIndex.update(nil, to: tree, store) }

    private init(lines: [VersionLine]) { self.lines = lines }

    /// The versions of `model`, the newest first.
    static func load(_ model: String, from store: Store) throws -> VersionIndex {
        guard let tip = try store.tip(of: References.ledger(of: model)) else {
            throw StoreError.noModel(model, known: try store.models())
        }
        let file = "\(store.path)/mlops/index/\(model).tsv"
        let cached = (try? FileSystem.read(file)).flatMap { VersionIndex.parse($0) }
        if let cached, cached.commit == tip.commit { return cached.index }
        let base = cached.flatMap { cached in
            (try? store.repository.commit(cached.commit).tree).map { (cached.index, $0) }
        }
        let index = try VersionIndex.update(base, to: tip.tree, store)
        // Who is not the owner lists from the ledger each time: a file of his would lock the owner out.
        guard (try? FileSystem.owner(of: store.path)) == geteuid() else { return index }
        try? FileSystem.createDirectory(Path.parent(file))
        try? AtomicFile.write(index.encoded(commit: tip.commit), to: file, durable: false)
        return index
    }

    private static func update(
        _ base: (index: VersionIndex, tree: ObjectID)?,
        to tree: ObjectID,
        _ store: Store
    ) throws -> VersionIndex {
        func folders(_ root: ObjectID) throws -> [String: ObjectID] {
            guard let versions = try store.repository.entry(at: "versions", in: root) else { return [:] }
            return Dictionary(
                uniqueKeysWithValues: try store.repository.tree(versions.id).entries.map { ($0.name, $0.id) }
            )
        }
        let old = try base.map { try folders($0.tree) } ?? [:]
        var byVersion = Dictionary(
            (base?.index.lines ?? []).map { ($0.version, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for (name, id) in try folders(tree) where old[name] != id {
            let known = try old[name].map { try store.repository.tree($0).entries } ?? []
            for entry in try store.repository.tree(id).entries
            where LedgerPath.isVersion("\(LedgerPath.versions)\(name)/\(entry.name)") && !known.contains(entry) {
                let record = try JSON.decode(
                    VersionRecord.self,
                    from: try store.repository.object(entry.id, expecting: .blob),
                    source: entry.name
                )
                byVersion[record.version] = VersionLine(
                    version: record.version,
                    time: record.time,
                    digest: record.digest,
                    metric: record.metrics?.main,
                    value: record.metrics?.mainValue
                )
            }
        }
        return VersionIndex(
            lines: byVersion.values.sorted { ($0.time, $0.version) > ($1.time, $1.version) }
        )
    }

    private func encoded(commit: ObjectID) -> [UInt8] {
        var text = "\(VersionIndex.header)\(commit) \(lines.count)\n"
        for line in lines {
            let value = line.value.map { "\($0)" } ?? ""
            text +=
                "\(line.version)\t\(line.time.seconds)\t\(line.digest.hexadecimal)\t\(line.metric ?? "")\t\(value)\n"
        }
        return Array(text.utf8)
    }

    private static func parse(_ bytes: [UInt8]) -> (commit: ObjectID, index: VersionIndex)? {
        guard bytes.last == UInt8(ascii: "\n"), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let first = String(decoding: bytes[..<end], as: UTF8.self)
        guard first.hasPrefix(header), case let words = first.dropFirst(header.count).split(separator: " "),
            words.count == 2, let commit = ObjectID(words[0]), let count = Int(words[1]), count >= 0
        else { return nil }
        var lines: [VersionLine] = []
        lines.reserveCapacity(min(count, bytes.count / 70))
        // Most versions of a model have the same metric: its name is made once.
        var metric: (bytes: ArraySlice<UInt8>, name: String) = ([], "")
        var start = end + 1
        while start < bytes.endIndex {
            var fields: [5 of ArraySlice<UInt8>] = .init(repeating: [])
            for field in 0..<5 {
                let separator = field < 4 ? UInt8(ascii: "\t") : UInt8(ascii: "\n")
                guard let end = bytes[start...].firstIndex(of: separator) else { return nil }
                fields[field] = bytes[start..<end]
                start = end + 1
            }
            if fields[3] != metric.bytes { metric = (fields[3], String(decoding: fields[3], as: UTF8.self)) }
            guard let version = VersionNumber(utf8: fields[0]), let digest = Digest(digits: fields[2]),
                let seconds = Int64(String(decoding: fields[1], as: UTF8.self))
            else { return nil }
            lines.append(
                VersionLine(
                    version: version,
                    time: Timestamp(seconds: seconds),
                    digest: digest,
                    metric: metric.name.isEmpty ? nil : metric.name,
                    value: Double(String(decoding: fields[4], as: UTF8.self))
                )
            )
        }
        return lines.count == count ? (commit, VersionIndex(lines: lines)) : nil
    }
}

extension Store {
    /// All versions of a model as the ledger of the remote has them, the newest first; none where there is no such ledger.
    func publishedVersions(of model: String) throws -> [VersionLine] {
        guard let tip = try repository.reference(References.tracking(References.ledger(of: model))) else { return [] }
        if try repository.reference(References.ledger(of: model)) == tip { return try versions(of: model) }
        return try VersionIndex(readingTree: try repository.commit(tip).tree, self).lines
    }

    /// All versions of a model, the newest first.
    package func versions(of model: String) throws -> [VersionLine] {
        try VersionIndex.load(model, from: self).lines
    }
}
