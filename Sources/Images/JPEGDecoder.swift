internal import CJPEG

/// Reads JPEG files, baseline or progressive.
///
/// The slow, exact transform is used: its bits do not depend on the processor.
enum JPEGDecoder {
    static func decode(_ bytes: [UInt8]) throws(ImageError) -> PixelImage {
        guard let decoder = unsafe tjInitDecompress() else { throw ImageError("libjpeg could not be started") }
        defer { unsafe tjDestroy(decoder) }
        let failure = { unsafe ImageError("the JPEG file is damaged: \(String(cString: tjGetErrorStr2(decoder)))") }
        var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let header = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe tjDecompressHeader3(
                decoder,
                source.baseAddress,
                UInt(source.count),
                &width,
                &height,
                &sampling,
                &colours
            )
        }
        guard header == 0 else { throw failure() }
        guard colours != Int32(TJCS_CMYK.rawValue), colours != Int32(TJCS_YCCK.rawValue) else {
            throw ImageError("the JPEG file has four colours for printing", hints: ["convert it to RGB"])
        }
        try ImageFile.check(height: Int(height), width: Int(width))
        let channels = colours == Int32(TJCS_GRAY.rawValue) ? 1 : 3
        var pixels = [UInt8](repeating: 0, count: Int(height) * Int(width) * channels)
        let format = Int32(channels == 1 ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue)
        let status = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe pixels.withUnsafeMutableBufferPointer { target in
                // A warning, such as for a file that is cut off, is an error too: half a picture teaches nothing.
                unsafe tjDecompress2(
                    decoder,
                    source.baseAddress,
                    UInt(source.count),
                    target.baseAddress,
                    width,
                    0,
                    height,
                    format,
                    Int32(TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING)
                )
            }
        }
        guard status == 0 else { throw failure() }
        return PixelImage(height: Int(height), width: Int(width), channels: channels, bytes: pixels)
    }
}
