internal import Datasets
internal import Support

/// Copies of the files that models of a project learned from, found by their digests: `.mlops/data/<digest>/`.
struct KeptData {
    private let folder: String

    init(inProject directory: String) { folder = "\(directory)/.mlops/data" }

    /// Copies the files of a source, unless they are there; a copy that is torn off leaves nothing.
    func keep(_ source: DataSource, digest: Digest) throws {
        let place = path(of: digest)
        guard !source.files.isEmpty, !FileSystem.exists(place) else { return }
        try FileSystem.createDirectory(folder)
        let temporary = try FileSystem.createTemporaryDirectory(withPrefix: "\(folder)/.tmp-")
        do {
            for (index, file) in source.files.enumerated() {
                try copy(file, to: "\(temporary)/\(KeptData.name(of: file, at: index))")
            }
            // Rows that changed while they were copied are not those that were learned from.
            guard try source.at(KeptData.files(of: source, in: temporary)).digest() == digest else {
                throw DatasetError(
                    .init(source.files[0]),
                    "the file has changed since the training began",
                    hint: "train again when nobody writes it"
                )
            }
            try FileSystem.rename(temporary, to: place)
        } catch {
            try? FileSystem.remove(temporary)
            // Another training of the same data may have been quicker.
            guard FileSystem.exists(place) else { throw error }
        }
    }

    /// The source with the files of the copy; `nil` when there is none.
    func find(_ source: DataSource, digest: Digest) -> DataSource? {
        let folder = path(of: digest)
        func place(_ name: String) -> Int? { name.split(separator: "-").first.flatMap { Int($0) } }
        // A file may have had another name when it was learned from.
        let names = ((try? FileSystem.names(in: folder)) ?? []).filter { place($0) != nil }
        guard !names.isEmpty, names.count == source.files.count else { return nil }
        return source.at(names.sorted { (place($0) ?? 0) < (place($1) ?? 0) }.map { "\(folder)/\($0)" })
    }

    private func path(of digest: Digest) -> String { "\(folder)/\(digest.hexadecimal)" }

    /// Two files of a source may have one name in different folders.
    private static func name(of file: String, at index: Int) -> String { "\(index)-\(Path.name(file))" }

    private static func files(of source: DataSource, in folder: String) -> [String] {
        source.files.enumerated().map { "\(folder)/\(name(of: $1, at: $0))" }
    }

    /// Copies a file, or a folder of pictures with all that counts in its digest.
    private func copy(_ source: String, to target: String) throws {
        if FileSystem.isDirectory(source) {
            try FileSystem.createDirectory(target)
            for name in try FileSystem.names(in: source) where !name.hasPrefix(".") {
                try copy("\(source)/\(name)", to: "\(target)/\(name)")
            }
            return
        }
        let input = try File(reading: source)
        let output = try File(writing: target)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            let count = try input.read(into: &bytes)
            if count == 0 { break }
            try unsafe output.write(buffer.span.extracting(0..<count).bytes)
        }
        try output.sync()
    }
}

extension TrainingPlan {
    /// Copies the files that are learned from and judged by into the project.
    func keepData(inProject directory: String) throws {
        let kept = KeptData(inProject: directory)
        let parts = [
            (dataset.train, document.data.train), (dataset.validation, document.data.validation),
            (dataset.test, document.data.test),
        ]
        for case (let source?, let digest?) in parts as [(DataSource?, Digest?)] {
            try kept.keep(source, digest: digest)
        }
    }
}
