internal import Datasets
internal import Support

/// A folder that is removed with the value that holds it.
final class TemporaryFolder: Sendable {
    let path: String

    /// Makes a folder with a name of its own.
    init(in directory: String) throws {
        try FileSystem.createDirectory(directory)
        path = try FileSystem.createTemporaryDirectory(withPrefix: "\(directory)/.tmp-")
    }

    /// Where temporary folders of a project are made; outside of one, where the machine has room for them.
    static func place(inProject directory: String?) -> String {
        directory.map { "\($0)/.mlops/work" } ?? ScratchMemory.usualFolder
    }

    deinit { try? FileSystem.remove(path) }
}
