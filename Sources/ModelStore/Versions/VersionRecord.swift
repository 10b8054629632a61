package import ModelPackage
package import Support

/// One version in its model's ledger: everything that a list or a choice needs, without the weights.
package struct VersionRecord: JSONDocument, Hashable {
    package static let schema = Schema("version", 1)

    package let model: String
    package let version: VersionNumber
    package let digest: Digest
    package let kind: PackageKind
    /// The length of the uncompressed package in bytes.
    package let size: Int
    package let time: Timestamp
    package let actor: String
    /// The version that it was made from or is to replace.
    package let parent: VersionNumber?
    package let lineage: Lineage
    package let metrics: Metrics?
    /// The run that it was, in the project that registered it.
    package let run: Int?

    package init(
        model: String,
        version: VersionNumber,
        digest: Digest,
        kind: PackageKind,
        size: Int,
        time: Timestamp,
        actor: String,
        parent: VersionNumber?,
        lineage: Lineage,
        metrics: Metrics?,
        run: Int?
    ) {
        self.model = model
        self.version = version
        self.digest = digest
        self.kind = kind
        self.size = size
        self.time = time
        self.actor = actor
        self.parent = parent
        self.lineage = lineage
        self.metrics = metrics
        self.run = run
    }

    /// How people name it: `fashion v1.2.0`.
    package var title: String { "\(model) \(version)" }

    /// The name of its tag, `refs/tags/fashion@v1.2.0`.
    var tag: String { References.version(version, of: model) }

    /// The same version under another number, made from `parent`.
    func renumbered(_ number: VersionNumber, parent: VersionNumber?) -> VersionRecord {
        VersionRecord(
            model: model,
            version: number,
            digest: digest,
            kind: kind,
            size: size,
            time: time,
            actor: actor,
            parent: parent,
            lineage: lineage,
            metrics: metrics,
            run: run
        )
    }
}

/// The figures that a version was registered with: `metrics.json` in its tree.
package struct Metrics: JSONDocument, Hashable {
    package static let schema = Schema("metrics", 1)

    /// The name of the figure that lists show.
    package let main: String?
    /// The figures by their scikit-learn names.
    package let values: [String: Double]
    /// What they were measured on, such as `validation`.
    package let data: String?
    package let run: Int?

    package init(main: String?, values: [String: Double], data: String?, run: Int?) {
        self.main = main
        self.values = values
        self.data = data
        self.run = run
    }

    /// The figure that lists show.
    package var mainValue: Double? { main.flatMap { values[$0] } }
}
