import Lifecycle
import Serving
import Support
import Testing

/// What is said of a candidate by what it and the stable version have done.
struct CandidateAnalysisTests {
    /// Answers that took so many milliseconds each.
    private func latencies(_ milliseconds: [Double]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for time in milliseconds { histogram.add(nanoseconds: Int64(time * 1e6)) }
        return histogram
    }

    private func traffic(
        _ answered: Int,
        failed: Int = 0,
        nonFinite: Int = 0,
        classes: [String: UInt64] = [:],
        numbers: [Float] = [],
        milliseconds: Double = 1
    ) -> Traffic {
        Traffic(
            model: "m",
            version: "v1.0.0",
            answered: UInt64(answered),
            failed: UInt64(failed),
            nonFinite: UInt64(nonFinite),
            classes: classes,
            numbers: numbers,
            latencies: latencies([Double](repeating: milliseconds, count: answered))
        )
    }

    private func judge(_ canary: Traffic, _ stable: Traffic, minRequests: Int = 100) -> CandidateAnalysis {
        CandidateAnalysis(canary: canary, stable: stable, minRequests: minRequests)
    }

    @Test func whatIsTheSamePasses() {
        let counts: [String: UInt64] = ["a": 60, "b": 40]
        let analysis = judge(
            traffic(100, classes: counts),
            traffic(9_900, classes: counts.mapValues { $0 * 99 })
        )
        #expect(analysis.verdict == .pass && analysis.reasons.isEmpty && analysis.requests == 100)
    }

    @Test func tooFewRequestsSayNothing() {
        let analysis = judge(traffic(40, failed: 12), traffic(10_000))
        #expect(analysis.verdict == .inconclusive && analysis.reasons == ["52 of 100 requests seen"])
        // A number that is none is no matter of chance.
        #expect(judge(traffic(40, failed: 1, nonFinite: 1), traffic(10_000)).verdict == .fail)
    }

    @Test func failuresCountOnlyWhereTheStableVersionHasFewer() {
        #expect(judge(traffic(95, failed: 5), traffic(9_900)).verdict == .fail)
        #expect(judge(traffic(95, failed: 5), traffic(900, failed: 100)).verdict == .pass)
        // One failure among a hundred may be chance; one in a hundred among a hundred thousand is none.
        #expect(judge(traffic(99, failed: 1), traffic(9_900)).verdict == .pass)
        #expect(judge(traffic(99_100, failed: 900), traffic(100_000)).verdict == .fail)
    }

    @Test func slownessMustBeLargeAndSure() {
        func judge(_ slow: [Double], _ usual: [Double]) -> CandidateAnalysis.Verdict {
            func traffic(_ times: [Double]) -> Traffic {
                Traffic(
                    model: "m",
                    version: "v",
                    answered: UInt64(times.count),
                    latencies: latencies(times)
                )
            }
            return CandidateAnalysis(canary: traffic(slow), stable: traffic(usual), minRequests: 100).verdict
        }
        let usual = (0..<10_000).map { 1 + Double($0 % 100) / 20 }
        #expect(judge((0..<200).map { 20 + Double($0 % 10) }, usual) == .fail)
        // Half as much again, but not by five milliseconds.
        #expect(judge([Double](repeating: 9, count: 200), usual) == .pass)
        // One slow answer of a hundred is not yet the 99th percentile.
        #expect(judge([Double](repeating: 2, count: 99) + [500], usual) == .pass)
    }

    @Test func otherAnswersFail() {
        let usual: [String: UInt64] = ["coat": 3_000, "shirt": 3_000, "bag": 3_000]
        let analysis = judge(traffic(100, classes: ["shirt": 90, "coat": 10]), traffic(9_000, classes: usual))
        #expect(analysis.verdict == .fail)
        #expect(analysis.reasons.first?.contains("shirt 33.3 % -> 90.0 %") == true, "\(analysis.reasons)")
        let numbers = (0..<500).map { Float($0) / 500 }
        #expect(judge(traffic(500, numbers: numbers.map { $0 + 0.3 }), traffic(500, numbers: numbers)).verdict == .fail)
        #expect(judge(traffic(500, numbers: numbers), traffic(500, numbers: numbers)).verdict == .pass)
    }

    @Test func aShadowIsJudgedByItsCopies() {
        let usual: [String: UInt64] = ["a": 500, "b": 500]
        func shadow(_ failed: UInt64, _ classes: [String: UInt64]) -> CandidateAnalysis {
            let copies = Traffic.Copies(answered: 500 - failed, failed: failed)
            return CandidateAnalysis(
                shadow: Traffic(model: "m", version: "v", copies: copies, classes: classes),
                stable: traffic(1_000, classes: usual),
                minRequests: 100
            )
        }
        #expect(shadow(0, ["a": 250, "b": 250]).verdict == .pass)
        #expect(shadow(50, ["a": 225, "b": 225]).verdict == .fail)
        #expect(shadow(0, ["a": 490, "b": 10]).verdict == .fail)
    }

    /// Of candidates that are as the stable version, at most one in twenty fails a check, whatever their share of the traffic;
    /// of those in which a fifth of the answers is another, nearly all do.
    @Test(arguments: [100, 1_000])
    func alarmsAreRarelyFalse(requests: Int) {
        let random = CounterRandom(seed: 11, stream: UInt64(requests))
        func classes(_ count: Int, _ place: UInt64, moved: Double) -> [String: UInt64] {
            var counts: [String: UInt64] = [:]
            for index in 0..<count {
                let number = random.substream(place).integer(at: UInt64(2 * index), below: 10)
                let isMoved = random.substream(place).uniform(at: UInt64(2 * index + 1)) < moved
                counts["\(isMoved ? 0 : number)", default: 0] += 1
            }
            return counts
        }
        func share(ofFailuresWhenMoved moved: Double) -> Double {
            let rounds = 400
            let failures = (0..<rounds).count { round in
                let place = UInt64(2 * round)
                let analysis = judge(
                    traffic(requests, classes: classes(requests, place, moved: moved)),
                    traffic(5_000, classes: classes(5_000, place + 1, moved: 0))
                )
                return analysis.verdict == .fail
            }
            return Double(failures) / Double(rounds)
        }
        #expect(share(ofFailuresWhenMoved: 0) <= 0.07)
        #expect(share(ofFailuresWhenMoved: 0.3) >= 0.95)
    }
}
