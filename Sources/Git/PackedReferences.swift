internal import Glibc
internal import Support

/// The refs of a repository that git has packed into one file, `packed-refs`, sorted by name.
///
/// libgit2 reads the file into a table for every process, which takes 30 ms for 20,000 tags. Here a name is found by
/// bisection. The file is read again when another one has taken its place.
final class PackedReferences {
    private let path: String
    private var bytes: [UInt8] = []
    private var stamp: FileStamp?

    init(of repository: String) { path = "\(repository)/packed-refs" }

    /// The object that a packed ref names; `nil` when there is none of that name.
    func find(_ name: String) throws(GitError) -> ObjectID? {
        try refresh()
        let start = lowerBound(of: Array(name.utf8))
        guard let line = line(at: start), line.name.elementsEqual(name.utf8) else { return nil }
        return try line.id(in: path)
    }

    /// The packed refs whose names start with `prefix`, in the order of their bytes.
    func list(under prefix: String) throws(GitError) -> [(name: String, id: ObjectID)] {
        try refresh()
        var found: [(name: String, id: ObjectID)] = []
        var start = lowerBound(of: Array(prefix.utf8))
        while let line = line(at: start), line.name.starts(with: prefix.utf8) {
            found.append((String(decoding: line.name, as: UTF8.self), try line.id(in: path)))
            start = end(of: start) + 1
        }
        return found
    }

    /// Reads the file, if it is not the one that was read last.
    private func refresh() throws(GitError) {
        let current = FileSystem.stamp(of: path)
        guard current != stamp else { return }
        do throws(SystemError) {
            bytes = current == nil ? [] : try FileSystem.read(path)
        } catch {
            throw GitError(code: .generic, operation: "read the packed refs", message: error.description)
        }
        stamp = current
        // Git has written them sorted since 2018; what another tool wrote is put in order here.
        let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if !String(decoding: header, as: UTF8.self).contains(" sorted") { sort() }
    }

    private func sort() {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).filter { $0.count > 41 && $0.first != UInt8(ascii: "#") }
        let sorted = lines.sorted { $0.dropFirst(41).lexicographicallyPrecedes($1.dropFirst(41)) }
        bytes = sorted.flatMap { $0 + [UInt8(ascii: "\n")] }
    }
}

/// Lines: forty digits, a space and a name. What starts with `#` is the header; `^` and a peeled object belong to the line
/// before.
extension PackedReferences {
    private struct Line {
        let digits: ArraySlice<UInt8>
        let name: ArraySlice<UInt8>

        func id(in path: String) throws(GitError) -> ObjectID {
            guard let id = ObjectID(String(decoding: digits, as: UTF8.self)) else {
                throw GitError(code: .mismatch, operation: "read the packed refs", message: "`\(path)` is malformed")
            }
            return id
        }
    }

    /// Where the line ends that starts at `start`.
    private func end(of start: Int) -> Int {
        bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    }

    /// Whether a line that starts here is a ref of its own.
    private func isReference(at start: Int) -> Bool {
        bytes[start] != UInt8(ascii: "^") && bytes[start] != UInt8(ascii: "#")
    }

    /// The ref at or after `start`, which is the start of a line.
    private func line(at start: Int) -> Line? {
        var start = start
        while start < bytes.count, !isReference(at: start) { start = end(of: start) + 1 }
        guard start < bytes.count, case let end = end(of: start), end - start > 41 else { return nil }
        return Line(digits: bytes[start..<start + 40], name: bytes[start + 41..<end])
    }

    /// The start of the first ref whose name is not before `name`.
    private func lowerBound(of name: [UInt8]) -> Int {
        var (low, high) = (0, bytes.count)
        while low < high {
            // From the middle back to the start of a line that is a ref.
            var start = (low + high) / 2
            while start > low, bytes[start - 1] != UInt8(ascii: "\n") || !isReference(at: start) { start -= 1 }
            guard let line = line(at: start) else { return bytes.count }
            if line.name.lexicographicallyPrecedes(name) {
                low = min(line.name.endIndex + 1, high)
            } else {
                high = start
            }
        }
        return low
    }
}
