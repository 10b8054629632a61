internal import NIOCore
internal import NIOPosix

/// The event loops of a server, and what each has for itself.
struct LoopRegistry: Sendable {
    private let states: [(loop: any EventLoop, state: NIOLoopBound<LoopState>)]

    /// Makes the state of every loop, on that loop.
    init(_ group: MultiThreadedEventLoopGroup, _ service: Service) async throws {
        var states: [(loop: any EventLoop, state: NIOLoopBound<LoopState>)] = []
        for loop in group.makeIterator() {
            let state = try await loop.submit { NIOLoopBound(LoopState(loop, service), eventLoop: loop) }.get()
            states.append((loop, state))
        }
        self.states = states
    }

    /// The state of the loop that runs this.
    func state(of loop: any EventLoop) -> LoopState? { states.first { $0.loop === loop }?.state.value }

    /// Asks every loop, and gives their answers to one of them.
    func ask<Result: Sendable>(
        _ question: @escaping @Sendable (LoopState) -> Result,
        for loop: any EventLoop
    ) -> EventLoopFuture<[Result]> {
        EventLoopFuture.whenAllSucceed(
            states.map { entry in entry.loop.submit { question(entry.state.value) } },
            on: loop
        )
    }

    /// Has something done on every loop, and waits until it is.
    func tell(_ change: @escaping @Sendable (LoopState) -> Void) async throws {
        for entry in states { try await entry.loop.submit { change(entry.state.value) }.get() }
    }
}
