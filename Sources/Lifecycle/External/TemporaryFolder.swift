internal import Support

/// A folder that is removed with the value that holds it.
final class TemporaryFolder: Sendable {
    let path: String

    /// Makes a folder with a name of its own.
    init(in directory: String) throws {
        try FileSystem.createDirectory(directory)
        path = try FileSystem.createTemporaryDirectory(withPrefix: "\(directory)/.tmp-")
    }

    deinit { try? FileSystem.remove(path) }
}
