internal import ModelPackage
internal import Support

extension Store {
    /// Makes a copy of the store in which something can be tried out: without a remote, and with rules of its own.
    ///
    /// Objects are shared with it, as they never change. The directory must be on the same file system for that to cost nothing.
    package func rehearsal(at directory: String) async throws -> Store {
        try FileSystem.duplicate(path, to: directory) { $0.hasPrefix("objects/") }
        let copy = try Store.open(at: directory, writing: true, verb: verb, clock: clock)
        guard copy.remote != nil else { return copy }
        try await copy.removeRemote()
        return try Store.open(at: directory, writing: true, verb: verb, clock: clock)
    }
}
