internal import Archiving
internal import Support

/// The ready projects and pipelines that the binary carries, so that `mlops init` needs no network and no other file.
package enum Templates {
    /// One file of a template.
    package struct File: Sendable {
        /// The path below the project's directory.
        package let path: String
        package let content: [UInt8]
    }

    /// The names of all templates, such as `fashion` or `examples/regression`, sorted.
    package static func names() throws -> [String] {
        let suffix = "/mlops.yaml"
        return try files().map(\.path).filter { $0.hasSuffix(suffix) && $0.hasPrefix("projects/") }
            .map { String($0.dropFirst("projects/".count).dropLast(suffix.count)) }
            .sorted()
    }

    /// The files of the project called `name`; empty when there is none.
    package static func project(_ name: String) throws -> [File] { try files(below: "projects/\(name)/") }

    /// The files that describe a model's pipeline to a host of continuous integration, such as `github`.
    package static func pipeline(for host: String) throws -> [File] { try files(below: "ci/\(host)/") }

    private static func files(below prefix: String) throws -> [File] {
        try files().filter { $0.path.hasPrefix(prefix) }.map { file in
            File(path: String(file.path.dropFirst(prefix.count)), content: file.content)
        }
    }

    /// Everything in the archive.
    ///
    /// Archive and folder are compared by a test; `make templates` makes the archive.
    package static func files() throws -> [File] {
        var decompressor = try FrameDecompressor()
        let archive = try decompressor.decompress(PackageResources.templates_tar_zst, limit: 1 << 24)
        var pieces = [archive]
        var reader = try TarReader { pieces.popLast() ?? [] }
        var found: [File] = []
        while let member = try reader.nextMember() {
            found.append(File(path: member.path, content: try reader.readContent(limit: 1 << 24)))
        }
        return found
    }
}
