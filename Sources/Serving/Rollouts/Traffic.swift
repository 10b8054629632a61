/// What a version has answered.
package struct Traffic: Sendable, Equatable {
    package let model: String
    package let version: String
    package let digest: String
    package private(set) var answered: UInt64
    /// Requests that the server could not answer, though they were fine.
    package private(set) var failed: UInt64
    /// Requests at fault.
    package private(set) var refused: UInt64
    /// Answers that were held back because a number in them is none; they are among the failed ones.
    package private(set) var nonFinite: UInt64
    /// Requests in a row that it could not answer, up to now.
    package let failuresInARow: Int
    /// Copies of requests that it was given as a shadow.
    package private(set) var copies: Copies
    /// Rows by the class that was answered.
    package private(set) var classes: [String: UInt64]
    /// The latest numbers that were answered.
    package let numbers: [Float]
    package private(set) var latencies: LatencyHistogram

    /// What became of the copies that a shadow gets.
    package struct Copies: Sendable, Equatable {
        package var answered: UInt64 = 0
        package var failed: UInt64 = 0
        /// Rows of which both versions have said something, and those of which they have said the same.
        package var compared: UInt64 = 0
        package var agreed: UInt64 = 0

        package init(answered: UInt64 = 0, failed: UInt64 = 0, compared: UInt64 = 0, agreed: UInt64 = 0) {
            self.answered = answered
            self.failed = failed
            self.compared = compared
            self.agreed = agreed
        }
    }

    /// Traffic that was counted elsewhere, such as in a test.
    package init(
        model: String,
        version: String,
        digest: String = "",
        answered: UInt64 = 0,
        failed: UInt64 = 0,
        nonFinite: UInt64 = 0,
        failuresInARow: Int = 0,
        copies: Copies = Copies(),
        classes: [String: UInt64] = [:],
        numbers: [Float] = [],
        latencies: LatencyHistogram = LatencyHistogram()
    ) {
        self.model = model
        self.version = version
        self.digest = digest
        self.answered = answered
        self.failed = failed
        refused = 0
        self.nonFinite = nonFinite
        self.failuresInARow = failuresInARow
        self.copies = copies
        self.classes = classes
        self.numbers = numbers
        self.latencies = latencies
    }

    init(_ version: VersionName, _ counters: VersionCounters) {
        model = version.model
        self.version = version.version
        digest = version.digest
        answered = counters.successes.count
        failed = counters.serverErrors
        refused = counters.failures.values.reduce(0) { $0 &+ $1.count } &- counters.serverErrors
        nonFinite = counters.nonFinite
        failuresInARow = counters.failuresInARow
        copies = Copies(
            answered: counters.copies.answered,
            failed: counters.copies.failed,
            compared: counters.copies.compared,
            agreed: counters.copies.agreed
        )
        classes = Dictionary(
            zip(version.classes, counters.answers.classes),
            uniquingKeysWith: { first, second in first &+ second }
        )
        numbers = counters.answers.numbers
        latencies = counters.latencies
    }

    /// What has been added since an earlier moment; the numbers are those that are remembered.
    package func since(_ earlier: Traffic?) -> Traffic {
        guard let earlier else { return self }
        var rest = self
        rest.answered &-= earlier.answered
        rest.failed &-= earlier.failed
        rest.refused &-= earlier.refused
        rest.nonFinite &-= earlier.nonFinite
        rest.copies.answered &-= earlier.copies.answered
        rest.copies.failed &-= earlier.copies.failed
        rest.copies.compared &-= earlier.copies.compared
        rest.copies.agreed &-= earlier.copies.agreed
        for (name, count) in earlier.classes { rest.classes[name, default: count] &-= count }
        rest.latencies = latencies.since(earlier.latencies)
        return rest
    }
}
