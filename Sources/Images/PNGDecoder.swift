internal import CPNG

/// Reads PNG files, of any depth and kind of colour, interlaced or not.
enum PNGDecoder {
    static func decode(_ bytes: [UInt8]) throws(ImageError) -> PixelImage {
        var image = unsafe png_image()
        // Frees what libpng has taken, whatever becomes of the file.
        defer { unsafe png_image_free(&image) }
        // libpng keeps the address of the bytes between the two calls.
        let result: Result<PixelImage, ImageError> = unsafe bytes.withUnsafeBytes { source in
            guard unsafe mlops_png_begin(&image, source.baseAddress, source.count) != 0 else {
                return .failure(ImageError("the PNG file is damaged: \(unsafe message(image))"))
            }
            let (height, width) = unsafe (Int(image.height), Int(image.width))
            do throws(ImageError) { try ImageFile.check(height: height, width: width) } catch { return .failure(error) }
            let isGray = unsafe mlops_png_is_gray(&image) != 0
            var pixels = [UInt8](repeating: 0, count: height * width * 4)
            let isRead = unsafe pixels.withUnsafeMutableBytes { unsafe mlops_png_finish(&image, $0.baseAddress) != 0 }
            guard isRead else { return .failure(ImageError("the PNG file is damaged: \(unsafe message(image))")) }
            let channels = isGray ? 1 : 3
            var kept: [UInt8] = []
            kept.reserveCapacity(height * width * channels)
            for pixel in stride(from: 0, to: pixels.count, by: 4) { kept += pixels[pixel..<(pixel + channels)] }
            return .success(PixelImage(height: height, width: width, channels: channels, bytes: kept))
        }
        return try result.get()
    }

    private static func message(_ image: png_image) -> String {
        var text = unsafe image.message
        return unsafe withUnsafeBytes(of: &text) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
