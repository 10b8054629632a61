/// A picture of bytes: `height` times `width` pixels of 1 channel (gray) or 3 (red, green, blue), row after row.
package struct PixelImage: Sendable, Equatable {
    package let height: Int
    package let width: Int
    package let channels: Int
    package let bytes: [UInt8]

    /// Takes over the bytes, of which there must be as many as the sizes say.
    package init(height: Int, width: Int, channels: Int, bytes: [UInt8]) {
        precondition(bytes.count == height * width * channels, "a picture has all its bytes")
        self.height = height
        self.width = width
        self.channels = channels
        self.bytes = bytes
    }

    /// The same in shades of gray, as ITU-R 601-2 weighs the colours, or in colours that are all the same.
    package func converted(channels wanted: Int) -> PixelImage {
        guard wanted != channels else { return self }
        var converted: [UInt8] = []
        converted.reserveCapacity(height * width * wanted)
        if wanted == 1 {
            for pixel in stride(from: 0, to: bytes.count, by: 3) {
                let (red, green, blue) = (Int(bytes[pixel]), Int(bytes[pixel + 1]), Int(bytes[pixel + 2]))
                // 0.299, 0.587 and 0.114 in units of 1 / 65536, rounded.
                converted.append(UInt8(truncatingIfNeeded: (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16))
            }
        } else {
            for gray in bytes { converted += [gray, gray, gray] }
        }
        return PixelImage(height: height, width: width, channels: wanted, bytes: converted)
    }
}
