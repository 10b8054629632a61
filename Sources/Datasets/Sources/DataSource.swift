package import Support

/// Where rows and their targets come from.
package enum DataSource: Codable, Sendable, Hashable {
    /// Images and labels in IDX files, compressed or not.
    case idx(images: String, labels: String)
    /// A table with a header, one of whose columns is the target.
    case csv(path: String, format: CSVFormat, target: String)
    /// Two arrays of the same length.
    case npy(inputs: String, targets: String)
    /// Rows made up from a seed.
    case synthetic(SyntheticSource)

    /// The files that are read.
    package var files: [String] {
        switch self {
        case .idx(let images, let labels): [images, labels]
        case .csv(let path, _, _): [path]
        case .npy(let inputs, let targets): [inputs, targets]
        case .synthetic: []
        }
    }

    /// Where the targets stand, for messages.
    var targetPlace: DatasetError.Place {
        switch self {
        case .idx(_, let labels): .init(labels)
        case .csv(let path, _, let target): .init(path, column: target)
        case .npy(_, let targets): .init(targets)
        case .synthetic: .init("synthetic")
        }
    }

    /// The digest of the data: of the files' bytes, as they are on the disk, or of a synthetic source's parameters.
    package func digest() throws -> Digest {
        var builder = DigestBuilder()
        for path in files {
            builder.update(Array(try Digest(ofFile: File(reading: path)).hexadecimal.utf8))
        }
        if case .synthetic(let source) = self { builder.update(try JSON.encode(source, pretty: false)) }
        return builder.finish()
    }
}
