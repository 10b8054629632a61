/// Keeps secrets out of what is shown.
package enum Redaction {
    /// `text` with stars in the place of the password of the first URL in it.
    package static func redacted(_ text: String) -> String {
        guard let mark = text.firstRange(of: "://") else { return text }
        let authority = text[mark.upperBound...].prefix { $0 != "/" && $0 != " " }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return text
        }
        return "\(text[...colon])***\(text[at...])"
    }
}
