import Glibc
import Support
import Testing

/// The C library is the judge; the tolerance is two units in the last place of the result.
struct RepeatableMathTests {
    static let random = CounterRandom(seed: 7, stream: 0)

    @Test(arguments: 0..<200)
    func logarithmAgreesWithTheLibrary(index: Int) {
        let x = RepeatableMath.exp((Self.random.uniform(at: UInt64(index)) - 0.5) * 1400)
        expectClose(RepeatableMath.log(x), Glibc.log(x))
    }

    @Test(arguments: 0..<200)
    func exponentialAgreesWithTheLibrary(index: Int) {
        let x = (Self.random.uniform(at: UInt64(index)) - 0.5) * 1400
        expectClose(RepeatableMath.exp(x), Glibc.exp(x))
    }

    @Test(arguments: 0..<200)
    func cosineAgreesWithTheLibrary(index: Int) {
        let turns = (Self.random.uniform(at: UInt64(index)) - 0.5) * 6
        #expect(abs(RepeatableMath.cosine(ofTurns: turns) - Glibc.cos(turns * 2 * .pi)) < 4e-15)
    }

    @Test func edges() {
        #expect(RepeatableMath.log(0) == -.infinity)
        #expect(RepeatableMath.log(-1).isNaN)
        #expect(RepeatableMath.log(1) == 0)
        #expect(RepeatableMath.exp(0) == 1)
        #expect(RepeatableMath.exp(800) == .infinity)
        #expect(RepeatableMath.exp(-800) == 0)
        #expect(RepeatableMath.cosine(ofTurns: 0) == 1)
        #expect(RepeatableMath.cosine(ofTurns: 0.25) == 0)
        #expect(RepeatableMath.power(0.5, 10) == 0x1p-10)
    }

    private func expectClose(_ value: Double, _ expected: Double) {
        #expect(abs(value - expected) <= 2 * expected.ulp, "\(value) against \(expected)")
    }
}
