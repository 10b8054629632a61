internal import Glibc

/// What the place that text is shown in can show.
package struct TextStyle: Sendable {
    /// Whether it knows more than ASCII.
    package var isUnicode: Bool
    package var isColored: Bool

    package init(isUnicode: Bool, isColored: Bool) {
        self.isUnicode = isUnicode
        self.isColored = isColored
    }

    /// That of standard output: UTF-8 by the locale, colours on a terminal that has some, unless `NO_COLOR` is set.
    init(environment: [String: String]) {
        // The first of these that is not empty decides (POSIX, 8.2).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
        isColored =
            isatty(1) == 1 && environment["NO_COLOR", default: ""].isEmpty
            && !["", "dumb"].contains(environment["TERM", default: ""])
    }

    /// Text in a colour, where there are colours.
    func colored(_ text: String, _ color: Color?) -> String {
        guard isColored, let color else { return text }
        return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
    }

    /// Two colours that are told apart on light and on dark, also by those who confuse red and green.
    enum Color: Int {
        case yellow = 33
        case cyan = 36
    }
}
