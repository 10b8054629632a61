internal import CKernelPrimitives
internal import Glibc

/// Floats in memory of their own, aligned for vectors, in huge pages where that pays; freed with the object.
///
/// It is `Sendable` so that threads can share it: they must write disjoint parts, or take turns at a barrier. The
/// kernels' callers see to that.
@safe
package final class AlignedBuffer: @unchecked Sendable {
    /// The first of `count` floats.
    package let start: UnsafeMutablePointer<Float>
    package let count: Int

    /// Floats, all zero.
    package init(count: Int) {
        let hugePage = 1 << 21
        var bytes = max(64, count * MemoryLayout<Float>.stride)
        let isLarge = bytes >= hugePage / 2
        if isLarge { bytes = (bytes + hugePage - 1) / hugePage * hugePage }
        var memory: UnsafeMutableRawPointer?
        let status = unsafe posix_memalign(&memory, isLarge ? hugePage : 64, bytes)
        guard status == 0, let memory = unsafe memory else {
            preconditionFailure("out of memory: \(bytes) bytes wanted")
        }
        // Advice only: without huge pages everything works, a little slower.
        if isLarge { unsafe _ = madvise(memory, bytes, MADV_HUGEPAGE) }
        unsafe start = memory.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
        unsafe start.initialize(repeating: 0, count: bytes / MemoryLayout<Float>.stride)
        self.count = count
    }

    deinit { unsafe free(start) }

    /// A matrix that starts `offset` floats into the buffer, `row` floats from one row to the next.
    package func rows(at offset: Int = 0, row: Int) -> MatrixRows {
        unsafe MatrixRows(start: start + offset, row: row)
    }

    /// Copies floats in, from `offset` on.
    package func write(_ values: [Float], at offset: Int = 0) {
        precondition(offset + values.count <= count, "the values fit into the buffer")
        unsafe values.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe (start + offset).update(from: first, count: source.count)
        }
    }

    /// Copies floats out, from `offset` on.
    package func read(_ count: Int, at offset: Int = 0) -> [Float] {
        precondition(offset + count <= self.count, "the values lie in the buffer")
        return unsafe Array(UnsafeBufferPointer(start: start + offset, count: count))
    }
}
