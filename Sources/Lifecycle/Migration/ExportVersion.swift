internal import Inference
internal import ModelPackage
package import ModelStore
package import Support
internal import TensorFiles

/// Writes a version in a form that other tools read.
package struct ExportVersion: Sendable {
    /// What is written.
    package enum Form: String, Sendable, CaseIterable {
        /// One file with the weights of a network.
        case safetensors
        /// All members, with a page that explains them.
        case directory
    }

    package var reference: ModelReference
    package var form: Form
    /// The file or directory to create; `nil` for one named after the version, here.
    package var output: String?
    package var dryRun = false

    package init(reference: ModelReference, form: Form) {
        self.reference = reference
        self.form = form
    }

    /// What was written.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let version: VersionNumber
        package let digest: Digest
        /// `safetensors` or `directory`.
        package let form: String
        /// As the user named it.
        package let output: String
        /// The files of a directory, or the tensors of a file.
        package let contents: [String]
        package let bytes: Int
        package let dryRun: Bool
        package let seconds: Double
    }

    /// Throws ``StoreError`` (15) when there is something at the place, or the version has no weights of ours.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let store = try await invocation.openStore()
        let record = try await invocation.package(reference, in: store)
        if form == .safetensors, record.kind != .network {
            throw StoreError(
                .refused,
                "\(record.title) is a model of another framework: mlops does not know where its weights are",
                hints: [
                    "take its files as they are: "
                        + "mlops migrate export \(record.model)@\(record.version) --to directory"
                ]
            )
        }
        let name = "\(record.model)-\(record.version)"
        let shown = output ?? (form == .safetensors ? "\(name).safetensors" : name)
        let path = invocation.resolve(shown)
        // A link that leads nowhere is something, too.
        guard FileSystem.entryKind(at: path) == nil else {
            throw StoreError(
                .refused,
                "there is something at `\(shown)` already",
                hints: ["name another place: --output PATH, or remove it"]
            )
        }
        let package = try store.package(of: record)
        let (contents, bytes) =
            switch form {
            case .safetensors: try writeWeights(of: record, package, to: path, invocation)
            case .directory: try writeDirectory(of: record, package, to: path, invocation)
            }
        return Report(
            model: record.model,
            version: record.version,
            digest: record.digest,
            form: form.rawValue,
            output: shown,
            contents: contents,
            bytes: bytes,
            dryRun: dryRun,
            seconds: stopwatch.seconds
        )
    }

    /// Writes the weights piece by piece: memory depends neither on the model nor on its largest tensor.
    private func writeWeights(
        of record: VersionRecord,
        _ package: PackageReader,
        to path: String,
        _ invocation: Invocation
    ) throws -> (contents: [String], bytes: Int) {
        let folder = try TemporaryFolder(in: dryRun ? TemporaryFolder.place(inProject: nil) : Path.parent(path))
        let weights = "\(folder.path)/\(MemberNames.weights)"
        try package.copy(MemberNames.weights, to: weights, cancellation: invocation.cancellation)
        let reader = try SafetensorsReader(path: weights)
        let layout = try SafetensorsLayout(
            reader.layout.entries.map { ($0.name, $0.elementType, $0.shape) },
            metadata: WeightsMetadata.of(record, ModelFiles(package, source: record.title))
        )
        if !dryRun {
            var writer = try SafetensorsWriter(path: path, layout: layout)
            for entry in layout.entries {
                try invocation.cancellation.check()
                try writer.write(entry.name, from: reader)
                invocation.progress.advance(
                    "writing \(record.title)",
                    done: layout.dataStart + entry.range.upperBound,
                    total: layout.byteCount,
                    unit: .bytes,
                    details: ""
                )
            }
            try writer.finish()
            invocation.progress.finish()
        }
        return (layout.entries.map(\.name), layout.byteCount)
    }

    private func writeDirectory(
        of record: VersionRecord,
        _ package: PackageReader,
        to path: String,
        _ invocation: Invocation
    ) throws -> (contents: [String], bytes: Int) {
        let members = package.manifest.members
        // A model of another framework may have brought a page of its own.
        let page = members.contains { $0.path == "README.md" } ? "README-mlops.md" : "README.md"
        let text = try ExportedPage(record, package, page: page).text
        if !dryRun {
            try invocation.unpack(package, to: path, title: record.title) { folder in
                try AtomicFile.write(text, to: "\(folder)/\(page)")
            }
        }
        return ([page] + members.map(\.path), members.reduce(text.utf8.count) { $0 + $1.size })
    }
}
