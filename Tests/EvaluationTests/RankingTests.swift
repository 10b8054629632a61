import Evaluation
import Support
import Testing

/// The figures of the order of scores, beside their definitions.
struct RankingTests {
    /// Scores with ties, zeros of both signs, the smallest numbers there are, and neighbors that differ by one bit.
    private static let odd: [Double] = [
        0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e-300, 0.1, 0.1.nextUp, 0.1.nextDown, 0.5, 1,
        1.nextDown, 1 + 1e-7,
    ]

    private func scores(_ rows: Int, seed: UInt64) -> [Double] {
        let random = CounterRandom(seed: seed, stream: 1)
        return (0..<rows).map { row in
            let kind = random.integer(at: UInt64(row), below: 3)
            let value = random.uniform(at: UInt64(row + 100_000))
            return kind == 0
                ? Self.odd[random.integer(at: UInt64(row + 200_000), below: Self.odd.count)]
                : kind == 1 ? (value * 8).rounded() / 8 : value
        }
    }

    /// The area under the curve is the chance that a row of the class has the higher score, ties counting one half.
    @Test(arguments: [2, 3, 50, 700])
    func theAreaIsAShareOfPairs(rows: Int) throws {
        let scores = scores(rows, seed: UInt64(rows))
        let random = CounterRandom(seed: 9, stream: 2)
        let labels = (0..<rows).map { $0 == 0 ? 1 : $0 == 1 ? 0 : Int32(random.integer(at: UInt64($0), below: 2)) }
        let weights = (0..<rows).map { Double(random.integer(at: UInt64($0 + 1000), below: 4)) + 1 }
        var (sum, total) = (0.0, 0.0)
        for first in 0..<rows where labels[first] == 1 {
            for second in 0..<rows where labels[second] == 0 {
                let pair = weights[first] * weights[second]
                total += pair
                sum += scores[first] > scores[second] ? pair : scores[first] == scores[second] ? pair / 2 : 0
            }
        }
        let judged = try JudgedClassification(
            labels: labels,
            probabilities: scores.flatMap { [max(0, 1 - $0), $0] },
            classes: 2,
            weights: weights
        )
        #expect(agree(judged.value(of: .rocAUC), sum / total))
    }

    /// Half of the weight has errors up to the median.
    @Test(arguments: [1, 2, 3, 8, 501])
    func theMedianIsInTheMiddle(rows: Int) throws {
        let random = CounterRandom(seed: 4, stream: 3)
        let errors = (0..<rows).map { (random.uniform(at: UInt64($0)) * 50).rounded() - 25 }
        let sorted = errors.map { abs($0) }.sorted()
        let judged = try JudgedRegression(targets: errors.map { _ in 3 }, predictions: errors.map { 3 + $0 })
        let expected = (sorted[(rows - 1) / 2] + sorted[rows / 2]) / 2
        #expect(agree(judged.value(of: .medianAbsoluteError), expected))
    }

    @Test func severalMetricsAtOnceAreWhatEachIsAlone() throws {
        let rows = 300
        let scores = scores(rows, seed: 5)
        let judged = try JudgedClassification(
            labels: (0..<rows).map { Int32($0 % 2) },
            probabilities: scores.flatMap { [max(0, 1 - $0), $0] },
            classes: 2
        )
        let together = judged.values(of: Metric.all, weights: judged.weights)
        #expect(together == Metric.all.map { judged.value(of: $0) })
        let metrics: [Metric] = [.rocAUC, .accuracy, .r2, .logLoss]
        #expect(
            Interval.bootstrap(of: metrics, in: judged, resamples: 40, seed: 7, onResample: { _ in })
                == metrics.map { Interval.bootstrap(of: $0, in: judged, resamples: 40, seed: 7) }
        )
    }
}
