import Foundation

/// A folder of its own for one test, removed with it.
package final class Scratch: Sendable {
    package let path: String

    package init() throws {
        let name = "mlops-test-\(UUID().uuidString)"
        path = FileManager.default.temporaryDirectory.appending(path: name).path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` in the folder.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in the folder, with the directories on the way, and returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let url = URL(filePath: self(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path()
    }

    /// Writes a text file in the folder, and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    /// The content of a file in the folder.
    package func read(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: self(name)))) }
}
