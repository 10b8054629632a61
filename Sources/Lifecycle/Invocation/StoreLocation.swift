package import ModelStore
package import ProjectFile
internal import Support

/// Where the store is, and how it was found.
package struct StoreLocation: Sendable {
    package let path: String
    /// The shared store that the one at `path` is a clone of, where that was named; `nil` where a directory was.
    package var address: RemoteAddress?
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
        if let namedStore { return try location(namedStore, in: directory) }
        searched += ["--store: not given", "MLOPS_STORE: not set"]
        for directory in directoriesUpward() {
            let path = Path.resolve(".mlops/store.git", in: directory)
            if FileSystem.isDirectory(path) { return StoreLocation(path: path, project: directory) }
        }
        searched.append(".mlops/store.git: not in \(directory) or above")
        if let (project, directory) = try readProjectIfAny() {
            if let path = project.store { return try location(path, in: directory) }
            searched.append("\(project.file): has no `store:`")
        } else {
            searched.append("mlops.yaml: not in \(directory) or above")
        }
        if let path = try MachineConfiguration.read(machineConfiguration)?.store {
            return try location(path, in: "/")
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
                hints: namedStore != nil
                    ? ["go to the project's directory: a store is there, but this needs the project's mlops.yaml"]
                    : ["create one with: mlops init", "or try a ready one: mlops init --template fashion"]
            )
        }
        return found
    }

    /// The store that whoever types has named: `--store`, else `MLOPS_STORE`.
    var namedStore: String? { store ?? environment["MLOPS_STORE"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The store that somebody has named: a directory, or an address, of which a clone is kept on this machine.
    func location(_ text: String, in directory: String) throws -> StoreLocation {
        guard RemoteAddress.isAddress(text) else {
            let path = Path.resolve(text, in: directory)
            return StoreLocation(path: path, project: projectDirectory(of: path))
        }
        let address = try RemoteAddress(text)
        return StoreLocation(path: try clonePath(of: address), address: address, project: nil)
    }

    /// Where the clone of a shared store is kept: `~/.local/share/mlops/stores/`, or below `XDG_DATA_HOME`.
    ///
    /// It is no cache: what was written offline waits there to be pushed.
    private func clonePath(of address: RemoteAddress) throws -> String {
        let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        guard let base = data ?? environment["HOME"].flatMap({ $0.hasPrefix("/") ? "\($0)/.local/share" : nil }) else {
            throw StoreError(
                .usage,
                "there is no place for a clone of \(address): neither HOME nor XDG_DATA_HOME is set",
                hints: ["set one, or make the clone yourself: mlops clone \(address) DIR, then --store DIR"]
            )
        }
        let digest = Digest(of: Array(address.description.utf8)).hexadecimal.prefix(12)
        let last = address.description.split { "/:".contains($0) }.last.map(String.init) ?? "store"
        let name = Names.made(of: last.hasSuffix(".git") ? String(last.dropLast(4)) : last)
        return "\(base)/mlops/stores/\(name)-\(digest).git"
    }

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
