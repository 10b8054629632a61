/// How numbers are put for people.
enum Wording {
    /// Bytes: `512 B`, `2.7 MB`, `1.50 GB`, in powers of 1,000.
    static func bytes(_ count: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        while value >= 999.5 && unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(decimals(value, value < 9.95 ? 2 : value < 99.5 ? 1 : 0)) \(units[unit])"
    }

    /// Seconds: `21 ms`, `4.1 s`, `3 min 20 s`.
    static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.0995: "\(Int((seconds * 1000).rounded())) ms"
        case ..<9.95: "\(decimals(seconds, 1)) s"
        case ..<120: "\(Int(seconds.rounded())) s"
        default: "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        }
    }

    /// A count with commas: `60,000`.
    static func count(_ count: Int) -> String {
        var digits = Array(String(abs(count)))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return (count < 0 ? "-" : "") + String(digits)
    }

    /// `1 row`, `2 rows`.
    static func plural(_ count: Int, _ word: String) -> String {
        "\(self.count(count)) \(word)\(count == 1 ? "" : "s")"
    }

    /// A number with a fixed count of decimals.
    static func decimals(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % Int(scale))
        return "\(sign)\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }

    /// A figure such as a metric or a loss, with four significant decimals.
    static func figure(_ value: Double) -> String {
        switch abs(value) {
        case 0: "0"
        case ..<0.001: scientific(value)
        case ..<10: decimals(value, 4)
        case ..<1000: decimals(value, 2)
        default: decimals(value, 0)
        }
    }

    /// Small numbers: `2e-07`.
    static func scientific(_ value: Double) -> String {
        var (mantissa, exponent) = (abs(value), 0)
        guard mantissa > 0, mantissa.isFinite else { return "\(value)" }
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        let digits = decimals(mantissa, 1)
        return "\(value < 0 ? "-" : "")\(digits)e\(exponent)"
    }

    /// How wide a page is for people, whatever the terminal: so that a pasted page looks the same everywhere.
    static let pageWidth = 80

    /// Pieces with a space between them, in lines of the page's width; the first line begins with `first`, the others are
    /// indented.
    static func wrapped(_ pieces: [String], behind first: String = "", indent: Int, width: Int = pageWidth) -> [String]
    {
        var lines = [first]
        var isEmpty = first.allSatisfy { $0 == " " }
        for piece in pieces {
            let last = lines[lines.count - 1]
            if isEmpty {
                lines[lines.count - 1] = last + piece
            } else if last.count + 1 + piece.count <= width {
                lines[lines.count - 1] = "\(last) \(piece)"
            } else {
                lines.append(String(repeating: " ", count: indent) + piece)
            }
            isEmpty = false
        }
        return lines
    }

    /// A sentence in lines of the page's width, broken between words; the lines after the first are indented.
    static func wrapped(_ text: String, indent: Int) -> [String] {
        let margin = String(text.prefix { $0 == " " })
        return wrapped(text.inOneLine.split(separator: " ").map(String.init), behind: margin, indent: indent)
    }

    /// Items with commas between them, in lines of the page's width, unbroken in themselves.
    static func list(_ items: [String], behind first: String) -> [String] {
        let pieces = items.enumerated().map { $0.offset < items.count - 1 ? "\($0.element)," : $0.element }
        return wrapped(pieces, behind: first, indent: 2)
    }

    /// How long ago something was: `3 min ago`.
    static func age(_ seconds: Int64) -> String { "\(span(seconds)) ago" }

    /// A time in its largest unit that tells enough: `3 min`.
    static func span(_ seconds: Int64) -> String {
        switch max(0, seconds) {
        case let seconds where seconds < 120: "\(seconds) s"
        case let seconds where seconds < 7200: "\(seconds / 60) min"
        case let seconds where seconds < 172_800: "\(seconds / 3600) h"
        case let seconds: "\(seconds / 86_400) d"
        }
    }
}
