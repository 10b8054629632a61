/// Text that a terminal shows and does not obey.
extension String {
    /// The text without what would move the cursor, clear the screen or turn a line around: names, reasons and answers of hosts are
    /// written by others.
    ///
    /// Line ends and tabs stay, and with `keepingColors` the colours of ``TextStyle``.
    package func harmless(keepingColors: Bool = false) -> String {
        guard unicodeScalars.contains(where: \.isObeyed) else { return self }
        var shown = UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let scalar = rest.first {
            if keepingColors, let color = rest.color {
                shown.append(contentsOf: color)
                rest = rest[color.endIndex...]
                continue
            }
            shown.append(scalar.isObeyed ? "?" : scalar)
            rest = rest.dropFirst()
        }
        return String(shown)
    }

    /// The text in one line.
    var inOneLine: String { contains(where: \.isNewline) ? String(map { $0.isNewline ? " " : $0 }) : self }
}

extension Unicode.Scalar {
    /// Whether a terminal does something on it: control characters of both sets, and those that turn the direction of writing.
    fileprivate var isObeyed: Bool {
        switch value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension Substring.UnicodeScalarView {
    /// The sequence `ESC [ digits m` that it begins with.
    fileprivate var color: Substring.UnicodeScalarView? {
        guard starts(with: "\u{1B}[".unicodeScalars) else { return nil }
        let digits = dropFirst(2).prefix { ("0"..."9").contains($0) || $0 == ";" }
        guard digits.endIndex < endIndex, self[digits.endIndex] == "m" else { return nil }
        return self[startIndex...digits.endIndex]
    }
}
