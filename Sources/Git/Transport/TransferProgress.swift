/// How far git says that a transfer is, as in `Writing objects:  45% (34/75), 43.20 MiB | 20.10 MiB/s`.
package struct TransferProgress: Hashable, Sendable {
    /// What git does, such as `Writing objects`.
    package let phase: String
    package let done: Int
    package let total: Int
    /// What has gone over the line, and how fast, in git's words; empty where git does not say.
    package let volume: String

    /// Reads a line of git's progress; `nil` for any other line.
    init?(parsing line: String) {
        let line = line.hasPrefix("remote: ") ? String(line.dropFirst("remote: ".count)) : line
        guard let colon = line.firstIndex(of: ":"), let open = line[colon...].firstIndex(of: "("),
            let close = line[open...].firstIndex(of: ")"), line[colon..<open].contains("%")
        else { return nil }
        let counts = line[line.index(after: open)..<close].split(separator: "/")
        guard counts.count == 2, let done = Int(counts[0]), let total = Int(counts[1]), total > 0 else { return nil }
        phase = String(line[..<colon])
        self.done = done
        self.total = total
        let rest = line[line.index(after: close)...].split(separator: ",").map { $0.drop { $0 == " " } }
        volume = rest.first { $0.contains("iB") || $0.contains("bytes") }.map(String.init) ?? ""
    }

    /// Whether a line is git's progress, with numbers or without.
    static func isProgress(_ line: String) -> Bool {
        let line = line.hasPrefix("remote: ") ? line.dropFirst("remote: ".count) : line[...]
        return [
            "Counting objects", "Compressing objects", "Writing objects", "Receiving objects", "Resolving deltas",
            "Enumerating objects", "Unpacking objects", "Checking objects", "Checking connectivity", "Total ",
            "Delta compression using",
        ].contains { line.hasPrefix($0) }
    }
}
