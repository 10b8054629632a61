internal import CKernelPrimitives
internal import Glibc

/// Threads that run one function together, each with its own number, again and again.
///
/// The threads live as long as the team. Between runs they spin for a moment and then sleep in the kernel. One caller at
/// a time may use a team; the caller is thread 0.
@safe
package final class ThreadTeam: @unchecked Sendable {
    /// The number of threads, with the caller.
    package let count: Int

    // The workers hold the shared part, not the team, so that the team's end can end them.
    private let shared: Shared
    private var workers: [pthread_t] = []
    /// The processors that workers are tied to.
    private var taken: [Int] = []

    /// A team of `count` threads, each tied to a processor of its own when there are enough of them.
    package init(count: Int) {
        precondition(count >= 1, "a team has at least the caller")
        self.count = count
        shared = Shared(count: count)
        let processors = Affinity.current.processors
        for number in 1..<max(count, 1) {
            let processor = count <= processors.count ? processors[number] : nil
            if let processor { taken.append(processor) }
            let work = Worker(shared: shared, number: number, processor: processor)
            let argument = unsafe Unmanaged.passRetained(work).toOpaque()
            var thread = pthread_t()
            let status = unsafe pthread_create(
                &thread,
                nil,
                { argument in
                    guard let argument = unsafe argument else { return nil }
                    unsafe Unmanaged<Worker>.fromOpaque(argument).takeRetainedValue().work()
                    return nil
                },
                argument
            )
            precondition(status == 0, "the system gave no thread (error \(status))")
            workers.append(thread)
        }
    }

    deinit {
        guard count > 1 else { return }
        shared.isEnding = true
        shared.barrier()
        for worker in workers { _ = pthread_join(worker, nil) }
    }

    /// Runs the function on every thread at once, with numbers from 0, and returns when all are done.
    package func run(_ body: (Int) -> Void) {
        guard count > 1 else { return body(0) }
        withoutActuallyEscaping(body) { body in
            shared.job = body
            shared.barrier()
            body(0)
            shared.barrier()
            shared.job = nil
        }
    }

    /// Inside ``run(_:)``: waits until every thread of the team is here.
    @inline(__always)
    package func barrier() { shared.barrier() }

    /// Runs the function with the calling thread tied to the team's first processor, and then frees the thread again.
    ///
    /// Without it Linux may put two threads of a busy team on one processor after a sleep.
    package func pinningCaller<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard count > 1 else { return try body() }
        let before = Affinity.current
        guard count <= before.processors.count else { return try body() }
        guard let free = before.processors.first(where: { !taken.contains($0) }) else { return try body() }
        Affinity(processor: free).apply()
        defer { before.apply() }
        return try body()
    }

    /// Runs the function with the calling thread on another processor than the workers.
    ///
    /// For short calls: the thread is tied to a processor only when it runs on one of theirs at the moment, where each would
    /// wait for the other.
    package func keepingCallerApart<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        taken.contains(Affinity.currentProcessor) ? try pinningCaller(body) : try body()
    }

    /// The share of `count` things that thread `thread` takes: neighbours, as even as can be.
    @inline(__always)
    package func share(of count: Int, thread: Int) -> Range<Int> {
        (count * thread / self.count)..<(count * (thread + 1) / self.count)
    }

    /// What the threads share.
    ///
    /// Every member is written by one thread before a barrier and read by others after it.
    @safe
    private final class Shared: @unchecked Sendable {
        let count: Int
        // Three words, each in a cache line of its own: arrivals, generation, sleepers.
        private let words: UnsafeMutablePointer<Int32>
        var job: ((Int) -> Void)?
        var isEnding = false

        init(count: Int) {
            self.count = count
            unsafe words = .allocate(capacity: 64)
            unsafe words.initialize(repeating: 0, count: 64)
        }

        deinit { unsafe words.deallocate() }

        @inline(__always)
        func barrier() {
            if count > 1 { meet() }
        }

        private func meet() {
            let (arrivals, generation, sleepers) = unsafe (words, words + 16, words + 32)
            let current = unsafe mlops_load_acquire(generation)
            if unsafe mlops_fetch_add(arrivals, 1) == Int32(count - 1) {
                unsafe mlops_store_release(arrivals, 0)
                unsafe mlops_store_release(generation, current &+ 1)
                if unsafe mlops_load_acquire(sleepers) > 0 { unsafe mlops_futex_wake(generation) }
                return
            }
            // Short enough to be kind to others on a shared machine, long enough for the gaps within a training step.
            for _ in 0..<4000 {
                if unsafe mlops_load_acquire(generation) != current { return }
                mlops_pause()
            }
            unsafe _ = mlops_fetch_add(sleepers, 1)
            while unsafe mlops_load_acquire(generation) == current { unsafe mlops_futex_wait(generation, current) }
            unsafe _ = mlops_fetch_add(sleepers, -1)
        }
    }

    /// One thread's life.
    private final class Worker {
        let shared: Shared
        let number: Int
        let processor: Int?

        init(shared: Shared, number: Int, processor: Int?) {
            self.shared = shared
            self.number = number
            self.processor = processor
        }

        func work() {
            if let processor { Affinity(processor: processor).apply() }
            while true {
                shared.barrier()
                if shared.isEnding { return }
                shared.job?(number)
                shared.barrier()
            }
        }
    }
}
