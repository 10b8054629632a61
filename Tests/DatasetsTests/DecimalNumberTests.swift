import Datasets
import Support
import Testing

/// Python's `float()` is the judge: see `Fixtures/make.py`.
struct DecimalNumberTests {
    struct Sample: CustomTestStringConvertible {
        let text: String
        let bits: UInt64
        var testDescription: String { text }
    }

    static let samples: [Sample] = {
        let text = (try? String(decoding: Fixtures.bytes("numbers.txt"), as: UTF8.self)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            return UInt64(parts[1], radix: 16).map { Sample(text: String(parts[0]), bits: $0) }
        }
    }()

    @Test func numbersAreReadToTheBit() {
        #expect(Self.samples.count > 3000)
        // One expectation: three thousand would take longer than the parsing.
        let wrong = Self.samples.filter { DecimalNumber.parse(Array($0.text.utf8).span)?.bitPattern != $0.bits }
        #expect(wrong.map(\.text) == [])
    }

    @Test(arguments: [
        "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e5x", "1.2.3", "1,5", "0x1p3", "0x10", "nan", "NaN", "inf",
        "-Infinity", "1_000", "\u{2212}5", "1 2", " 1", "1 ", "1\u{a0}", "--1", "+-1", "1e5.5", "١",
    ])
    func whatIsNoNumberIsRefused(text: String) {
        #expect(DecimalNumber.parse(Array(text.utf8).span) == nil)
    }
}
