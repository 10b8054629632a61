internal import CLibarchive
package import Support

/// Reads single members out of a zip file, such as the arrays of an NPZ file.
package enum ZipMember {
    /// The names of the members.
    ///
    /// - Throws: ``GzipError`` when the file is no zip file, or damaged.
    package static func names(in path: String) throws -> [String] {
        var names: [String] = []
        try forEach(in: path) { name, _ in
            names.append(name)
            return true
        }
        return names
    }

    /// Writes the content of the member called `name` to `file`, and returns whether there is one.
    ///
    /// - Throws: ``GzipError`` when the file is no zip file, or damaged, and `SystemError` when it cannot be written.
    package static func extract(_ name: String, from path: String, to file: borrowing File) throws -> Bool {
        var found = false
        try forEach(in: path) { member, handle in
            guard member == name else { return true }
            found = true
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            while true {
                var span = buffer.mutableSpan
                var bytes = unsafe span.mutableBytes
                let count = try handle.read(into: &bytes)
                if count == 0 { return false }
                try file.write(Array(buffer[..<count]))
            }
        }
        return found
    }

    /// Shows every member until `body` returns that it has seen enough.
    private static func forEach(
        in path: String,
        _ body: (_ name: String, _ handle: borrowing StreamHandle) throws -> Bool
    ) throws {
        let file = try File(reading: path)
        let handle = try StreamHandle(path: path)
        try unsafe handle.check("read") { unsafe archive_read_support_format_zip($0) }
        try unsafe handle.check("read") { unsafe archive_read_open_fd($0, file.descriptor, 1 << 16) }
        while let name = try handle.nextMember() {
            guard try body(name, handle) else { return }
        }
        withExtendedLifetime(file.descriptor) {}
    }
}

extension StreamHandle {
    /// Goes to the next member, and returns its name; `nil` after the last.
    borrowing func nextMember() throws(GzipError) -> String? {
        var name: String?
        var isAtEnd = false
        try unsafe check("read") { pointer in
            var entry: OpaquePointer?
            let status = unsafe archive_read_next_header(pointer, &entry)
            if status == ARCHIVE_EOF {
                isAtEnd = true
                return ARCHIVE_OK
            }
            if let entry = unsafe entry, let path = unsafe archive_entry_pathname_utf8(entry) {
                name = unsafe String(cString: path)
            }
            return status
        }
        return isAtEnd ? nil : name ?? ""
    }
}
