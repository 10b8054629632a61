/// Keeps secrets out of what is shown.
package enum Redaction {
    /// `text` with stars in the place of the passwords and tokens of the URLs in it.
    package static func redacted(_ text: String) -> String {
        var (shown, rest) = ("", text[...])
        while let mark = rest.firstRange(of: "://") {
            shown += rest[..<mark.upperBound]
            let authority = rest[mark.upperBound...].prefix { !"/ \t\n'\"".contains($0) }
            if let at = authority.lastIndex(of: "@") {
                let user = authority[..<at]
                if let colon = user.firstIndex(of: ":") {
                    shown += "\(user[..<colon]):***"
                } else {
                    shown += looksLikeToken(user) ? "***" : user
                }
                rest = rest[at...]
            } else {
                rest = rest[mark.upperBound...]
            }
        }
        return shown + rest
    }

    /// `text`, which may be no URL at all, without anything that stands before its last `@` and behind `://`.
    package static func withoutUser(_ text: String) -> String {
        let hidden =
            text.split(separator: "?", maxSplits: 1).first.map { text.contains("?") ? "\($0)?***" : text } ?? text
        guard let at = hidden.lastIndex(of: "@") else { return hidden }
        guard let mark = hidden.firstRange(of: "://"), at > mark.lowerBound else {
            return looksLikeToken(hidden[..<at]) ? "***\(hidden[at...])" : hidden
        }
        return "\(hidden[..<mark.upperBound])***\(hidden[at...])"
    }

    /// Whether the user of a URL looks like one of the tokens that hosts give out.
    package static func looksLikeToken(_ user: some StringProtocol) -> Bool {
        ["ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "gldt-", "ATBB"].contains(
            where: user.hasPrefix
        )
            || (user.count >= 20 && user.contains(where: \.isNumber)
                && user.allSatisfy { $0.isLetter || $0.isNumber || "_-".contains($0) })
    }
}
