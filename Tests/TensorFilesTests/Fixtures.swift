import Support

/// Files that `Fixtures/make.py` made.
enum Fixtures {
    static func path(_ name: String) -> String { "\(Path.parent(#filePath))/Fixtures/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] { try FileSystem.read(path(name)) }
}
