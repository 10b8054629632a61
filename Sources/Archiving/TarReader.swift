internal import CLibarchive
internal import Support

/// Reads a tar archive that may be hostile: it hands out names and contents, and touches no file.
package struct TarReader: ~Copyable {
    private let handle: TarReadHandle

    /// One member's header.
    package struct Member: Hashable, Sendable {
        package let path: String
        package let size: Int
    }

    /// Makes a reader that asks `input` for the next piece; an empty piece is the end.
    package init(input: @escaping () throws -> [UInt8]) throws {
        let handle = try TarReadHandle(input)
        try handle.open()
        self.handle = handle
    }

    /// The next member; `nil` at the end of the archive.
    ///
    /// Throws ``ArchiveError`` for anything but a regular file with a plain relative name: links, devices, holes,
    /// absolute names, `..`, names that are not UTF-8.
    package mutating func nextMember() throws -> Member? {
        try handle.nextMember()
    }

    /// Gives the content of the current member to `body`, piece by piece.
    package mutating func readContent(_ body: (RawSpan) throws -> Void) throws {
        try handle.readContent(body)
    }

    /// The whole content of the current member, up to `limit` bytes.
    package mutating func readContent(limit: Int) throws -> [UInt8] {
        var content: [UInt8] = []
        try handle.readContent { bytes in
            guard content.count + bytes.byteCount <= limit else {
                throw ArchiveError("read the archive", "a member is larger than \(limit) bytes")
            }
            unsafe bytes.withUnsafeBytes { unsafe content.append(contentsOf: $0) }
        }
        return content
    }
}

/// Owns one `struct archive` opened for reading, and frees it.
@safe
struct TarReadHandle: ~Copyable {
    let pointer: OpaquePointer
    let source: Source

    /// What the C callback reads from, and what it could not throw through C.
    @safe
    final class Source {
        let input: () throws -> [UInt8]
        /// The piece that libarchive looks at, in memory that does not move.
        var piece = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
        var failure: (any Error)?
        init(_ input: @escaping () throws -> [UInt8]) { self.input = input }
        deinit { unsafe piece.deallocate() }
    }

    init(_ input: @escaping () throws -> [UInt8]) throws {
        _ = Locale.isUTF8
        source = Source(input)
        guard let pointer = unsafe archive_read_new() else { throw ArchiveError("read the archive", "out of memory") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe archive_read_free(pointer) }

    /// Prepares the reading.
    ///
    /// Apart from `init`, because a type that frees something cannot throw once it is whole.
    borrowing func open() throws {
        try unsafe check { unsafe archive_read_support_format_tar($0) }
        // SAFETY: the handle keeps the source alive for as long as libarchive may call back.
        let context = unsafe Unmanaged.passUnretained(source).toOpaque()
        try unsafe check { archive in
            unsafe archive_read_open(
                archive,
                context,
                nil,
                { _, context, buffer in
                    guard let context = unsafe context else { return -1 }
                    let source = unsafe Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
                    do {
                        let bytes = try source.input()
                        unsafe source.piece.deallocate()
                        unsafe source.piece = .allocate(byteCount: max(1, bytes.count), alignment: 16)
                        unsafe source.piece.copyBytes(from: bytes)
                        unsafe buffer?.pointee = UnsafeRawPointer(source.piece.baseAddress)
                        return bytes.count
                    } catch {
                        source.failure = error
                        return -1
                    }
                },
                nil
            )
        }
    }

    borrowing func nextMember() throws -> TarReader.Member? {
        var header: OpaquePointer?
        let status = unsafe archive_read_next_header(pointer, &header)
        if let failure = source.failure { throw failure }
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK, let header = unsafe header else { throw message() }
        guard let name = unsafe archive_entry_pathname_utf8(header) else {
            throw ArchiveError("read the archive", "a member's name is not UTF-8")
        }
        let path = unsafe String(cString: name)
        guard unsafe archive_entry_filetype(header) == MLOPS_AE_IFREG, unsafe archive_entry_hardlink(header) == nil,
            unsafe archive_entry_symlink(header) == nil, unsafe archive_entry_sparse_count(header) == 0
        else {
            throw ArchiveError("read the archive", "`\(path)` is no regular file")
        }
        guard MemberPath.isSafe(path) else {
            throw ArchiveError("read the archive", "the name `\(path)` leads out of the archive")
        }
        let size = unsafe archive_entry_size(header)
        guard size >= 0 else { throw ArchiveError("read the archive", "`\(path)` has a negative size") }
        return TarReader.Member(path: path, size: Int(size))
    }

    borrowing func readContent(_ body: (RawSpan) throws -> Void) throws {
        var expected: Int64 = 0
        while true {
            var bytes: UnsafeRawPointer?
            var (count, offset): (Int, Int64) = (0, 0)
            let status = unsafe archive_read_data_block(pointer, &bytes, &count, &offset)
            if let failure = source.failure { throw failure }
            if status == ARCHIVE_EOF { return }
            // Every other status, a warning too, means that the content is not what was packed.
            guard status == ARCHIVE_OK else { throw message() }
            guard offset == expected else { throw ArchiveError("read the archive", "a member has holes") }
            expected += Int64(count)
            try unsafe body(UnsafeRawBufferPointer(start: bytes, count: count).bytes)
        }
    }

    private borrowing func check(_ call: (OpaquePointer) -> Int32) throws {
        let status = unsafe call(pointer)
        if let failure = source.failure { throw failure }
        guard status == ARCHIVE_OK else { throw message() }
    }

    private borrowing func message() -> ArchiveError {
        let text = unsafe archive_error_string(pointer)
        return unsafe ArchiveError("read the archive", text.map { unsafe String(cString: $0) } ?? "no message")
    }
}
