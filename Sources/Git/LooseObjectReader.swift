internal import CLibgit2
internal import Glibc
internal import Support

/// Reads git's loose object files, also damaged ones.
///
/// libgit2 1.5 trusts the size in the header of a loose object: one flipped bit there makes it write past its buffer.
/// A file is therefore inflated here, and what does not fit is an error.
enum LooseObjectReader {
    /// The largest object that is read whole.
    ///
    /// Models are cut into pieces of a few MiB.
    static let limit = 1 << 30

    /// The object in the file of `id`; `nil` when there is no such file, because the object is packed or missing.
    static func read(_ id: ObjectID, in repository: String) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8])? {
        let name = id.description
        let path = "\(repository)/objects/\(name.prefix(2))/\(name.dropFirst(2))"
        let compressed: [UInt8]
        do throws(SystemError) {
            compressed = try FileSystem.read(path, limit: limit)
        } catch {
            if error.number == ENOENT { return nil }
            throw damaged(id, error.description)
        }
        let raw = try inflate(compressed, id)
        guard let end = raw.prefix(64).firstIndex(of: 0) else { throw damaged(id, "it has no header") }
        let words = raw[..<end].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 2, let kind = ObjectKind(rawValue: words[0]), let size = Int(words[1]),
            raw.count - end - 1 == size
        else { throw damaged(id, "its header does not describe it") }
        return (kind, Array(raw[(end + 1)...]))
    }

    private static func damaged(_ id: ObjectID, _ reason: String) -> GitError {
        GitError(code: .mismatch, operation: "read the object \(id)", message: reason)
    }

    /// Inflates a whole zlib stream, which must end where the file ends.
    private static func inflate(_ compressed: [UInt8], _ id: ObjectID) throws(GitError) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw damaged(id, "out of memory")
        }
        defer { unsafe inflateEnd(&stream) }
        // Stored blocks hardly shrink; what was compressed well grows as it needs to.
        var raw = [UInt8](repeating: 0, count: compressed.count + 64)
        var input = compressed
        let status = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.next_in = source.baseAddress
            unsafe stream.avail_in = UInt32(clamping: source.count)
            var status = Z_OK
            while status == Z_OK {
                let done = Int(unsafe stream.total_out)
                if done == raw.count {
                    guard raw.count < limit else { return Z_MEM_ERROR }
                    raw.append(contentsOf: repeatElement(0, count: min(raw.count, limit - raw.count)))
                }
                status = unsafe raw.withUnsafeMutableBufferPointer { target in
                    unsafe stream.next_out = target.baseAddress.map { unsafe $0 + done }
                    unsafe stream.avail_out = UInt32(clamping: target.count - done)
                    return unsafe CLibgit2.inflate(&stream, Z_NO_FLUSH)
                }
            }
            return status
        }
        guard status == Z_STREAM_END, unsafe stream.avail_in == 0 else { throw damaged(id, "it cannot be inflated") }
        raw.removeLast(raw.count - Int(unsafe stream.total_out))
        return raw
    }
}

extension ObjectKind {
    /// What git puts before the bytes of an object of this kind, in its file and in its hash.
    func header(size: Int) -> [UInt8] { Array("\(rawValue) \(size)".utf8) + [0] }

    /// The name that git gives to an object of this kind with these bytes.
    func name(of bytes: RawSpan) -> ObjectID? {
        var hash = ObjectHash()
        unsafe hash.update(header(size: bytes.byteCount).span.bytes)
        hash.update(bytes)
        return ObjectID(bytes: hash.finish())
    }
}
