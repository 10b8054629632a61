package import Support

/// Where rows and their targets come from.
///
/// Only for an anomaly task may there be no targets.
package enum DataSource: Codable, Sendable, Hashable {
    /// Images and labels in IDX files, compressed or not.
    case idx(images: String, labels: String?)
    /// A table with a header, one of whose columns is the target.
    case csv(path: String, format: CSVFormat, target: String?)
    /// A JSON object per line, one of whose keys is the target.
    case jsonl(path: String, missing: MissingMarkers, target: String?)
    /// Two arrays of the same length in one file, by their names.
    case npz(path: String, inputs: String, targets: String?)
    /// Two arrays of the same length.
    case npy(inputs: String, targets: String?)
    /// Pictures with so many channels, each class in a folder of its own.
    case folder(path: String, channels: Int)
    /// Recordings, each class in a folder of its own, out of which windows are cut.
    case recordings(path: String)
    /// Rows made up from a seed.
    case synthetic(SyntheticSource)

    /// The files that are read.
    package var files: [String] {
        switch self {
        case .idx(let images, let labels): [images, labels].compactMap { $0 }
        case .csv(let path, _, _), .jsonl(let path, _, _), .npz(let path, _, _), .folder(let path, _),
            .recordings(let path):
            [path]
        case .npy(let inputs, let targets): [inputs, targets].compactMap { $0 }
        case .synthetic: []
        }
    }

    /// Where the rows stand, for messages.
    var inputName: String {
        switch self {
        case .npz(let path, let inputs, _): "\(path), array `\(inputs)`"
        case .synthetic: "synthetic"
        case .idx, .csv, .jsonl, .npy, .folder, .recordings: files[0]
        }
    }

    /// Where the targets stand, for messages.
    var targetPlace: DatasetError.Place {
        switch self {
        case .idx(let images, let labels): .init(labels ?? images)
        case .csv(let path, _, let target), .jsonl(let path, _, let target): .init(path, column: target)
        case .npz(let path, let inputs, let targets): .init("\(path), array `\(targets ?? inputs)`")
        case .npy(let inputs, let targets): .init(targets ?? inputs)
        case .folder(let path, _), .recordings(let path): .init(path)
        case .synthetic: .init("synthetic")
        }
    }

    /// The column to predict and the way the table is written; `nil` for what is no table.
    var table: (target: String?, format: CSVFormat?)? {
        switch self {
        case .csv(_, let format, let target): (target, format)
        case .jsonl(_, let missing, let target):
            (target, missing == MissingMarkers() ? nil : CSVFormat(missing: missing))
        case .idx, .npy, .npz, .folder, .recordings, .synthetic: nil
        }
    }

    /// A table, CSV or JSON lines: the content decides; in JSON lines only the markers of `format` count.
    package static func table(_ path: String, format: CSVFormat, target: String?) throws -> DataSource {
        if case .jsonl = try FileKind(of: path) {
            return .jsonl(path: path, missing: format.missing, target: target)
        }
        return .csv(path: path, format: format, target: target)
    }

    /// The same source with its files in other places, as many as it has.
    package func at(_ files: [String]) -> DataSource {
        precondition(files.count == self.files.count, "every file has a place")
        return switch self {
        case .idx: .idx(images: files[0], labels: files.count > 1 ? files[1] : nil)
        case .csv(_, let format, let target): .csv(path: files[0], format: format, target: target)
        case .jsonl(_, let missing, let target): .jsonl(path: files[0], missing: missing, target: target)
        case .npz(_, let inputs, let targets): .npz(path: files[0], inputs: inputs, targets: targets)
        case .npy: .npy(inputs: files[0], targets: files.count > 1 ? files[1] : nil)
        case .folder(_, let channels): .folder(path: files[0], channels: channels)
        case .recordings: .recordings(path: files[0])
        case .synthetic: self
        }
    }

    /// The same kind of source in another file; a table may be CSV or JSON lines.
    ///
    /// - Throws: ``DatasetError`` for a source that is not one file.
    package func replacing(path: String) throws -> DataSource {
        switch self {
        case .csv(_, let format, let target): return try .table(path, format: format, target: target)
        case .jsonl(_, let missing, let target):
            return try .table(path, format: CSVFormat(missing: missing), target: target)
        case .npz(_, let inputs, let targets): return .npz(path: path, inputs: inputs, targets: targets)
        case .folder(_, let channels): return .folder(path: path, channels: channels)
        case .recordings: return .recordings(path: path)
        case .idx(_, labels: nil): return .idx(images: path, labels: nil)
        case .npy(_, targets: nil): return .npy(inputs: path, targets: nil)
        case .idx, .npy, .synthetic:
            throw DatasetError(
                .init(path),
                "the model was trained on rows and answers in files of their own, and this is one file",
                kind: .usage,
                hint: "put both into an .npz file, and train a version on such a file first"
            )
        }
    }

    /// Whether the rows are those of a table.
    package var isTable: Bool { table != nil }

    /// The column to predict; `nil` for what is no table.
    package var target: String? { table?.target }

    /// How the table is written; of JSON lines what stands for a missing value, and `nil` where only `null` does.
    package var format: CSVFormat? { table?.format }

    /// Opens a table; `nil` for what is none.
    func tableReader() throws -> (any TableReader)? {
        switch self {
        case .csv(let path, let format, _): try CSVRowReader(path: path, format: format)
        case .jsonl(let path, let missing, _): try JSONLRowReader(path: path, missing: missing)
        case .idx, .npy, .npz, .folder, .recordings, .synthetic: nil
        }
    }

    /// Opens the inputs of a source of arrays or pictures, as a model takes them, or as they are; `nil` for other sources.
    func inputReader(as field: Field? = nil) throws -> (any RowReader)? {
        let name = field?.name
        let base: any RowReader
        switch self {
        case .idx(let images, _): base = try IDXReader(path: images, field: name ?? Field.image)
        case .npy(let inputs, _): base = try NPYRowReader(path: inputs, field: name ?? Field.inputs)
        case .npz(let path, let inputs, _):
            base = try NPZFile.reader(of: path, array: inputs, field: name ?? Field.inputs)
        case .folder(let path, let channels):
            let folder = try ClassFolder(path, of: .pictures)
            if let field, field.geometry != nil { return ImageReader(folder, as: field) }
            return try ImageReader(folder, channels: channels, field: name ?? Field.image)
        case .csv, .jsonl, .recordings, .synthetic: return nil
        }
        return try field?.geometry.map { try GeometryReader(base, $0) } ?? base
    }

    /// Opens the targets of a source of arrays; `nil` for other sources.
    func targetReader() throws -> (any RowReader)? {
        switch self {
        case .idx(_, let labels): try labels.map { try IDXReader(path: $0, field: "label") }
        case .npy(_, let targets): try targets.map { try NPYRowReader(path: $0, field: "target") }
        case .npz(let path, _, let targets):
            try targets.map { try NPZFile.reader(of: path, array: $0, field: "target") }
        case .csv, .jsonl, .folder, .recordings, .synthetic: nil
        }
    }

    /// The digest of the data: of the files' bytes, as they are on the disk, or of a synthetic source's parameters.
    package func digest() throws -> Digest {
        if case .folder(let path, _) = self { return try ClassFolder(path, of: .pictures).digest() }
        if case .recordings(let path) = self { return try ClassFolder(path, of: .recordings).digest() }
        var builder = DigestBuilder()
        for path in files {
            builder.update(Array(try Digest(ofFile: File(reading: path)).hexadecimal.utf8))
        }
        if case .synthetic(let source) = self { builder.update(try JSON.encode(source, pretty: false)) }
        return builder.finish()
    }
}
