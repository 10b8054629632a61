import Monitoring
import Support

/// Columns and tables to compare.
enum Tables {
    static let random = CounterRandom(seed: 5, stream: 1)

    /// Normal numbers of a stream of their own.
    static func normal(_ rows: Int, stream: UInt64, shift: Double = 0) -> [Double] {
        let draws = random.substream(stream)
        return (0..<UInt64(rows)).map { draws.normal(at: $0) + shift }
    }

    static func numbers(_ numbers: [Double], missing: Int = 0, invalid: Int = 0) -> TableSample.Values {
        var accumulator = NumericAccumulator()
        accumulator.add(numbers: numbers)
        accumulator.add(missing: missing)
        accumulator.add(invalid: invalid)
        return .numbers(accumulator.finish())
    }

    static func texts(_ counts: [(String, Int)], missing: Int = 0) -> TableSample.Values {
        var accumulator = CategoryAccumulator()
        for (text, count) in counts { accumulator.add(texts: [String](repeating: text, count: count)) }
        accumulator.add(missing: missing)
        return .texts(accumulator.finish())
    }

    static func table(_ columns: [(String, TableSample.Values)]) throws -> TableSample {
        try TableSample(rows: columns.first?.1.rows ?? 0, columns: columns.map { .init($0.0, $0.1) })
    }

    static let colors = [("red", 250), ("green", 150), ("blue", 100)]
    static let before = normal(500, stream: 1)
    static let now = normal(500, stream: 2)
    static let serials = (0..<500).map { ("serial \($0)", 1) }
}
