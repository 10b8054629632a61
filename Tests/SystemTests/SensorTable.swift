import Support

/// Readings of four sensors that follow from two things nobody measures: normal ones, and ones that do not fit together.
struct SensorTable {
    var normal: Int
    var faulty = 0
    var seed: UInt64 = 1
    /// Whether a column `state` says what a row is.
    var isLabeled = true

    static let columns = ["a", "b", "c", "d"]

    /// The rows, the faulty ones last; each within the range of every sensor.
    var rows: [(values: [Double], state: String)] {
        let random = CounterRandom(seed: seed, stream: 31)
        return (0..<normal + faulty).map { row in
            let draws = random.substream(UInt64(row))
            let (x, y) = (2 * draws.uniform(at: 0) - 1, 2 * draws.uniform(at: 1) - 1)
            var values = [x, y, x * x + 0.5 * y, x - y]
            for sensor in values.indices { values[sensor] += 0.03 * draws.normal(at: UInt64(10 + sensor)) }
            guard row >= normal else { return (values, "normal") }
            values[row % 4] += draws.uniform(at: 2) < 0.5 ? 0.5 : -0.5
            return (values, ["stuck", "loose", "wet", "cold"][row % 4])
        }
    }

    /// A CSV file.
    var text: String {
        let header = Self.columns.joined(separator: ",") + (isLabeled ? ",state\n" : "\n")
        return rows.reduce(into: header) { text, row in
            text += row.values.map { "\(($0 * 1e4).rounded() / 1e4)" }.joined(separator: ",")
            text += isLabeled ? ",\(row.state)\n" : "\n"
        }
    }

    /// The same numbers as an array.
    var array: [UInt8] { NumPyFile.bytes(rows.flatMap { $0.values.map { Float($0) } }, columns: 4) }
}
