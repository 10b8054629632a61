internal import ModelStore
package import ProjectFile
internal import Support

/// Where the store is, and how it was found.
package struct StoreLocation: Sendable {
    package let path: String
    /// The directory that relative targets of environments start from: the one that holds `.mlops`, if the store does.
    package let project: String?
}

extension Invocation {
    /// Finds the store: `--store`, `MLOPS_STORE`, `.mlops/store.git` from here upward, `store:` of the project file, the
    /// machine's configuration.
    ///
    /// Throws ``StoreError`` (10) with the places searched.
    package func locateStore() throws -> StoreLocation {
        var searched: [String] = []
        if let store { return StoreLocation(path: resolve(store), project: projectDirectory(of: resolve(store))) }
        searched.append("--store: not given")
        if let path = environment["MLOPS_STORE"], !path.isEmpty {
            return StoreLocation(path: resolve(path), project: projectDirectory(of: resolve(path)))
        }
        searched.append("MLOPS_STORE: not set")
        for directory in directoriesUpward() {
            let path = Path.resolve(".mlops/store.git", in: directory)
            if FileSystem.isDirectory(path) { return StoreLocation(path: path, project: directory) }
        }
        searched.append(".mlops/store.git: not in \(directory) or above")
        if let (project, directory) = try readProjectIfAny() {
            if let path = project.store {
                let resolved = Path.resolve(path, in: directory)
                return StoreLocation(path: resolved, project: projectDirectory(of: resolved))
            }
            searched.append("\(project.file): has no `store:`")
        } else {
            searched.append("mlops.yaml: not in \(directory) or above")
        }
        if let path = try MachineConfiguration.read(machineConfiguration)?.store {
            return StoreLocation(path: path, project: projectDirectory(of: path))
        }
        searched.append("\(machineConfiguration): not there, or without `store:`")
        throw StoreError(
            .storeMissing,
            "no store found; searched:\n  " + searched.joined(separator: "\n  "),
            hints: Self.projectVerbs.contains(verb)
                ? ["create one with: mlops init", "or name one, behind the verb: --store DIR"]
                : [
                    "name the store, behind the verb: --store DIR; or in the environment: MLOPS_STORE=DIR",
                    "name it once for this machine, in \(machineConfiguration): store: DIR",
                    "only for a new project, create one: mlops init",
                ]
        )
    }

    /// The verbs that work in a project: who types one of them without a store wants a new one.
    private static let projectVerbs: Set = ["init", "train", "runs", "update", "apply"]

    /// Opens the store for reading.
    func openStore() throws -> Store {
        try Store.open(at: try locateStore().path, writing: false, verb: verb, clock: clock)
    }

    /// Opens the store for writing.
    func openStoreForWriting() throws -> Store {
        try Store.open(at: try locateStore().path, writing: true, verb: verb, clock: clock)
    }

    /// The project file of this directory or the nearest one above, with the directory that it stands in.
    package func readProjectIfAny(overrides: [Override] = []) throws -> (project: Project, directory: String)? {
        for directory in directoriesUpward() {
            let path = Path.resolve("mlops.yaml", in: directory)
            guard FileSystem.exists(path) else { continue }
            let shown = directory == self.directory ? "mlops.yaml" : path
            return (try Project.read(path, shownAs: shown, overrides: overrides), directory)
        }
        return nil
    }

    /// The project file, which must be there.
    package func readProject(overrides: [Override] = []) throws -> (project: Project, directory: String) {
        guard let found = try readProjectIfAny(overrides: overrides) else {
            throw ProjectError(
                file: "mlops.yaml",
                line: nil,
                "there is no project file in \(directory) or above",
                hints: isGivenStore
                    ? ["go to the project's directory: a store is there, but this needs the project's mlops.yaml"]
                    : ["create one with: mlops init", "or try a ready one: mlops init --template fashion"]
            )
        }
        return found
    }

    /// Whether somebody has said where the store is, so that it is not a store that is missing.
    private var isGivenStore: Bool { store != nil || environment["MLOPS_STORE"]?.isEmpty == false }

    private func projectDirectory(of store: String) -> String? {
        let folder = Path.parent(store)
        return Path.name(folder) == ".mlops" ? Path.parent(folder) : nil
    }

    private func directoriesUpward() -> [String] {
        var found = [directory]
        while let last = found.last, last != "/", last != "." { found.append(Path.parent(last)) }
        return found
    }
}
