internal import Git
package import Support

/// A version whose weights nobody needs any more: `retired/…/v1.2.0.json` in its model's ledger.
///
/// What it was made of, its figures, checks and card stay in the ledger for ever; the weights go when `freesAfter` has come.
package struct RetirementRecord: JSONDocument, Hashable {
    package static let schema = Schema("retirement", 1)

    package let model: String
    package let version: VersionNumber
    package let digest: Digest
    package let actor: String
    package let reason: String?
    package let time: Timestamp
    /// Until then it can be taken back.
    package let freesAfter: Timestamp
    /// When somebody began to remove its weights, from when on it can neither be taken back nor go live; `nil` before.
    package let freed: Timestamp?

    /// The same, with its weights going since `time`.
    func freed(at time: Timestamp?) -> RetirementRecord { changed(version: version, freed: time) }

    /// The same, of the package under another number.
    func renumbered(_ number: VersionNumber) -> RetirementRecord { changed(version: number, freed: freed) }

    private func changed(version: VersionNumber, freed: Timestamp?) -> RetirementRecord {
        RetirementRecord(
            model: model,
            version: version,
            digest: digest,
            actor: actor,
            reason: reason,
            time: time,
            freesAfter: freesAfter,
            freed: freed
        )
    }
}

extension LedgerPath {
    static let retired = "retired/"

    static func retirement(_ version: VersionNumber) -> String {
        "\(retired)\(self.version(version).dropFirst(versions.count))"
    }
}

extension Store {
    /// Who has retired a version, and when it goes; `nil` for one that stays.
    package func retirement(of record: VersionRecord) throws -> RetirementRecord? {
        let path = LedgerPath.retirement(record.version)
        guard let bytes = try repository.blob(at: path, in: try ledgerTree(of: record)) else { return nil }
        let found = try JSON.decode(RetirementRecord.self, from: bytes, source: "the retirement of \(record.title)")
        return found.digest == record.digest ? found : nil
    }

    /// The numbers of the versions of a model that are retired.
    package func retiredVersions(of model: String) throws -> Set<VersionNumber> {
        let root = try ledgerTree(of: model)
        guard let folder = try repository.entry(at: String(LedgerPath.retired.dropLast()), in: root) else { return [] }
        var found: Set<VersionNumber> = []
        for part in try repository.tree(folder.id).entries {
            for entry in try repository.tree(part.id).entries {
                if let number = VersionNumber(entry.name.dropLast(".json".count)) { found.insert(number) }
            }
        }
        return found
    }
}
