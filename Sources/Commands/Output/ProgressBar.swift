package import Lifecycle
internal import Support
internal import Synchronization

/// Draws progress on one line of the terminal, and wipes it when the work is done.
package final class ProgressBar: ProgressListener {
    private struct State {
        var task = ""
        var started = Stopwatch()
        var drawn = Stopwatch()
        var isVisible = false
        /// When the line of an epoch was written last.
        var lastEpoch = Stopwatch()
    }

    private let state = Mutex(State())
    private let write: @Sendable (String) -> Void
    private let isEnabled: Bool
    private let isQuiet: Bool
    private let width: Int

    /// With `isEnabled` false no bar is drawn; with `isQuiet` only warnings are written.
    package init(isEnabled: Bool, isQuiet: Bool, width: Int, write: @escaping @Sendable (String) -> Void) {
        self.isEnabled = isEnabled
        self.isQuiet = isQuiet
        self.width = width
        self.write = write
    }

    package func advance(_ task: String, done: Int, total: Int?, unit: ProgressUnit, details: String) {
        guard isEnabled else { return }
        state.withLock { state in
            if state.task != task {
                state.task = task
                state.started = Stopwatch()
                state.drawn = Stopwatch()
                // Work that is over at once needs no bar.
                return
            }
            guard state.drawn.seconds > 0.1 else { return }
            state.drawn = Stopwatch()
            state.isVisible = true
            write("\r\u{1B}[2K\(line(state, done, total, unit, details).harmless())")
        }
    }

    package func note(_ message: String) {
        guard !isQuiet else { return }
        state.withLock { state in
            write("\(state.isVisible ? "\r\u{1B}[2K" : "")\(message.harmless())\n")
        }
    }

    package func finishEpoch(_ epoch: FinishedEpoch) {
        guard !isQuiet else { return }
        // Of many short epochs a few show how it goes; the last one always stands there.
        let number = epoch.number
        let isShown = epoch.epochs <= 20 || number == 1 || number == epoch.epochs || number.isMultiple(of: 10)
        guard isShown || state.withLock({ $0.lastEpoch.seconds > 1 }) else { return }
        note(epoch.text)
        state.withLock { $0.lastEpoch = Stopwatch() }
    }

    package func finish() {
        state.withLock { state in
            if state.isVisible { write("\r\u{1B}[2K") }
            state = State()
        }
    }

    package func warn(_ message: String) {
        state.withLock { state in
            write("\(state.isVisible ? "\r\u{1B}[2K" : "")warning: \(message.harmless())\n")
        }
    }

    private func line(_ state: State, _ done: Int, _ total: Int?, _ unit: ProgressUnit, _ details: String) -> String {
        let seconds = state.started.seconds
        var parts = [state.task]
        if let total, total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * 24)
            parts.append(String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled))
            parts.append("\(Int(share * 100)) %")
            if share > 0, share < 1, seconds > 1 {
                parts.append("\(Wording.seconds(seconds / share - seconds)) left")
            }
        } else {
            parts.append(amount(done, unit))
        }
        if !details.isEmpty { parts.append(details) }
        if unit == .bytes, seconds > 0.5 { parts.append("\(Wording.bytes(Int(Double(done) / seconds)))/s") }
        return String(parts.joined(separator: "  ").prefix(max(20, width - 1)))
    }

    private func amount(_ count: Int, _ unit: ProgressUnit) -> String {
        switch unit {
        case .bytes: Wording.bytes(count)
        case .rows: Wording.plural(count, "row")
        case .items: Wording.count(count)
        case .samples: Wording.plural(count, "sample")
        }
    }
}
