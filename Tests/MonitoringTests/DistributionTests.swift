import Monitoring
import Support
import Testing

struct DistributionTests {
    /// Python's exact fractions are the judge: see `Fixtures/make.py`.
    struct MomentCase: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let sample: SampleFixture
        let mean: Double
        let standardDeviation: Double

        var testDescription: String { name }
    }

    static let momentCases = (try? Fixtures.read([MomentCase].self, "moments.json")) ?? []

    @Test func thereAreCases() { #expect(Self.momentCases.count == 8) }

    @Test("Mean and deviation are those of exact fractions", arguments: momentCases)
    func moments(sample: MomentCase) throws {
        let distribution = sample.sample.distribution
        let mean = try #require(distribution.mean)
        let deviation = try #require(distribution.standardDeviation)
        #expect(abs(mean - sample.mean) <= 2e-16 * abs(sample.mean) + 1e-15 * deviation)
        #expect(abs(deviation - sample.standardDeviation) <= 1e-12 * sample.standardDeviation)
    }

    @Test func valuesAreCountedInOrder() {
        let distribution = NumericDistribution([3, 1, -0.0, 3, .nan, .infinity, 0, 3])
        #expect(distribution.values == [0, 1, 3])
        #expect(distribution.values[0].sign == .plus)
        #expect(distribution.cumulativeCounts == [2, 3, 6])
        #expect((distribution.minimum, distribution.maximum) == (0, 3))
        #expect(distribution.count(upTo: 0) == 2)
        #expect(distribution.count(below: 0) == 0)
        #expect(distribution.count(upTo: 2) == 3)
        #expect(distribution.count(below: 3) == 3)
        #expect(distribution.count(upTo: 9) == 6)
    }

    /// `numpy.quantile([1, 2, 3, 4], shares, method="inverted_cdf")`, numpy 2.4.6.
    @Test(arguments: [(0, 1), (0.25, 1), (0.26, 2), (0.5, 2), (0.51, 3), (0.76, 4), (1, 4)] as [(Double, Double)])
    func quantiles(share: Double, value: Double) {
        #expect(NumericDistribution([4, 2, 1, 3]).quantile(share) == value)
        #expect(NumericDistribution([]).quantile(share) == nil)
    }

    @Test func theOrderOfTheRowsDoesNotMatter() {
        let random = CounterRandom(seed: 4, stream: 0)
        let numbers = (0..<3000).map { random.normal(at: UInt64($0)) + 1e6 }
        let shuffled = random.permutation(3000).map { numbers[Int($0)] }
        #expect(NumericDistribution(numbers) == NumericDistribution(shuffled))
    }

    @Test func categoriesAreTheirBytes() {
        let (composed, decomposed) = (Category("\u{E9}"), Category("e\u{301}"))
        #expect(composed != decomposed)
        let distribution = CategoryDistribution([composed: 3, decomposed: 2, Category("a"): 1])
        #expect(distribution.distinctCount == 3)
        #expect(distribution.count(of: composed) == 3)
        #expect(distribution.count(of: Category("b")) == 0)
        #expect(distribution.ranked.map(\.category) == [composed, decomposed, Category("a")])
    }

    @Test(arguments: [([], false), ([1], false), ([1, 1], true), ([1, 2], false)] as [([Int], Bool)])
    func identifiersHaveNoEqualRows(counts: [Int], isIdentifier: Bool) {
        let named = counts.enumerated().map { (Category("\($0.offset)"), $0.element) }
        #expect(CategoryDistribution(Dictionary(uniqueKeysWithValues: named)).isIdentifier == isIdentifier)
    }

    @Test func categoriesOfBothSamplesAreCountedSideBySide() {
        let reference = CategoryDistribution([Category("b"): 2, Category("a"): 3])
        let current = CategoryDistribution([Category("c"): 1, Category("b"): 5])
        let pair = BinnedPair(reference, current)
        #expect(pair.reference == [3, 2, 0])
        #expect(pair.current == [0, 5, 1])
    }
}
