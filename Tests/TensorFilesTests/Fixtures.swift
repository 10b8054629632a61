import Support

/// Files that `Fixtures/make.py` made, and places for those that a test makes.
enum Fixtures {
    static func path(_ name: String) -> String { "\(Path.parent(#filePath))/Fixtures/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] { try FileSystem.read(path(name)) }
}

/// A directory that goes when the value goes.
struct TemporaryDirectory: ~Copyable {
    let path: String

    init() throws {
        let path = try TemporaryDirectory.freePath()
        try FileSystem.createDirectory(path)
        self.path = path
    }

    private static func freePath() throws -> String {
        let file = try File(temporaryWithPrefix: "/tmp/mlops-tests-")
        try FileSystem.removeFile(file.path)
        return "\(file.path).d"
    }

    borrowing func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try AtomicFile.write(bytes, to: "\(path)/\(name)", durable: false)
        return "\(path)/\(name)"
    }

    deinit { try? FileSystem.remove(path) }
}

/// The failure that ends `body`; `nil` when it succeeds, or ends in an error that no person could act on.
func failure(of body: () throws -> Void) -> (any Failure)? {
    do {
        try body()
        return nil
    } catch {
        return error as? any Failure
    }
}
