internal import Glibc

/// The bytes of a file, read by the kernel page by page as they are looked at.
///
/// For files that are replaced as a whole and never shortened in place, such as git's.
@safe
package final class MappedFile {
    private let bytes: UnsafeRawBufferPointer

    /// Maps a whole file.
    package init(_ path: String) throws(SystemError) {
        let file = try File(reading: path)
        let count = try file.size()
        guard count > 0 else {
            unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
        guard unsafe start != MAP_FAILED else { throw .last("map", path) }
        unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        guard let start = unsafe bytes.baseAddress else { return }
        unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }

    /// Lends the bytes.
    package func withBytes<Result, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Result) throws(E) -> Result {
        try unsafe body(bytes)
    }
}
