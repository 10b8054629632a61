internal import CKernelPrimitives

/// The processors that a thread may run on.
package struct Affinity: Sendable, Equatable {
    private var words: [UInt64]

    /// Those of the calling thread; none when the system does not say.
    package static var current: Affinity {
        var words = [UInt64](repeating: 0, count: Int(MLOPS_CPU_WORDS))
        let status = unsafe words.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let first = buffer.baseAddress else { return -1 }
            return unsafe mlops_get_affinity(first)
        }
        return Affinity(words: status > 0 ? words : [])
    }

    /// The processor that the calling thread runs on at the moment.
    package static var currentProcessor: Int { Int(sched_getcpu()) }

    private init(words: [UInt64]) { self.words = words }

    /// One processor.
    package init(processor: Int) { self.init(processors: [processor]) }

    /// Some processors.
    package init(processors: some Sequence<Int>) {
        words = [UInt64](repeating: 0, count: Int(MLOPS_CPU_WORDS))
        for processor in processors { words[processor / 64] |= 1 << UInt64(processor % 64) }
    }

    /// The numbers of the processors.
    package var processors: [Int] {
        words.indices.flatMap { word in (0..<64).filter { words[word] >> UInt64($0) & 1 == 1 }.map { word * 64 + $0 } }
    }

    /// Ties the calling thread to these processors; a refusal by the system changes nothing.
    package func apply() {
        guard words.count == Int(MLOPS_CPU_WORDS) else { return }
        unsafe words.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            unsafe _ = mlops_set_affinity(first)
        }
    }
}
