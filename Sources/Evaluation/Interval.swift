internal import Support

/// The range that holds a figure with 95 % confidence.
package struct Interval: Codable, Sendable, Hashable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// How often rows are drawn for an interval.
    package static let resamples = 1000

    /// The quantile of the normal distribution that leaves 2.5 % above it.
    private static let quantile = 1.959963984540054

    /// Wilson's interval of a share: right in `successes` of `rows` cases; `nil` without a case.
    package static func wilson(successes: Int, rows: Int) -> Interval? {
        guard rows > 0 else { return nil }
        let (count, share) = (Double(rows), Double(successes) / Double(rows))
        let square = quantile * quantile
        let center = (share + square / (2 * count)) / (1 + square / count)
        let spread = (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        let half = quantile / (1 + square / count) * spread
        return Interval(
            lower: successes == 0 ? 0 : max(0, center - half),
            upper: successes == rows ? 1 : min(1, center + half)
        )
    }

    /// Newcombe's interval of a difference of two independent shares, first minus second; `nil` without a case of either.
    ///
    /// Newcombe (1998), "Interval estimation for the difference between independent proportions", method 10: the distances of
    /// Wilson's bounds, put together like the sides of a right angle.
    package static func newcombe(
        first: (successes: Int, rows: Int),
        second: (successes: Int, rows: Int)
    ) -> Interval? {
        guard let one = wilson(successes: first.successes, rows: first.rows),
            let other = wilson(successes: second.successes, rows: second.rows)
        else { return nil }
        let (p, q) = (Double(first.successes) / Double(first.rows), Double(second.successes) / Double(second.rows))
        func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        return Interval(
            lower: p - q - root(p - one.lower, other.upper - q),
            upper: p - q + root(one.upper - p, q - other.lower)
        )
    }

    /// The range of the middle 95 % of a metric over rows drawn again and again with replacement (Efron, 1979).
    ///
    /// The same seed gives the same interval. Draws in which the metric is not defined are left out; `nil` when fewer
    /// than half of them are left.
    package static func bootstrap(
        of metric: Metric,
        in judged: some JudgedPredictions,
        resamples: Int = Interval.resamples,
        seed: UInt64
    ) -> Interval? {
        bootstrap(of: [metric], in: judged, resamples: resamples, seed: seed, onResample: { _ in })[0]
    }

    /// The ranges of several metrics over the same draws; each is what it would be alone.
    ///
    /// After each draw `onResample` hears how many there were, and may end the work by an error.
    package static func bootstrap(
        of metrics: [Metric],
        in judged: some JudgedPredictions,
        resamples: Int = Interval.resamples,
        seed: UInt64,
        onResample: (Int) throws -> Void
    ) rethrows -> [Interval?] {
        guard !metrics.isEmpty, judged.rows > 1, resamples > 1 else { return metrics.map { _ in nil } }
        let random = CounterRandom(seed: seed, stream: 0x424F_4F54)
        var values = [[Double]](repeating: [], count: metrics.count)
        for resample in 0..<resamples {
            let draws = random.substream(UInt64(resample))
            var weights = [Double](repeating: 0, count: judged.rows)
            for draw in 0..<judged.rows {
                let row = draws.integer(at: UInt64(draw), below: judged.rows)
                weights[row] += judged.weights[row]
            }
            for (index, value) in judged.values(of: metrics, weights: weights).enumerated() {
                if let value { values[index].append(value) }
            }
            try onResample(resample + 1)
        }
        return values.map { values in
            guard values.count * 2 >= resamples else { return nil }
            let sorted = values.sorted()
            return Interval(lower: percentile(sorted, 0.025), upper: percentile(sorted, 0.975))
        }
    }

    /// The range of the middle 95 % of what a metric of one model is above that of another, over the same draws of rows.
    ///
    /// Both must be judged on the same rows, in the same order: what is hard for one is mostly hard for the other, and
    /// that part of chance cancels out. `nil` as for ``bootstrap(of:in:resamples:seed:)``.
    package static func bootstrapDifference<Judged: JudgedPredictions>(
        of metric: Metric,
        from baseline: Judged,
        to candidate: Judged,
        resamples: Int = 1000,
        seed: UInt64
    ) -> Interval? {
        guard candidate.rows > 1, candidate.rows == baseline.rows, resamples > 1 else { return nil }
        let random = CounterRandom(seed: seed, stream: 0x424F_4F54)
        var values: [Double] = []
        for resample in 0..<resamples {
            let draws = random.substream(UInt64(resample))
            var weights = [Double](repeating: 0, count: candidate.rows)
            for draw in 0..<candidate.rows {
                let row = draws.integer(at: UInt64(draw), below: candidate.rows)
                weights[row] += candidate.weights[row]
            }
            if let new = candidate.value(of: metric, weights: weights),
                let old = baseline.value(of: metric, weights: weights)
            {
                values.append(new - old)
            }
        }
        guard values.count * 2 >= resamples else { return nil }
        values.sort()
        return Interval(lower: percentile(values, 0.025), upper: percentile(values, 0.975))
    }

    /// Between two neighbors in proportion, as `numpy.percentile` does.
    private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let index = min(Int(place), sorted.count - 2)
        return sorted[index] + (sorted[index + 1] - sorted[index]) * (place - Double(index))
    }
}
