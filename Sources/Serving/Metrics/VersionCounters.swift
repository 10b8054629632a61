internal import NIOCore

/// What one event loop has seen of one version; the loops are added up when somebody asks.
struct VersionCounters: Sendable {
    /// Requests that were answered, and the nanoseconds that they took.
    private(set) var successes = Count()
    /// Requests that were not, by the status that they got.
    private(set) var failures: [Int: Count] = [:]
    /// Rows that were answered.
    private(set) var rows: UInt64 = 0
    /// Calls of the model; each answers the rows of one or of several requests.
    private(set) var calls: UInt64 = 0
    private(set) var waiting = Count()
    private(set) var reading = Count()
    private(set) var inferring = Count()
    private(set) var writing = Count()
    private(set) var latencies = LatencyHistogram()
    /// What the answers said.
    private(set) var answers = AnswerTally()
    /// Answers that were held back because a number in them is none.
    private(set) var nonFinite: UInt64 = 0
    /// Requests in a row that the version could not answer, the latest of this event loop.
    private(set) var failuresInARow = 0
    /// What became of copies of requests, while the version is a shadow.
    private(set) var copies = Copies()
    /// When the last answer was given, in milliseconds since 1970.
    private(set) var lastAnswer: UInt64 = 0

    /// So many events that took so long together.
    struct Count: Sendable, Hashable {
        private(set) var count: UInt64 = 0
        private(set) var nanoseconds: UInt64 = 0

        mutating func add(_ time: TimeAmount, events: UInt64 = 1) {
            count &+= events
            nanoseconds &+= UInt64(max(0, time.nanoseconds))
        }

        mutating func add(_ other: Count) {
            count &+= other.count
            nanoseconds &+= other.nanoseconds
        }
    }

    /// Where the time of a request went.
    struct Times: Sendable {
        var reading = TimeAmount.zero
        var waiting = TimeAmount.zero
        var inferring = TimeAmount.zero
        var writing = TimeAmount.zero
        var total = TimeAmount.zero
    }

    /// What became of the copies that a shadow gets.
    struct Copies: Sendable, Hashable {
        var answered: UInt64 = 0
        var failed: UInt64 = 0
        /// Copies that were not made, as the shadow was behind.
        var shed: UInt64 = 0
        /// Rows of which both versions have said something, and those of which they have said the same.
        var compared: UInt64 = 0
        var agreed: UInt64 = 0

        mutating func add(_ other: Copies) {
            answered &+= other.answered
            failed &+= other.failed
            shed &+= other.shed
            compared &+= other.compared
            agreed &+= other.agreed
        }
    }

    mutating func succeed(rows: Int, _ content: ModelAnswer.Content, _ times: Times, at milliseconds: UInt64) {
        answers.add(content)
        failuresInARow = 0
        successes.add(times.total)
        reading.add(times.reading)
        waiting.add(times.waiting)
        inferring.add(times.inferring)
        writing.add(times.writing)
        self.rows &+= UInt64(rows)
        latencies.add(times.total)
        lastAnswer = milliseconds
    }

    mutating func fail(_ error: RequestError, after time: TimeAmount) {
        failures[error.status, default: Count()].add(time)
        if error == .nonFinite { nonFinite &+= 1 }
        // A server that is full, or too late, says nothing of the version.
        if error.status == 500 { failuresInARow += 1 }
    }

    /// A copy of a request was answered, or could not be.
    mutating func answerCopy(_ content: ModelAnswer.Content?, agreement: (rows: Int, same: Int)?) {
        guard let content else {
            copies.failed &+= 1
            return
        }
        answers.add(content)
        copies.answered &+= 1
        copies.compared &+= UInt64(agreement?.rows ?? 0)
        copies.agreed &+= UInt64(agreement?.same ?? 0)
    }

    mutating func shedCopy() { copies.shed &+= 1 }

    mutating func forgetNumbers() { answers.forgetNumbers() }

    mutating func call() { calls &+= 1 }

    mutating func add(_ other: VersionCounters) {
        successes.add(other.successes)
        for (status, count) in other.failures { failures[status, default: Count()].add(count) }
        rows &+= other.rows
        calls &+= other.calls
        waiting.add(other.waiting)
        reading.add(other.reading)
        inferring.add(other.inferring)
        writing.add(other.writing)
        latencies.add(other.latencies)
        answers.add(other.answers)
        nonFinite &+= other.nonFinite
        failuresInARow = max(failuresInARow, other.failuresInARow)
        copies.add(other.copies)
        lastAnswer = max(lastAnswer, other.lastAnswer)
    }

    /// Requests that the server itself could not answer.
    var serverErrors: UInt64 { failures.filter { $0.key >= 500 }.reduce(0) { $0 &+ $1.value.count } }
}
