import Monitoring
import Testing

/// scipy is the judge, and paths counted in whole numbers: see `Fixtures/make.py`.
struct KolmogorovSmirnovTests {
    struct Pair: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let reference: SampleFixture
        let current: SampleFixture
        let statistic: Double
        let pValue: Double
        let wasserstein: Double
        let normed: Double
        let distances: DistanceFixture

        var testDescription: String { name }
    }

    struct Tail: Decodable, Sendable {
        let counts: [Int]
        let statistic: Double
        let pValue: Double
    }

    static let pairs = (try? Fixtures.read([Pair].self, "pairs.json")) ?? []
    static let exact = (try? Fixtures.read([Tail].self, "exact.json")) ?? []
    static let asymptotic = (try? Fixtures.read([Tail].self, "asymptotic.json")) ?? []

    @Test func thereAreCases() {
        #expect(Self.pairs.count == 27)
        #expect(Self.exact.count == 31)
        #expect(Self.asymptotic.count == 174)
    }

    @Test("Statistic and p are those of ks_2samp", arguments: pairs)
    func test(pair: Pair) throws {
        let test = try #require(KolmogorovSmirnovTest(pair.reference.distribution, pair.current.distribution))
        #expect(agree(test.statistic, pair.statistic))
        #expect(agreeInDigits(test.pValue, pair.pValue), "\(test.pValue) against \(pair.pValue)")
    }

    @Test("The exact p is the share of the paths that go outside", arguments: exact)
    func exactTails(tail: Tail) {
        let found = KolmogorovSmirnovTest.pValue(statistic: tail.statistic, counts: tail.counts[0], tail.counts[1])
        #expect(agreeInDigits(found, tail.pValue, relative: 1e-11), "\(found) against \(tail.pValue)")
        let swapped = KolmogorovSmirnovTest.pValue(statistic: tail.statistic, counts: tail.counts[1], tail.counts[0])
        #expect(agreeInDigits(swapped, found, relative: 1e-12))
    }

    @Test("The p of long samples is that of kstwo", arguments: asymptotic)
    func asymptoticTails(tail: Tail) {
        let found = KolmogorovSmirnovTest.pValue(statistic: tail.statistic, counts: tail.counts[0], tail.counts[1])
        #expect(agreeInDigits(found, tail.pValue), "\(found) against \(tail.pValue)")
    }

    @Test("The Wasserstein distance is that of scipy", arguments: pairs)
    func wasserstein(pair: Pair) {
        let (reference, current) = (pair.reference.distribution, pair.current.distribution)
        #expect(agree(reference.wassersteinDistance(to: current), pair.wasserstein))
        #expect(agree(current.wassersteinDistance(to: reference), pair.wasserstein))
        #expect(agree(reference.normedWassersteinDistance(to: current), pair.normed))
    }

    @Test("The distances over deciles are those of numpy and scipy", arguments: pairs)
    func deciles(pair: Pair) {
        let bins = BinnedPair(deciles: pair.reference.distribution, pair.current.distribution)
        #expect(pair.distances.agrees(with: bins))
    }

    @Test("Swapping the samples changes nothing, and a sample does not differ from itself", arguments: pairs)
    func symmetry(pair: Pair) throws {
        let (reference, current) = (pair.reference.distribution, pair.current.distribution)
        let test = try #require(KolmogorovSmirnovTest(reference, current))
        let swapped = try #require(KolmogorovSmirnovTest(current, reference))
        #expect(test.statistic == swapped.statistic)
        #expect(agreeInDigits(test.pValue, swapped.pValue, relative: 1e-12))
        let same = try #require(KolmogorovSmirnovTest(reference, reference))
        #expect(same.statistic == 0 && same.pValue == 1)
        #expect(reference.wassersteinDistance(to: reference) == 0)
        #expect(BinnedPair(deciles: reference, reference).populationStabilityIndex == 0)
        #expect(BinnedPair(deciles: reference, reference).jensenShannonDistance == 0)
    }

    @Test("Turned around and doubled, the numbers are as far apart, and their distance twice as far", arguments: pairs)
    func invariance(pair: Pair) {
        let (reference, current) = (pair.reference.numbers, pair.current.numbers)
        func doubled(_ numbers: [Double]) -> NumericDistribution { NumericDistribution(numbers.map { -2 * $0 }) }
        let plain = (NumericDistribution(reference), NumericDistribution(current))
        let other = (doubled(reference), doubled(current))
        // Turned around, the distribution functions are read from the other end.
        #expect(
            agree(
                KolmogorovSmirnovTest(other.0, other.1)?.statistic,
                KolmogorovSmirnovTest(plain.0, plain.1)?.statistic
            )
        )
        #expect(
            agree(other.0.wassersteinDistance(to: other.1), plain.0.wassersteinDistance(to: plain.1).map { 2 * $0 })
        )
    }

    @Test func withoutNumbersThereIsNoTest() {
        let (empty, one) = (NumericDistribution([]), NumericDistribution([1]))
        #expect(KolmogorovSmirnovTest(empty, one) == nil)
        #expect(KolmogorovSmirnovTest(one, empty) == nil)
        #expect(empty.wassersteinDistance(to: one) == nil)
        #expect(one.normedWassersteinDistance(to: empty) == nil)
        #expect(BinnedPair(deciles: empty, one).populationStabilityIndex == nil)
    }
}
