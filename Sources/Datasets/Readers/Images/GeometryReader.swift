internal import Images

/// Brings the pictures of an array, `[height, width]` or `[height, width, channels]`, to another size.
final class GeometryReader: RowReader {
    let fields: [Field]
    private let base: any RowReader
    private let geometry: ImageGeometry
    private var row = 0

    /// - Throws: ``DatasetError`` for rows that are no pictures of bytes, or too small for what is to be cut out of them.
    init(_ base: any RowReader, _ geometry: ImageGeometry) throws {
        self.base = base
        self.geometry = geometry
        fields = [try base.fields[0].changed(by: geometry, source: base.source)]
    }

    var source: String { base.source }

    func read(upTo limit: Int) throws -> RawRows? {
        guard let rows = try base.read(upTo: limit) else { return nil }
        guard case .bytes(let bytes) = rows.columns[0].values else {
            throw DatasetError(
                .init(source),
                "resize and crop take pictures of bytes, and this array has other numbers",
                hint: "write it as unsigned bytes: numpy.save(file, pictures.astype('uint8'))"
            )
        }
        let shape = base.fields[0].shape
        let channels = shape.count == 3 ? shape[2] : 1
        let width = base.fields[0].width
        var changed: [UInt8] = []
        changed.reserveCapacity(rows.count * fields[0].width)
        for row in 0..<rows.count {
            let image = PixelImage(
                height: shape[0],
                width: shape[1],
                channels: channels,
                bytes: Array(bytes[(row * width)..<((row + 1) * width)])
            )
            do throws(ImageError) { changed += try geometry.applied(to: image).bytes } catch {
                throw DatasetError(.init(source), error.description, hint: error.hints.first)
            }
        }
        return RawRows(count: rows.count, columns: [RawColumn(fields[0], .bytes(changed))])
    }
}

extension Field {
    /// The field of pictures after a change of their size.
    ///
    /// - Throws: ``DatasetError`` for what is no picture, or one that is too small for what is to be cut out of it.
    func changed(by geometry: ImageGeometry, source: String) throws -> Field {
        guard shape.count == 2 || (shape.count == 3 && (shape[2] == 1 || shape[2] == 3)) else {
            throw DatasetError(
                .init(source),
                "resize and crop take pictures, [height, width] or [height, width, 1 or 3 channels], and these rows have the "
                    + "shape \(shape)"
            )
        }
        guard let size = geometry.size(of: shape[0], shape[1]) else {
            throw DatasetError(
                .init(source),
                "pictures of \(shape[1]) x \(shape[0]) pixels are smaller than what is to be cut out of them",
                hint: "put a resize before the crop: image: [resize: [64, 64], crop: [56, 56]]"
            )
        }
        return Field(name, kind, shape: [size.height, size.width] + shape.dropFirst(2), geometry: geometry)
    }
}
