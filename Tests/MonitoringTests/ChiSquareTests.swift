import Monitoring
import Testing

/// scipy is the judge: see `Fixtures/make.py`.
struct ChiSquareTests {
    struct Gamma: Decodable, Sendable {
        let a: Double
        let x: Double
        let upper: Double
    }

    struct Table: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let reference: [Int]
        let current: [Int]
        let statistic: Double
        let degrees: Int
        let pValue: Double
        let cramersV: Double
        let distances: DistanceFixture

        var testDescription: String { name }
        var pair: BinnedPair { BinnedPair(reference: reference, current: current) }
    }

    struct Discovery: Decodable, Sendable {
        let pValues: [Double]
        let adjusted: [Double]
    }

    static let gamma = (try? Fixtures.read([Gamma].self, "gamma.json")) ?? []
    static let tables = (try? Fixtures.read([Table].self, "tables.json")) ?? []
    static let discoveries = (try? Fixtures.read([Discovery].self, "discoveries.json")) ?? []

    @Test func thereAreCases() {
        #expect(Self.gamma.count == 188)
        #expect(Self.tables.count == 12)
        #expect(Self.discoveries.count == 5)
    }

    @Test("The incomplete gamma function is that of scipy, far out in the tail too", arguments: gamma)
    func incompleteGamma(sample: Gamma) {
        let found = IncompleteGamma.upper(sample.a, sample.x)
        #expect(agreeInDigits(found, sample.upper, relative: 1e-10), "\(found) against \(sample.upper)")
    }

    @Test("Statistic, p and V are those of chi2_contingency and association", arguments: tables)
    func test(table: Table) throws {
        let test = try #require(ChiSquareTest(table.pair))
        #expect(agree(test.statistic, table.statistic))
        #expect(test.degreesOfFreedom == table.degrees)
        #expect(agreeInDigits(test.pValue, table.pValue), "\(test.pValue) against \(table.pValue)")
        #expect(agree(test.cramersV, table.cramersV))
    }

    @Test("The distances over categories are those of numpy and scipy", arguments: tables)
    func distances(table: Table) { #expect(table.distances.agrees(with: table.pair)) }

    @Test("Swapping the samples changes nothing, and a sample does not differ from itself", arguments: tables)
    func symmetry(table: Table) throws {
        let swapped = BinnedPair(reference: table.current, current: table.reference)
        #expect(try agree(#require(ChiSquareTest(swapped)).statistic, table.statistic))
        #expect(table.distances.agrees(with: swapped))
        let same = try #require(ChiSquareTest(BinnedPair(reference: table.reference, current: table.reference)))
        #expect(same.statistic < 1e-20 && same.pValue == 1)
    }

    @Test("Adjusted p-values are those of false_discovery_control", arguments: discoveries)
    func falseDiscoveryRate(sample: Discovery) {
        #expect(zip(FalseDiscoveryRate.adjusted(sample.pValues), sample.adjusted).allSatisfy { agree($0, $1) })
        #expect(FalseDiscoveryRate.adjusted([]) == [])
    }

    @Test func withoutRowsThereIsNoTest() {
        #expect(ChiSquareTest(BinnedPair(reference: [0, 0], current: [1, 2])) == nil)
        #expect(BinnedPair(reference: [1], current: [0]).jensenShannonDistance == nil)
    }
}
