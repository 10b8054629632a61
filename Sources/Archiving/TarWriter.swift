internal import CLibarchive
internal import Support

/// Writes a tar archive whose bytes depend on nothing but the members' names and contents.
///
/// Only regular files, without time and owner, readable by all; the order is the caller's. The format is `ustar` with a
/// pax header where a name is long or not ASCII. `docs/format.md` has it byte for byte.
package struct TarWriter: ~Copyable {
    private let handle: TarWriteHandle
    private var remaining = 0

    /// Makes a writer that gives every piece of the archive to `output`, in order.
    package init(output: @escaping (RawSpan) throws -> Void) throws {
        let handle = try TarWriteHandle(output)
        try handle.open()
        self.handle = handle
    }

    /// The number of bytes given to the output so far.
    package var offset: Int { handle.offset }

    /// Starts a member of `size` bytes and returns the offset at which its content begins.
    package mutating func beginMember(_ path: String, size: Int) throws -> Int {
        try finishMember()
        guard let entry = unsafe archive_entry_new() else { throw ArchiveError("write the archive", "out of memory") }
        defer { unsafe archive_entry_free(entry) }
        unsafe archive_entry_set_pathname_utf8(entry, path)
        unsafe archive_entry_set_filetype(entry, MLOPS_AE_IFREG)
        unsafe archive_entry_set_perm(entry, 0o644)
        unsafe archive_entry_set_size(entry, Int64(size))
        try unsafe handle.check("write the archive") { unsafe archive_write_header($0, entry) }
        remaining = size
        return handle.offset
    }

    /// Appends to the content of the member.
    package mutating func write(_ bytes: RawSpan) throws {
        guard bytes.byteCount <= remaining else {
            throw ArchiveError("write the archive", "a member grew while it was read", kind: .conflict)
        }
        try handle.write(bytes)
        remaining -= bytes.byteCount
    }

    /// Writes the end of the archive, and ends the writer.
    package consuming func finish() throws {
        try finishMember()
        try unsafe handle.check("write the archive") { unsafe archive_write_close($0) }
    }

    private func finishMember() throws {
        guard remaining == 0 else {
            throw ArchiveError("write the archive", "a member shrank while it was read", kind: .conflict)
        }
    }
}

/// Owns one `struct archive` opened for writing, and frees it.
@safe
struct TarWriteHandle: ~Copyable {
    let pointer: OpaquePointer
    let sink: Sink

    /// What the C callback writes to, and what it could not throw through C.
    final class Sink {
        let output: (RawSpan) throws -> Void
        var offset = 0
        var failure: (any Error)?
        init(_ output: @escaping (RawSpan) throws -> Void) { self.output = output }
    }

    var offset: Int { sink.offset }

    init(_ output: @escaping (RawSpan) throws -> Void) throws {
        _ = Locale.isUTF8
        sink = Sink(output)
        guard let pointer = unsafe archive_write_new() else {
            throw ArchiveError("write the archive", "out of memory")
        }
        unsafe self.pointer = pointer
    }

    deinit {
        // A failed writer must not flush what it has: the output may have thrown already.
        unsafe archive_write_fail(pointer)
        unsafe archive_write_free(pointer)
    }

    /// Prepares the writing, apart from `init`, because a type that frees something cannot throw once it is whole.
    borrowing func open() throws {
        try unsafe check("write the archive") { unsafe archive_write_set_format_pax_restricted($0) }
        // Unbuffered, so that `offset` is exact, and without padding after the end.
        try unsafe check("write the archive") { unsafe archive_write_set_bytes_per_block($0, 0) }
        try unsafe check("write the archive") { unsafe archive_write_set_bytes_in_last_block($0, 1) }
        // SAFETY: the handle keeps the sink alive for as long as libarchive may call back.
        let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
        try unsafe check("write the archive") { archive in
            unsafe archive_write_open2(
                archive,
                context,
                nil,
                { _, context, bytes, count in
                    guard let context = unsafe context else { return -1 }
                    let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                    do {
                        try unsafe sink.output(UnsafeRawBufferPointer(start: bytes, count: count).bytes)
                        sink.offset += count
                        return count
                    } catch {
                        sink.failure = error
                        return -1
                    }
                },
                nil,
                nil
            )
        }
    }

    /// Turns a status other than `ARCHIVE_OK` into the output's error, or libarchive's message.
    borrowing func check(_ operation: String, _ call: (OpaquePointer) -> Int32) throws {
        let status = unsafe call(pointer)
        if let failure = sink.failure { throw failure }
        guard status == ARCHIVE_OK else { throw message(operation) }
    }

    borrowing func write(_ bytes: RawSpan) throws {
        let count = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(pointer, $0.baseAddress, $0.count) }
        if let failure = sink.failure { throw failure }
        guard count == bytes.byteCount else { throw message("write the archive") }
    }

    private borrowing func message(_ operation: String) -> ArchiveError {
        let text = unsafe archive_error_string(pointer)
        return ArchiveError(operation, unsafe text.map { unsafe String(cString: $0) } ?? "no message")
    }
}
