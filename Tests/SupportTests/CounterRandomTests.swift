import Support
import Testing

struct CounterRandomTests {
    @Test func numbersDependOnSeedStreamAndIndexOnly() {
        let random = CounterRandom(seed: 42, stream: 3)
        #expect(random.bits(at: 5) == CounterRandom(seed: 42, stream: 3).bits(at: 5))
        #expect(random.bits(at: 5) != CounterRandom(seed: 42, stream: 4).bits(at: 5))
        #expect(random.bits(at: 5) != CounterRandom(seed: 43, stream: 3).bits(at: 5))
        #expect(random.bits(at: 5) != random.bits(at: 6))
    }

    @Test func uniformNumbersFillTheirRangeEvenly() {
        let random = CounterRandom(seed: 1, stream: 1)
        var counts = [Int](repeating: 0, count: 10)
        for index in 0..<100_000 { counts[Int(random.uniform(at: UInt64(index)) * 10)] += 1 }
        // Ten cells of 10,000 expected: chi-square with 9 degrees of freedom stays below 27.9 in 999 of 1,000 cases.
        let chiSquare = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
        #expect(chiSquare < 27.9)
    }

    @Test func normalNumbersHaveMeanZeroAndDeviationOne() {
        let random = CounterRandom(seed: 2, stream: 1)
        let sample = (0..<100_000).map { random.normal(at: UInt64($0)) }
        let mean = sample.reduce(0, +) / 100_000
        let variance = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
        #expect(abs(mean) < 0.014)
        #expect(abs(variance - 1) < 0.02)
    }

    @Test(arguments: [0, 1, 2, 17, 1000])
    func aPermutationHoldsEveryNumberOnce(count: Int) {
        let order = CounterRandom(seed: 9, stream: 9).permutation(count)
        #expect(order.sorted() == (0..<Int32(count)).map { $0 })
        if count == 1000 { #expect(order != order.sorted()) }
    }
}
