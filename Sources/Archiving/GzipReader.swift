internal import CLibarchive
package import Support

/// A compressed file that cannot be read.
package struct GzipError: Failure, Hashable {
    /// The file.
    package let path: String
    /// What is wrong with it, in the words of libarchive where these exist.
    package let message: String
    package let hints: [String]

    package var description: String { "\(path): \(message)" }
    package var kind: FailureKind { .integrity }
}

/// Reads a file as a stream of bytes, uncompressed on the way when it is a gzip file.
///
/// The content decides, not the name, and pipes can be read. libarchive checks neither the checksum nor the length at
/// the end of a gzip file, so this type does.
package struct GzipReader: ~Copyable {
    /// The path that the file was opened under, for messages.
    package let path: String
    /// Whether the file is compressed.
    package let isCompressed: Bool
    private let file: File
    private let handle: StreamHandle
    private var checksum = CRC32()
    private var count = 0
    private var isAtEnd: Bool
    /// Where the rest of a plain file begins, which is read without a detour; `nil` for what libarchive reads.
    private var offset: Int?

    /// Opens a file.
    package init(path: String) throws {
        let file = try File(reading: path)
        let handle = try StreamHandle(path: path)
        try unsafe handle.check("read") { unsafe archive_read_support_filter_gzip($0) }
        try unsafe handle.check("read") { unsafe archive_read_support_format_raw($0) }
        try unsafe handle.check("read") { unsafe archive_read_support_format_empty($0) }
        try unsafe handle.check("read") { unsafe archive_read_open_fd($0, file.descriptor, 1 << 16) }
        isAtEnd = try handle.beginContent()
        isCompressed = handle.isCompressed
        if !isCompressed, FileSystem.entryKind(at: path) != .other { offset = 0 }
        self.path = path
        self.handle = handle
        self.file = file
    }

    /// Reads up to the size of `buffer` and returns the number of bytes; 0 at the end of the file.
    ///
    /// - Throws: ``GzipError`` when the file is damaged or cut off.
    package mutating func read(into buffer: inout MutableRawSpan) throws -> Int {
        guard !isAtEnd, buffer.byteCount > 0 else { return 0 }
        if let start = offset {
            let read = try file.read(into: &buffer, at: start)
            offset = start + read
            return read
        }
        let read = try handle.read(into: &buffer)
        guard read > 0 else {
            isAtEnd = true
            if isCompressed { try checkEnd() }
            return 0
        }
        if isCompressed {
            let all = buffer.bytes
            checksum.update(all.extracting(first: read))
            count += read
        }
        return read
    }

    /// Compares what was read with the checksum and the length in the last eight bytes of the file.
    private borrowing func checkEnd() throws {
        guard FileSystem.entryKind(at: path) != .other else { return }
        var end = [UInt8](repeating: 0, count: 8)
        var span = end.mutableSpan
        var target = unsafe span.mutableBytes
        let size = try file.size()
        guard size >= 18, try file.read(into: &target, at: size - 8) == 8 else { return }
        let stored = end.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard stored == UInt64(truncatingIfNeeded: count) << 32 | UInt64(checksum.value) else {
            throw GzipError(
                path: path,
                message: "the checksum does not match the content: the file is damaged, or several gzip files in one",
                hints: ["copy or download the file again; several files become one with: gzip -dc FILE | gzip > NEW"]
            )
        }
    }
}

/// Owns one `struct archive` opened for reading, and frees it.
@safe
struct StreamHandle: ~Copyable {
    private let pointer: OpaquePointer
    private let path: String

    init(path: String) throws(GzipError) {
        guard let pointer = unsafe archive_read_new() else {
            throw GzipError(path: path, message: "out of memory", hints: [])
        }
        unsafe self.pointer = pointer
        self.path = path
    }

    deinit { unsafe archive_read_free(pointer) }

    /// Turns a status other than `ARCHIVE_OK` into the message that libarchive keeps on the handle.
    borrowing func check(_ operation: StaticString, _ call: (OpaquePointer) -> Int32) throws(GzipError) {
        guard unsafe call(pointer) == ARCHIVE_OK else { throw lastError(operation) }
    }

    /// Goes to the content, and returns whether there is none.
    borrowing func beginContent() throws(GzipError) -> Bool {
        var entry: OpaquePointer?
        switch unsafe archive_read_next_header(pointer, &entry) {
        case ARCHIVE_OK: return false
        case ARCHIVE_EOF: return true
        default: throw lastError("read")
        }
    }

    var isCompressed: Bool { unsafe archive_filter_code(pointer, 0) == ARCHIVE_FILTER_GZIP }

    borrowing func read(into buffer: inout MutableRawSpan) throws(GzipError) -> Int {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe archive_read_data(pointer, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw lastError("read") }
        return count
    }

    private borrowing func lastError(_ operation: StaticString) -> GzipError {
        let text = unsafe archive_error_string(pointer).map { unsafe String(cString: $0) }
        return GzipError(
            path: path,
            message: "cannot \(operation): \(text ?? "the compressed data is damaged")",
            hints: ["copy or download the file again"]
        )
    }
}

/// The checksum of gzip and PNG, computed piece by piece, eight bytes at a time.
struct CRC32 {
    private var state = UInt32.max

    var value: UInt32 { ~state }

    /// Table 0 moves one byte through the register; table n does it n bytes ahead.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
        for index in 256..<8 * 256 {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 255)]
        }
        return tables
    }()

    mutating func update(_ bytes: RawSpan) {
        let tables = Self.tables
        var state = state
        var position = 0
        while position + 8 <= bytes.byteCount {
            let word =
                unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
                ^ UInt64(state)
            state = 0
            for byte in 0..<8 { state ^= tables[(7 - byte) * 256 + Int(word >> UInt64(8 * byte) & 255)] }
            position += 8
        }
        while position < bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
            state = state >> 8 ^ tables[Int((UInt8(truncatingIfNeeded: state) ^ byte))]
            position += 1
        }
        self.state = state
    }
}
