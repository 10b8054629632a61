internal import Datasets
internal import ModelStore
internal import ProjectFile
internal import Support
internal import Templates

/// Makes a project: a project file, a store, and what a template brings.
package struct Initialize: Sendable {
    /// The directory; created when it is missing.
    package var directory: String
    /// A ready project; `nil` for an empty one, or one that is made for a table.
    package var template: String?
    /// A table to make a project for; `nil` for none.
    package var table: Table?
    /// The host whose continuous integration is to carry the model; `nil` for none.
    package var pipeline: PipelineHost?
    package var dryRun = false

    /// A host of continuous integration.
    package enum PipelineHost: String, Encodable, CaseIterable, Sendable {
        case github
        case gitlab
    }

    /// A table that a project is to be made for.
    package struct Table: Sendable {
        package var path: String
        package var target: String
        /// The name of the model; `nil` for that of the target.
        package var model: String?

        package init(path: String, target: String, model: String?) {
            self.path = path
            self.target = target
            self.model = model
        }
    }

    package init(directory: String, template: String?) {
        self.directory = directory
        self.template = template
    }

    /// What was made.
    package struct Report: Encodable, Sendable {
        package let directory: String
        package let template: String?
        package let pipeline: PipelineHost?
        /// The directory of the store, or its address.
        package let store: String
        /// The files that were written, below the directory.
        package let files: [String]
        /// What the look at the table showed; empty without one.
        package let findings: [String]
        package let changed: Bool
        package let dryRun: Bool
    }

    /// Makes the project, with a store where `--store`, `MLOPS_STORE` or `store:` in its file say, unless there is one.
    ///
    /// At the address of an empty repository a shared store is made.
    /// Throws ``StoreError``: no such template (14), a file that would be overwritten (15), something else where the store
    /// should be (10). Nothing is written then.
    package func run(in invocation: Invocation) async throws -> Report {
        let root = invocation.resolve(directory)
        let proposal = try table.map { try propose($0, root, invocation) }
        var files = try proposal.map { [("mlops.yaml", Array($0.text.utf8))] } ?? templateFiles()
        let hasProject = FileSystem.exists("\(root)/mlops.yaml")
        // An empty project in a directory that has one already only adds what is missing.
        if template == nil && proposal == nil && hasProject { files = [] }
        let location = try storeLocation(root, hasProject: hasProject, invocation)
        let shown = location.address?.description ?? location.path
        if invocation.store != nil { files = naming(shown, in: files) }
        if location.address != nil { files = withoutDirectories(files) }
        if let pipeline { files += try Templates.pipeline(for: pipeline.rawValue).map { ($0.path, $0.content) } }
        // What an interrupted `init` has written is as good as not there.
        files.removeAll { (try? FileSystem.read("\(root)/\($0.path)")) == $0.content }
        for file in files where FileSystem.exists("\(root)/\(file.path)") {
            throw StoreError(
                .refused,
                "`\(Path.resolve(file.path, in: directory))` is there already; nothing was written",
                hints: [
                    hasProject && template == nil && table == nil
                        ? "move it away, and compare the two"
                        : table.map {
                            "choose an empty directory: mlops init --from \($0.path) --target \($0.target) DIR"
                        }
                            ?? "choose an empty directory: mlops init --template \(template ?? "NAME") DIR"
                ]
            )
        }
        let makesStore = !FileSystem.exists(location.path) || (try? FileSystem.names(in: location.path)) == []
        if !makesStore { _ = try Store.open(at: location.path, writing: false) }
        if invocation.store != nil && hasProject && makesStore {
            invocation.progress.warn("mlops.yaml does not name the store yet; add to it: store: \(shown)")
        }
        if let pipeline, location.address == nil {
            invocation.progress.warn(
                "\(pipeline.rawValue) cannot see a store in a directory of this machine; name the shared one in mlops.yaml: store: URL"
            )
        }
        let ignored = try missingIgnores(root)
        let changed = makesStore || !files.isEmpty || ignored != nil
        var written = files.map(\.path)
        if ignored != nil { written.append(".gitignore") }
        if !dryRun {
            try FileSystem.createDirectory("\(root)/.mlops")
            if makesStore { try await makeStore(location, invocation) }
            for file in files {
                try FileSystem.createDirectory(Path.parent("\(root)/\(file.path)"))
                try AtomicFile.write(file.content, to: "\(root)/\(file.path)", durable: false)
            }
            if let ignored { try AtomicFile.write(ignored, to: "\(root)/.gitignore", durable: false) }
        }
        return Report(
            directory: directory,
            template: template,
            pipeline: pipeline,
            store: shown,
            files: written.sorted(),
            findings: proposal?.findings ?? [],
            changed: changed && !dryRun,
            dryRun: dryRun
        )
    }

    private func templateFiles() throws -> [(path: String, content: [UInt8])] {
        let files = try Templates.project(template ?? "empty").map { ($0.path, $0.content) }
        guard !files.isEmpty else {
            throw StoreError(
                .notFound,
                "there is no template `\(template ?? "")`",
                hints: ["templates: \(try Templates.names().filter { $0 != "empty" }.joined(separator: ", "))"]
            )
        }
        return files
    }

    /// Looks at the table, and writes what a project for it could be.
    private func propose(_ table: Table, _ root: String, _ invocation: Invocation) throws -> ProjectProposal {
        let path = invocation.resolve(table.path)
        let environments = ProjectProposal.environments
        var model = table.model ?? Names.made(of: table.target)
        if table.model == nil, environments.contains(model) { model += "-model" }
        try Names.validate(model, as: "a model")
        guard !environments.contains(model) else {
            throw StoreError(
                .usage,
                "`\(model)` is what an environment is called; give the model another name",
                hints: []
            )
        }
        return try ProjectProposal(
            model: model,
            path: Path.relative(path, to: root),
            table: TableInspection(path: path, cancellation: invocation.cancellation),
            target: table.target
        )
    }

    /// Where the store is, or is to be: where somebody says, else in the project.
    private func storeLocation(_ root: String, hasProject: Bool, _ invocation: Invocation) throws -> StoreLocation {
        if let named = invocation.namedStore { return try invocation.location(named, in: invocation.directory) }
        if hasProject,
            let named = try Project.read("\(root)/mlops.yaml", shownAs: Path.resolve("mlops.yaml", in: directory)).store
        {
            return try invocation.location(named, in: root)
        }
        return StoreLocation(path: "\(root)/.mlops/store.git", project: root)
    }

    private func makeStore(_ location: StoreLocation, _ invocation: Invocation) async throws {
        if location.address == nil {
            _ = try Store.create(at: location.path, actor: invocation.actor, clock: invocation.clock)
        } else {
            try await invocation.clone(location, founder: invocation.actor)
        }
    }

    /// The files with a line in the project file that says where the store is, so that the next command finds it.
    private func naming(
        _ store: String,
        in files: [(path: String, content: [UInt8])]
    ) -> [(path: String, content: [UInt8])] {
        files.map { file in
            guard file.path == "mlops.yaml" else { return file }
            let line = "# The registry of this project.\nstore: '\(store.replacing("'", with: "''"))'\n\n"
            return (file.path, Array(line.utf8) + file.content)
        }
    }

    /// The files with environments that name no directory: with a shared store the servers know where they put a model.
    private func withoutDirectories(_ files: [(path: String, content: [UInt8])]) -> [(path: String, content: [UInt8])] {
        files.map { file in
            guard file.path == "mlops.yaml" else { return file }
            var text = String(decoding: file.content, as: UTF8.self)
            for name in ProjectProposal.environments {
                text = text.replacing("\(name): {directory: deployed/\(name)}", with: "\(name): {}")
            }
            return (file.path, Array(text.utf8))
        }
    }

    /// What `.gitignore` becomes, so that neither the store nor what is deployed gets into the project's own history;
    /// `nil` when it says so already.
    private func missingIgnores(_ root: String) throws -> String? {
        let path = "\(root)/.gitignore"
        let text = FileSystem.exists(path) ? String(decoding: try FileSystem.read(path), as: UTF8.self) : ""
        let present = Set(text.split(separator: "\n").map(String.init))
        let missing = [".mlops/", "/deployed/"].filter { !present.contains($0) }
        guard !missing.isEmpty else { return nil }
        let separator = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
        return text + separator + missing.joined(separator: "\n") + "\n"
    }
}
