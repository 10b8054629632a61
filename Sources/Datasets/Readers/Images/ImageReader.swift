internal import Images
internal import Support

/// Reads pictures, PNG or JPEG, each a row `[height, width, channels]` of bytes.
final class ImageReader: RowReader {
    let source: String
    let fields: [Field]
    private let folder: ClassFolder
    private let channels: Int
    private var next = 0

    /// Pictures as a model takes them: `field` says the channels, and what is done to their size.
    init(_ folder: ClassFolder, as field: Field) {
        self.folder = folder
        source = folder.path
        fields = [field]
        channels = field.shape.count == 3 ? field.shape[2] : 1
    }

    /// Pictures as they are, all of the size of the first.
    convenience init(_ folder: ClassFolder, channels: Int, field: String) throws {
        let first = try ImageReader.read(folder.place(of: 0), channels: channels)
        self.init(folder, as: Field(field, .number, shape: [first.height, first.width, channels]))
    }

    /// About the bytes of a block.
    private static let blockBytes = 1 << 24

    func read(upTo limit: Int) throws -> RawRows? {
        guard next < folder.files.count else { return nil }
        let width = max(fields[0].width, 1)
        let count = max(1, min(limit, folder.files.count - next, ImageReader.blockBytes / width))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * width)
        for file in next..<(next + count) { bytes += try picture(file).bytes }
        next += count
        return RawRows(count: count, columns: [RawColumn(fields[0], .bytes(bytes))])
    }

    private func picture(_ file: Int) throws -> PixelImage {
        let place = folder.place(of: file)
        var image = try ImageReader.read(place, channels: channels)
        do throws(ImageError) {
            if let geometry = fields[0].geometry { image = try geometry.applied(to: image) }
        } catch {
            throw DatasetError(.init(place), error.description, hint: error.hints.first)
        }
        guard image.height == fields[0].shape[0], image.width == fields[0].shape[1] else {
            throw DatasetError(
                .init(place),
                "expected a picture of \(fields[0].shape[1]) x \(fields[0].shape[0]) pixels, as the first one, found "
                    + "\(image.width) x \(image.height)",
                hint: "bring them to one size: features: {image: [resize: [64, 64], rescale: 1/255]}"
            )
        }
        return image
    }

    private static func read(_ path: String, channels: Int) throws -> PixelImage {
        let bytes = try FileSystem.read(path)
        do throws(ImageError) {
            return try ImageFile.decode(bytes, channels: channels)
        } catch {
            throw DatasetError(.init(path), error.description, kind: .integrity, hint: error.hints.first)
        }
    }
}
