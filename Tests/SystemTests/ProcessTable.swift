import Foundation
import Support
import TestSupport

/// A made-up table of a factory: batches, machines, sensors, and a defect that two of them cause together.
struct ProcessTable {
    var rows = 1600
    var seed: UInt64 = 1
    var delimiter = ","
    var decimal = "."
    /// The share of the values of sensors that are missing, in several forms.
    var missing = 0.06
    /// How far the temperature has moved, in degrees.
    var shift = 0.0
    /// The share of the rows with a defect, about.
    var defects = 0.08

    /// The text of the file.
    var text: String {
        let random = CounterRandom(seed: seed, stream: 1)
        var counter: UInt64 = 0
        func normal() -> Double {
            counter += 1
            return random.normal(at: counter)
        }
        func uniform() -> Double {
            counter += 1
            return random.uniform(at: counter)
        }
        func shown(_ value: Double) -> String {
            guard uniform() >= missing else { return ["", "NA", "-999"][Int(uniform() * 3)] }
            return String(format: "%.4f", value).replacingOccurrences(of: ".", with: decimal)
        }
        let names = [
            "row_id", "batch_id", "timestamp", "machine", "temperature", "sensor_1", "sensor_2", "sensor_3", "line",
        ]
        var lines = [(names + ["defect"]).joined(separator: delimiter)]
        for row in 0..<rows {
            let machine = "M\(Int(uniform() * 4) + 1)"
            let (temperature, first, second) = (180 + 12 * normal() + shift, normal(), normal())
            let score = abs(temperature - shift - 180) / 12 + (machine == "M3" ? 1.5 * first : 0) + 0.4 * normal()
            let time = String(format: "2026-03-%02dT%02d:%02d:00", 1 + row / 96, row / 4 % 24, row * 15 % 60)
            let fields = [
                "\(row + 1)", "B\(row / 8)", time, machine, shown(temperature), shown(first), shown(second),
                shown(normal()), "L1", score > (defects > 0.05 ? 1.9 : 2.4) ? "yes" : "no",
            ]
            lines.append(fields.joined(separator: delimiter))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
