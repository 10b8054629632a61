/// The formats of pictures that are read, by their first bytes.
package enum ImageFile: Sendable {
    case png, jpeg

    /// The format of a file that begins like this; `nil` for no picture.
    package init?(_ start: some Collection<UInt8>) {
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// Pictures of more pixels are refused, before memory is taken for them.
    static let mostPixels = 1 << 28

    /// Reads a picture with 1 channel or 3, whatever the file has.
    ///
    /// An alpha channel is left out, as Pillow's `convert` does; 16 bits become 8.
    ///
    /// - Throws: ``ImageError`` for what is no picture, is damaged or cut off, or has too many pixels.
    package static func decode(_ bytes: [UInt8], channels: Int) throws(ImageError) -> PixelImage {
        switch ImageFile(bytes) {
        case .png: return try PNGDecoder.decode(bytes).converted(channels: channels)
        case .jpeg: return try JPEGDecoder.decode(bytes).converted(channels: channels)
        case nil: throw ImageError("this is neither a PNG nor a JPEG file", hints: ["convert it, or take it away"])
        }
    }

    /// Throws unless a picture of these sizes can be.
    static func check(height: Int, width: Int) throws(ImageError) {
        let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
        guard height > 0, width > 0, !overflow, pixels <= mostPixels else {
            throw ImageError("a picture of \(width) x \(height) pixels is too large")
        }
    }
}
