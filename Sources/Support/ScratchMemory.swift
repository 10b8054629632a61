internal import Glibc

/// Numbers of one program run, all zero at first: in memory, or in a temporary file that the kernel reads page by page.
///
/// The file has no name any more, so that a killed process leaves nothing behind. What is written to it moves to the disk
/// when memory is needed for something else.
@safe
package final class ScratchMemory: @unchecked Sendable {
    package let byteCount: Int
    /// Whether the bytes lie in a file.
    package let isFile: Bool
    private let start: UnsafeMutableRawPointer?

    /// So many bytes, in a file of `folder` when they are more than `limit`.
    ///
    /// - Throws: `SystemError` when there is no such memory, or not so much room on the disk.
    package convenience init(
        bytes count: Int,
        limit: Int,
        folder: String = ScratchMemory.usualFolder
    ) throws(SystemError) {
        guard count > limit else {
            self.init(bytes: count)
            return
        }
        let file = try File(temporaryWithPrefix: "\(folder)/mlops-")
        try FileSystem.removeFile(file.path)
        // Room that is missing must be an error here, and not a signal at the first write.
        let status = posix_fallocate(file.descriptor, 0, count)
        guard status == 0 else { throw SystemError("make room for \(count) bytes in", folder, number: status) }
        let memory = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0)
        guard unsafe memory != MAP_FAILED else { throw .last("map \(count) bytes of", folder) }
        unsafe self.init(start: memory, byteCount: count, isFile: true)
    }

    /// So many bytes in memory.
    package convenience init(bytes count: Int) {
        guard count > 0 else {
            unsafe self.init(start: nil, byteCount: 0, isFile: false)
            return
        }
        let memory = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard unsafe memory != MAP_FAILED else { preconditionFailure("out of memory: \(count) bytes wanted") }
        // Advice only: rows are taken in any order, and fewer, larger pages are found faster.
        if count > 1 << 22 { unsafe _ = madvise(memory, count, MADV_HUGEPAGE) }
        unsafe self.init(start: memory, byteCount: count, isFile: false)
    }

    private init(start: UnsafeMutableRawPointer?, byteCount: Int, isFile: Bool) {
        unsafe self.start = start
        self.byteCount = byteCount
        self.isFile = isFile
    }

    deinit {
        if let start = unsafe start { unsafe munmap(start, byteCount) }
    }

    /// Where temporary files may be large: the system's usual temporary folder is often kept in memory.
    package static let usualFolder = "/var/tmp"

    /// The bytes as floats, which nobody may write while others read.
    package var floats: UnsafeMutableBufferPointer<Float> {
        unsafe UnsafeMutableBufferPointer(
            start: start?.assumingMemoryBound(to: Float.self),
            count: byteCount / MemoryLayout<Float>.stride
        )
    }

    /// Has bytes of a file fetched from the disk while the caller does something else.
    package func prefetch(_ bytes: Range<Int>) {
        guard isFile, let start = unsafe start else { return }
        let page = 4096
        let first = bytes.lowerBound / page * page
        unsafe _ = madvise(start + first, bytes.upperBound - first, MADV_WILLNEED)
    }
}
