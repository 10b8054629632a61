internal import Evaluation
internal import Monitoring
package import Serving
internal import Support

/// A candidate beside the stable version, judged by what both did in the same window of time.
///
/// Each comparison errs to one side: it fails where the data say with 95 % confidence that the candidate is worse by more than matters.
package struct CandidateAnalysis: Sendable, Encodable, Equatable {
    package enum Verdict: String, Sendable, Encodable {
        case pass
        case fail
        /// Too little was seen to say either.
        case inconclusive
    }

    package let verdict: Verdict
    /// What the candidate has answered or could not.
    package let requests: Int
    /// A sentence for each thing that is wrong, or for what is missing.
    package let reasons: [String]

    /// The difference of error rates that is borne, and the rate of a candidate that is not, whatever the stable version's.
    private static let (errorDifference, errorRate) = (0.005, 0.01)
    /// What the 99th percentile of the time may grow by: both together are too much.
    private static let (latencyFactor, latencyGrowth) = (1.5, 0.005)
    /// When distributions of answers differ, as in monitoring: significant, and large enough to matter.
    private static let (alpha, effect) = (DriftSettings.standard.alpha, DriftSettings.standard.effect)

    /// Judges a candidate that has part of the traffic, and must have been asked so often.
    package init(canary: Traffic, stable: Traffic, minRequests: Int) {
        let cases = (canary: Self.cases(canary), stable: Self.cases(stable))
        var reasons = Self.nonFinite(canary)
        if cases.canary.rows >= minRequests {
            reasons += Self.errors(cases.canary, cases.stable)
            reasons += Self.latency(canary.latencies, stable.latencies)
            reasons += Self.answers(canary, stable)
        }
        self.init(reasons, requests: cases.canary.rows, minRequests)
    }

    /// Judges a candidate that gets copies of requests.
    ///
    /// How long it takes is not compared: copies run when nothing else wants to.
    package init(shadow: Traffic, stable: Traffic, minRequests: Int) {
        let requests = Int(shadow.copies.answered + shadow.copies.failed)
        var reasons: [String] = []
        if requests >= minRequests {
            reasons += Self.errors((Int(shadow.copies.failed), requests), Self.cases(stable))
            reasons += Self.answers(shadow, stable)
        }
        self.init(reasons, requests: requests, minRequests)
    }

    private init(_ reasons: [String], requests: Int, _ minRequests: Int) {
        self.requests = requests
        if !reasons.isEmpty {
            (verdict, self.reasons) = (.fail, reasons)
        } else if requests < minRequests {
            (verdict, self.reasons) = (.inconclusive, ["\(requests) of \(minRequests) requests seen"])
        } else {
            (verdict, self.reasons) = (.pass, [])
        }
    }

    /// Requests that the server could not answer, and all that were fine.
    private static func cases(_ traffic: Traffic) -> (successes: Int, rows: Int) {
        (Int(traffic.failed), Int(traffic.answered + traffic.failed))
    }

    private static func nonFinite(_ canary: Traffic) -> [String] {
        canary.nonFinite == 0 ? [] : ["\(canary.nonFinite) answers with a number that is not finite"]
    }

    private static func errors(
        _ candidate: (successes: Int, rows: Int),
        _ stable: (successes: Int, rows: Int)
    ) -> [String] {
        guard candidate.rows > 0 else { return [] }
        let rate = Double(candidate.successes) / Double(candidate.rows)
        let other = stable.rows == 0 ? 0 : Double(stable.successes) / Double(stable.rows)
        let difference = Interval.newcombe(first: candidate, second: stable)
        guard rate > other, rate > errorRate || (difference?.lower ?? 0) > errorDifference else { return [] }
        let sure = difference.map { ", at least \(percent(max(0, $0.lower))) more with 95 % confidence" } ?? ""
        return [
            "\(percent(rate)) of \(candidate.rows) requests failed, \(percent(other)) of the stable version's \(stable.rows)\(sure)"
        ]
    }

    /// The candidate's 99th percentile is taken from its lower bound by order statistics, so that one slow answer says nothing.
    private static func latency(_ candidate: LatencyHistogram, _ stable: LatencyHistogram) -> [String] {
        let (count, total) = (Double(candidate.total), Double(stable.total))
        guard count > 0, total > 0 else { return [] }
        // Of n answers so many are below the percentile, give or take; 1.645 deviations less are left below in 95 % of cases.
        let rank = 0.99 * count - 1.645 * (count * 0.99 * 0.01).squareRoot()
        guard let time = candidate.value(at: UInt64(max(1, rank))),
            let usual = stable.value(at: UInt64(max(1, (0.99 * total).rounded(.up)))),
            time > latencyFactor * usual, time - usual > latencyGrowth
        else { return [] }
        return [
            "the 99th percentile of the time is \(milliseconds(time)) or more, the stable version's \(milliseconds(usual))"
        ]
    }

    private static func answers(_ candidate: Traffic, _ stable: Traffic) -> [String] {
        if !candidate.numbers.isEmpty, !stable.numbers.isEmpty {
            let (new, old) = (
                NumericDistribution(candidate.numbers.map { Double($0) }),
                NumericDistribution(stable.numbers.map { Double($0) })
            )
            guard let test = KolmogorovSmirnovTest(old, new), test.pValue < alpha, test.statistic >= effect else {
                return []
            }
            return ["other numbers are answered: KS \(rounded(test.statistic)), p \(rounded(test.pValue))"]
        }
        let names = Set(candidate.classes.keys).union(stable.classes.keys).sorted()
        let pair = BinnedPair(
            reference: names.map { Int(stable.classes[$0] ?? 0) },
            current: names.map { Int(candidate.classes[$0] ?? 0) }
        )
        guard let test = ChiSquareTest(pair), let index = pair.populationStabilityIndex,
            test.pValue < alpha, index >= effect
        else { return [] }
        let most = names.max { change($0, candidate, stable) < change($1, candidate, stable) } ?? ""
        return [
            "other classes are answered (PSI \(rounded(index)), p \(rounded(test.pValue))): "
                + "\(most) \(share(most, stable)) -> \(share(most, candidate))"
        ]
    }

    private static func part(_ name: String, _ traffic: Traffic) -> Double {
        let total = traffic.classes.values.reduce(0, +)
        return total == 0 ? 0 : Double(traffic.classes[name] ?? 0) / Double(total)
    }

    private static func change(_ name: String, _ candidate: Traffic, _ stable: Traffic) -> Double {
        abs(part(name, candidate) - part(name, stable))
    }

    private static func share(_ name: String, _ traffic: Traffic) -> String { percent(part(name, traffic)) }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

    private static func milliseconds(_ seconds: Double) -> String {
        seconds.isFinite ? "\((seconds * 10_000).rounded() / 10) ms" : "more than a server waits"
    }

    private static func rounded(_ number: Double) -> String {
        number < 0.0001 ? "below 0.0001" : "\((number * 10_000).rounded() / 10_000)"
    }
}
