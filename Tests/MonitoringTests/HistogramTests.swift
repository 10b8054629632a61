import Monitoring
import Testing

struct HistogramTests {
    private func comparison(_ reference: TableSample.Values, _ current: TableSample.Values) throws -> DriftComparison {
        try DriftComparison(
            reference: TableSample(rows: reference.rows, columns: [.init("x", reference)]),
            current: TableSample(rows: current.rows, columns: [.init("x", current)])
        )
    }

    private func numbers(_ numbers: [Double]) -> TableSample.Values {
        .numbers(NumericSample(NumericDistribution(numbers)))
    }

    private func texts(_ counts: [String: Int]) -> TableSample.Values {
        let named = counts.map { (Category($0.key), $0.value) }
        return .texts(CategorySample(CategoryDistribution(Dictionary(uniqueKeysWithValues: named))))
    }

    /// `numpy.histogram([0, 1, 2, 3, 10], bins=5, range=(0, 10))` and that of `[4, 6, 10]`, numpy 2.4.6.
    @Test func binsOfNumbersAreThoseOfNumpy() throws {
        let pair = try #require(
            comparison(numbers([0, 1, 2, 3, 10]), numbers([4, 6, 10])).histogram(of: "x", bins: 5)
        )
        #expect(pair.bins.map { ($0.reference * 5).rounded() } == [2, 2, 0, 0, 1])
        #expect(pair.bins.map { ($0.current * 3).rounded() } == [0, 0, 1, 1, 1])
        let edges: [HistogramPair.Label] = [.range(0, 2), .range(2, 4), .range(4, 6), .range(6, 8), .range(8, 10)]
        #expect(pair.bins.map(\.label) == edges)
    }

    @Test func oneValueHasOneBin() throws {
        let pair = try #require(comparison(numbers([2, 2]), numbers([2])).histogram(of: "x"))
        #expect(pair.bins == [.init(label: .range(2, 2), reference: 1, current: 1)])
    }

    @Test func theWholeRangeOfNumbersFits() throws {
        let pair = try #require(comparison(numbers([-1.7e308]), numbers([1.7e308])).histogram(of: "x", bins: 2))
        #expect(pair.bins.map(\.reference) == [1, 0])
        #expect(pair.bins.map(\.current) == [0, 1])
    }

    @Test func frequentCategoriesComeFirst() throws {
        let pair = try #require(
            comparison(texts(["a": 5, "b": 3, "c": 2]), texts(["d": 5, "a": 5])).histogram(of: "x", bins: 3)
        )
        #expect(pair.bins.map(\.label) == [.category("a"), .category("d"), .others])
        #expect(zip(pair.bins.map(\.reference), [0.5, 0, 0.5]).allSatisfy { agree($0, $1) })
        #expect(zip(pair.bins.map(\.current), [0.5, 0.5, 0]).allSatisfy { agree($0, $1) })
    }

    @Test func withoutTwoSidesThereIsNoHistogram() throws {
        #expect(try comparison(numbers([1]), texts(["a": 1])).histogram(of: "x") == nil)
        #expect(try comparison(numbers([1]), numbers([1])).histogram(of: "y") == nil)
        #expect(try comparison(numbers([]), numbers([1])).histogram(of: "x") == nil)
    }
}
