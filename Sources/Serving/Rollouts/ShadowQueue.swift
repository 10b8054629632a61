internal import NIOCore
internal import NIOPosix
internal import Support
internal import Synchronization

/// Puts copies of requests to shadows, one at a time, on a thread that runs when nothing else wants to.
///
/// Copies are the first thing to go when there is much to do: few may wait, and what is more is not made.
final class ShadowQueue: Sendable {
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let waiting = Atomic<Int>(0)

    /// Copies that may wait.
    private static let limit = 32

    init() {
        thread.start()
        thread.submit { _ in Threads.yieldToAllOthers() }
    }

    /// A request whose answer has gone out already.
    struct Copy: Sendable {
        let inputs: [InputTensor]
        /// What the stable version has said.
        let content: ModelAnswer.Content
        let shadow: LoadedVersion
    }

    /// Takes a copy, unless too many wait; `loop` counts what becomes of it.
    func take(_ copy: Copy, for state: NIOLoopBound<LoopState>, on loop: any EventLoop) -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.limit else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        thread.submit { [self] status in
            let content = status == .active ? Self.answer(copy) : nil
            waiting.subtract(1, ordering: .relaxed)
            guard status == .active else { return }
            let agreement = content.flatMap { copy.content.agreement(with: $0) }
            loop.execute {
                state.value.count(copy.shadow.name) { $0.answerCopy(content, agreement: agreement) }
            }
        }
        return true
    }

    /// What the shadow says; `nil` where it cannot answer what the stable version could.
    private static func answer(_ copy: Copy) -> ModelAnswer.Content? {
        guard let prepared = try? copy.shadow.servable.prepare(copy.inputs) else { return nil }
        switch prepared {
        case .answered: return .other
        case .rows(let rows):
            guard let answer = try? copy.shadow.servable.answer(rows) else { return nil }
            return try? copy.shadow.servable.meaning(of: answer).content
        }
    }

    func stop() async { try? await thread.shutdownGracefully() }
}
