internal import Support

/// What the machine's administrator has set, usually in `/etc/mlops/config.yaml`.
package struct MachineConfiguration: Sendable {
    /// The store of this machine: an absolute path, or the address of a shared one.
    package let store: String?

    /// Reads the file at `path`; `nil` when there is none.
    package static func read(_ path: String) throws -> MachineConfiguration? {
        guard FileSystem.exists(path) else { return nil }
        let text = String(decoding: try FileSystem.read(path, limit: 1 << 20), as: UTF8.self)
        var section = try YAML.parse(text, file: path).section()
        let store = section.optional("store")
        try section.finish()
        let value = try store?.string()
        if let store, let value, !value.hasPrefix("/"), !value.contains(":") {
            throw store.error("`store`: expected an absolute path or the address of a repository, found `\(value)`")
        }
        return MachineConfiguration(store: value)
    }
}
