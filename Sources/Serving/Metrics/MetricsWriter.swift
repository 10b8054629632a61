/// Writes the text format of Prometheus.
struct MetricsWriter {
    private(set) var text = ""

    /// Begins the samples of one name.
    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    mutating func histogram(
        _ name: String,
        _ labels: [(String, String)],
        _ histogram: LatencyHistogram,
        sum: Double
    ) {
        var seen: UInt64 = 0
        for (index, limit) in LatencyHistogram.limits.enumerated() {
            seen &+= histogram.counts[index]
            // Every doubling is fine enough for a picture.
            guard index.isMultiple(of: LatencyHistogram.classesPerOctave) else { continue }
            sample("\(name)_bucket", labels + [("le", Self.number(limit))], Double(seen))
        }
        sample("\(name)_bucket", labels + [("le", "+Inf")], Double(histogram.total))
        sample("\(name)_sum", labels, sum)
        sample("\(name)_count", labels, Double(histogram.total))
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 0x1p53 ? "\(Int(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
