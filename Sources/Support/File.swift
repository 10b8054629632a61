internal import CLinux
internal import Glibc

/// An open file, closed when the value goes out of scope.
package struct File: ~Copyable {
    /// The file descriptor, valid for the lifetime of this value.
    package let descriptor: Int32
    /// The path that the file was opened under, for messages.
    package let path: String

    /// Takes over an open descriptor.
    package init(owning descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens an existing file or directory for reading.
    package init(reading path: String) throws(SystemError) {
        try self.init(opening: path, flags: O_RDONLY)
    }

    /// Opens a file for writing, empties it, and creates it when it is missing.
    package init(writing path: String, permissions: UInt32 = 0o644) throws(SystemError) {
        try self.init(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC, permissions: permissions)
    }

    /// Opens a file for appending, and creates it when it is missing.
    package init(appendingTo path: String, permissions: UInt32 = 0o644) throws(SystemError) {
        try self.init(opening: path, flags: O_WRONLY | O_CREAT | O_APPEND, permissions: permissions)
    }

    /// Creates a file with a random name that starts with `prefix`, for the owner alone.
    package init(temporaryWithPrefix prefix: String) throws(SystemError) {
        var template = Array("\(prefix)XXXXXX".utf8CString)
        let descriptor = unsafe mkostemp(&template, O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("create", prefix) }
        self.init(
            owning: descriptor,
            path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        )
    }

    /// Opens a path with the flags of `open(2)`; the descriptor is not inherited by child processes.
    package init(opening path: String, flags: Int32, permissions: UInt32 = 0o644) throws(SystemError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC, permissions)
        guard descriptor >= 0 else { throw .last(flags & O_CREAT == 0 ? "open" : "create", path) }
        self.init(owning: descriptor, path: path)
    }

    deinit { close(descriptor) }
}

extension File {
    /// Reads up to the size of `buffer` and returns the number of bytes; 0 at the end of the file.
    package borrowing func read(into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
        var count = -1
        repeat {
            count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw .last("read", path) }
        return count
    }

    /// Fills `buffer` from `offset` on, without moving the file's position, and returns the number of bytes.
    ///
    /// The number is smaller than the buffer only at the end of the file.
    package borrowing func read(into buffer: inout MutableRawSpan, at offset: Int) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.byteCount {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("read", path)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads everything from the current position on.
    ///
    /// - Throws: ``SystemError`` with `EFBIG` when there are more than `limit` bytes.
    package borrowing func readToEnd(limit: Int = 1 << 30) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: max(4096, min(try size(), 1 << 20) + 1))
        while true {
            var span = buffer.mutableSpan
            var target = unsafe span.mutableBytes
            let count = try read(into: &target)
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw SystemError("read", path, number: EFBIG) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Writes all of `bytes` at the current position.
    package borrowing func write(_ bytes: RawSpan) throws(SystemError) {
        var done = 0
        while done < bytes.byteCount {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("write", path)
            }
            done += count
        }
    }

    /// Writes all of `bytes` at the current position.
    package borrowing func write(_ bytes: [UInt8]) throws(SystemError) {
        try unsafe write(bytes.span.bytes)
    }

    /// Writes `text` in UTF-8 at the current position.
    package borrowing func write(_ text: String) throws(SystemError) {
        try write(Array(text.utf8))
    }

    /// Writes all of `bytes` from `offset` on, without moving the file's position.
    package borrowing func write(_ bytes: RawSpan, at offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.byteCount {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe pwrite(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("write", path)
            }
            done += count
        }
    }

    /// Waits until the file's bytes are on the disk.
    package borrowing func sync() throws(SystemError) {
        guard fsync(descriptor) == 0 else { throw .last("flush", path) }
    }

    /// Starts writing the file's bytes to the disk, without waiting.
    package borrowing func startSync() {
        _ = sync_file_range(descriptor, 0, 0, UInt32(MLOPS_SYNC_FILE_RANGE_WRITE))
    }

    /// Waits until everything on the file's file system is on the disk.
    package borrowing func syncFileSystem() throws(SystemError) {
        guard syncfs(descriptor) == 0 else { throw .last("flush", path) }
    }

    /// The size in bytes.
    package borrowing func size() throws(SystemError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("examine", path) }
        return Int(status.st_size)
    }

    /// Which file it is, whatever has its name later.
    package borrowing func identity() throws(SystemError) -> FileIdentity {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("examine", path) }
        return FileIdentity(status)
    }

    /// Sets the permission bits.
    package borrowing func setPermissions(_ bits: UInt32) throws(SystemError) {
        guard fchmod(descriptor, bits) == 0 else { throw .last("change the permissions of", path) }
    }
}
