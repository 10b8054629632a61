internal import Synchronization

/// Makes lines of what a program prints, hands them on, and keeps the last ones.
final class LineCollector: Sendable {
    /// The longest line that is shown; what is more is cut off.
    private static let longest = 2000
    private static let kept = 20

    private struct State {
        var rest: [UInt8] = []
        var last: [String] = []
    }

    private let state = Mutex(State())
    private let onLine: @Sendable (String) -> Void

    init(_ onLine: @escaping @Sendable (String) -> Void) { self.onLine = onLine }

    /// The lines that were printed last.
    var last: [String] { state.withLock { $0.last } }

    /// Takes over what was printed; a carriage return ends a line too, as progress bars use it.
    func add(_ bytes: [UInt8]) {
        let lines = state.withLock { state -> [String] in
            var lines: [String] = []
            for byte in bytes {
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                    if !state.rest.isEmpty { lines.append(String(decoding: state.rest, as: UTF8.self)) }
                    state.rest.removeAll(keepingCapacity: true)
                } else if state.rest.count < Self.longest {
                    state.rest.append(byte)
                }
            }
            state.last = (state.last + lines).suffix(Self.kept)
            return lines
        }
        for line in lines { onLine(line) }
    }

    /// Hands on what is left without an end of line.
    func finish() { add([UInt8(ascii: "\n")]) }
}

/// Why a program was stopped; the first reason counts.
final class StopReason: Sendable {
    enum Reason: Sendable { case cancelled, timeLimit }

    private let reason = Mutex<Reason?>(nil)

    var value: Reason? { reason.withLock { $0 } }

    func set(_ new: Reason) {
        reason.withLock { if $0 == nil { $0 = new } }
    }
}
