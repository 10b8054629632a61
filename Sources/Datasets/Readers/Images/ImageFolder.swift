internal import Support

/// The pictures in a folder, in the order of their names, byte by byte.
struct ImageFolder {
    /// The folder, or one picture.
    let path: String
    /// The pictures, below the path; an empty name where the path is one itself.
    let files: [String]

    private static let endings = [".png", ".jpg", ".jpeg"]
    /// Deeper folders are taken for a circle of links.
    private static let deepest = 16

    /// - Throws: ``DatasetError`` for a folder without pictures.
    init(_ path: String) throws {
        self.path = path
        guard FileSystem.isDirectory(path) else {
            guard FileSystem.exists(path) else {
                throw DatasetError(.init(path), "there is no such file or folder", kind: .notFound)
            }
            files = [""]
            return
        }
        files = try ImageFolder.pictures(in: path, below: "", depth: 0)
        guard !files.isEmpty else {
            throw DatasetError(
                .init(path),
                "there are no pictures in this folder",
                kind: .notFound,
                hint: "pictures end in \(ImageFolder.endings.joined(separator: ", "))"
            )
        }
    }

    private static func pictures(in root: String, below folder: String, depth: Int) throws -> [String] {
        guard depth <= deepest else { throw DatasetError(.init("\(root)/\(folder)"), "the folders never end") }
        let names = try FileSystem.names(in: folder.isEmpty ? root : "\(root)/\(folder)")
        return try names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .flatMap { name -> [String] in
                let file = folder.isEmpty ? name : "\(folder)/\(name)"
                if FileSystem.isDirectory("\(root)/\(file)") {
                    return try pictures(in: root, below: file, depth: depth + 1)
                }
                return endings.contains { name.lowercased().hasSuffix($0) } ? [file] : []
            }
    }

    /// Where a picture is.
    func place(of file: Int) -> String { files[file].isEmpty ? path : "\(path)/\(files[file])" }

    /// What a picture is called in answers: its name below the folder.
    func name(of file: Int) -> String { files[file].isEmpty ? Path.name(path) : files[file] }

    /// Whether pictures are in folders of classes, instead of all beside each other.
    var hasClasses: Bool { files.contains { $0.contains("/") } }

    /// The class of each picture: the folder that it is in.
    ///
    /// - Throws: ``DatasetError`` for a picture that is in none.
    func classes() throws -> [String] {
        try files.map { file in
            let parts = file.split(separator: "/")
            guard parts.count > 1, let first = parts.first else {
                throw DatasetError(
                    .init("\(path)/\(file)"),
                    "the picture is in no folder of a class",
                    hint: "give each class a folder of its own: \(path)/ok, \(path)/scratch"
                )
            }
            return String(first)
        }
    }

    /// The digest of all names and bytes.
    func digest() throws -> Digest {
        var builder = DigestBuilder()
        for index in files.indices {
            let digest = try Digest(ofFile: File(reading: place(of: index)))
            builder.update(Array("\(files[index])\n\(digest.hexadecimal)\n".utf8))
        }
        return builder.finish()
    }
}
