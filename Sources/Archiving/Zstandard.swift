internal import CZstd
internal import Support

/// Compresses pieces into zstd frames of their own, with the settings that every package has.
@safe
package struct FrameCompressor: ~Copyable {
    private let context: OpaquePointer
    private var buffer: [UInt8] = []

    /// Level 1 with a checksum: on trained weights higher levels cost time and save nothing.
    package init() throws(ArchiveError) {
        guard let context = unsafe ZSTD_createCCtx() else { throw ArchiveError("compress", "out of memory") }
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        unsafe self.context = context
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    /// Compresses `bytes` into one frame and lends it to `body`.
    package mutating func withFrame<Result>(
        of bytes: RawSpan,
        _ body: (RawSpan) throws -> Result
    ) throws -> Result {
        let bound = ZSTD_compressBound(bytes.byteCount)
        if buffer.count < bound { buffer = [UInt8](repeating: 0, count: bound) }
        let size = unsafe buffer.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
            }
        }
        guard ZSTD_isError(size) == 0 else {
            throw ArchiveError("compress", unsafe String(cString: ZSTD_getErrorName(size)))
        }
        return try unsafe body(buffer.span.bytes.extracting(first: size))
    }
}

/// Decompresses single zstd frames whose raw size is known.
@safe
package struct FrameDecompressor: ~Copyable {
    private let context: OpaquePointer

    package init() throws(ArchiveError) {
        guard let context = unsafe ZSTD_createDCtx() else { throw ArchiveError("decompress", "out of memory") }
        unsafe self.context = context
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    /// The bytes that a frame holds which states its own size, up to `limit`.
    package mutating func decompress(_ frame: [UInt8], limit: Int) throws(ArchiveError) -> [UInt8] {
        let size = unsafe frame.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // Unknown and unreadable sizes are the two largest numbers.
        guard size <= UInt64(limit) else { throw ArchiveError("decompress", "the frame does not state a fit size") }
        return try unsafe decompress(frame.span.bytes, size: Int(size))
    }

    /// The `size` bytes that `frame` holds; more or fewer is an error, whatever the frame claims.
    package mutating func decompress(_ frame: RawSpan, size: Int) throws(ArchiveError) -> [UInt8] {
        var written = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
            written = unsafe frame.withUnsafeBytes { source in
                unsafe ZSTD_decompressDCtx(context, target.baseAddress, size, source.baseAddress, source.count)
            }
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        guard ZSTD_isError(written) == 0 else {
            throw ArchiveError("decompress", unsafe String(cString: ZSTD_getErrorName(written)))
        }
        guard written == size else {
            throw ArchiveError("decompress", "expected \(size) bytes, found \(written)")
        }
        return bytes
    }
}
