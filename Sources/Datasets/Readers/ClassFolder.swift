internal import Support

/// The files of a kind in a folder, in the order of their names, byte by byte.
struct ClassFolder {
    /// What is looked for.
    enum Kind {
        case pictures, recordings

        /// The word for one of them.
        var word: String {
            switch self {
            case .pictures: "picture"
            case .recordings: "recording"
            }
        }

        /// How their names end.
        var endings: [String] {
            switch self {
            case .pictures: [".png", ".jpg", ".jpeg"]
            case .recordings: [".wav", ".npy", ".csv", ".csv.gz"]
            }
        }
    }

    /// The folder, or one file.
    let path: String
    /// The files, below the path; an empty name where the path is one itself.
    let files: [String]
    private let kind: Kind

    /// Deeper folders are taken for a circle of links.
    private static let deepest = 16

    /// - Throws: ``DatasetError`` for a folder without such files.
    init(_ path: String, of kind: Kind) throws {
        self.path = path
        self.kind = kind
        guard FileSystem.isDirectory(path) else {
            guard FileSystem.exists(path) else {
                throw DatasetError(.init(path), "there is no such file or folder", kind: .notFound)
            }
            files = [""]
            return
        }
        files = try ClassFolder.files(of: kind, in: path, below: "", depth: 0)
        guard !files.isEmpty else {
            throw DatasetError(
                .init(path),
                "there are no \(kind) in this folder",
                kind: .notFound,
                hint: "\(kind) end in \(kind.endings.joined(separator: ", "))"
            )
        }
    }

    private static func files(
        of kind: Kind,
        in root: String,
        below folder: String,
        depth: Int
    ) throws -> [String] {
        guard depth <= deepest else { throw DatasetError(.init("\(root)/\(folder)"), "the folders never end") }
        let names = try FileSystem.names(in: folder.isEmpty ? root : "\(root)/\(folder)")
        return try names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .flatMap { name -> [String] in
                let file = folder.isEmpty ? name : "\(folder)/\(name)"
                if FileSystem.isDirectory("\(root)/\(file)") {
                    return try files(of: kind, in: root, below: file, depth: depth + 1)
                }
                return kind.endings.contains { name.lowercased().hasSuffix($0) } ? [file] : []
            }
    }

    /// Where a file is.
    func place(of file: Int) -> String { files[file].isEmpty ? path : "\(path)/\(files[file])" }

    /// What a file is called in answers: its name below the folder.
    func name(of file: Int) -> String { files[file].isEmpty ? Path.name(path) : files[file] }

    /// Whether files are in folders of classes, instead of all beside each other.
    var hasClasses: Bool { files.contains { $0.contains("/") } }

    /// The class of each file: the folder that it is in.
    ///
    /// - Throws: ``DatasetError`` for a file that is in none.
    func classes() throws -> [String] {
        let named = Set(files.compactMap { $0.split(separator: "/").first.map(String.init) })
        for name in try FileSystem.names(in: path).sorted() where !name.hasPrefix(".") && !named.contains(name) {
            guard FileSystem.isDirectory("\(path)/\(name)") else { continue }
            throw DatasetError(
                .init("\(path)/\(name)"),
                "the folder of this class has no \(kind)",
                hint: "remove it, or put \(kind) into it"
            )
        }
        return try files.map { file in
            let parts = file.split(separator: "/")
            guard parts.count > 1, let first = parts.first else {
                throw DatasetError(
                    .init("\(path)/\(file)"),
                    "the \(kind.word) is in no folder of a class",
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
