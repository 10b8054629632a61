internal import Glibc
internal import Support

/// The refs of a repository that git has packed into one file, `packed-refs`, sorted by name.
///
/// libgit2 reads the file into a table for every process, which takes 30 ms for 20,000 tags. Here a name is found by
/// bisection in the mapped file, of which a few pages are read. It is looked at again when another file has taken its
/// place.
final class PackedReferences {
    private let path: String
    private var file: MappedFile?
    private var stamp: FileStamp?
    /// What stands in a file that is not sorted.
    private var unsorted: [String: ObjectID]?

    init(of repository: String) { path = "\(repository)/packed-refs" }

    /// The object that a packed ref names; `nil` when there is none of that name.
    func find(_ name: String) throws(GitError) -> ObjectID? {
        try refresh()
        if let unsorted { return unsorted[name] }
        return try unsafe file?.withBytes { (bytes) throws(GitError) in
            let lines = unsafe PackedLines(bytes)
            guard let line = lines.line(at: lines.lowerBound(of: Array(name.utf8))), line.name.elementsEqual(name.utf8)
            else { return nil }
            return try id(line)
        } ?? nil
    }

    /// The packed refs whose names start with `prefix`.
    func list(under prefix: String) throws(GitError) -> [String: ObjectID] {
        try refresh()
        if let unsorted { return unsorted.filter { $0.key.hasPrefix(prefix) } }
        return try unsafe file?.withBytes { (bytes) throws(GitError) in
            let lines = unsafe PackedLines(bytes)
            var found: [String: ObjectID] = [:]
            var start = lines.lowerBound(of: Array(prefix.utf8))
            while let line = lines.line(at: start), line.name.starts(with: prefix.utf8) {
                found[String(decoding: line.name, as: UTF8.self)] = try id(line)
                start = line.end + 1
            }
            return found
        } ?? [:]
    }

    private func id(_ line: PackedLines.Line) throws(GitError) -> ObjectID {
        guard let id = ObjectID(String(decoding: line.digits, as: UTF8.self)) else {
            throw GitError(code: .mismatch, operation: "read the packed refs", message: "`\(path)` is malformed")
        }
        return id
    }

    /// Maps the file, if it is not the one that was mapped last.
    private func refresh() throws(GitError) {
        let current = FileSystem.stamp(of: path)
        guard current != stamp else { return }
        unsorted = nil
        do throws(SystemError) {
            file = current == nil ? nil : try MappedFile(path)
        } catch {
            throw GitError(code: .generic, operation: "read the packed refs", message: error.description)
        }
        stamp = current
        // Git has written them sorted since 2018; what another tool wrote is looked up in a table.
        try unsafe file?.withBytes { (bytes) throws(GitError) in
            let header = unsafe bytes.prefix { $0 != UInt8(ascii: "\n") }
            if unsafe String(decoding: header, as: UTF8.self).contains(" sorted") { return }
            let lines = unsafe PackedLines(bytes)
            var table: [String: ObjectID] = [:]
            var start = 0
            while let line = lines.line(at: start) {
                table[String(decoding: line.name, as: UTF8.self)] = try id(line)
                start = line.end + 1
            }
            unsorted = table
        }
    }
}

/// The lines of `packed-refs`: forty digits, a space and a name.
///
/// What starts with `#` is the header; `^` and a peeled object belong to the line before.
@safe
private struct PackedLines {
    private let bytes: UnsafeRawBufferPointer

    /// For as long as the bytes are lent.
    @unsafe
    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    /// One ref.
    struct Line {
        let digits: [UInt8]
        let name: [UInt8]
        /// Where its line ends.
        let end: Int
    }

    /// The ref at or after `start`, which is the start of a line.
    func line(at start: Int) -> Line? {
        var start = start
        while unsafe start < bytes.count, !isReference(at: start) { start = end(of: start) + 1 }
        guard unsafe start < bytes.count, case let end = end(of: start), end - start > 41 else { return nil }
        return unsafe Line(digits: Array(bytes[start..<start + 40]), name: Array(bytes[start + 41..<end]), end: end)
    }

    /// The start of the first ref whose name is not before `name`.
    func lowerBound(of name: [UInt8]) -> Int {
        var (low, high) = unsafe (0, bytes.count)
        while low < high {
            // From the middle back to the start of a line that is a ref.
            var start = (low + high) / 2
            while start > low, unsafe bytes[start - 1] != UInt8(ascii: "\n") || !isReference(at: start) { start -= 1 }
            guard let line = line(at: start) else { return unsafe bytes.count }
            if line.name.lexicographicallyPrecedes(name) {
                low = min(line.end + 1, high)
            } else {
                high = start
            }
        }
        return low
    }

    private func end(of start: Int) -> Int {
        unsafe bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    }

    /// Whether a line that starts here is a ref of its own.
    private func isReference(at start: Int) -> Bool {
        unsafe bytes[start] != UInt8(ascii: "^") && bytes[start] != UInt8(ascii: "#")
    }
}
