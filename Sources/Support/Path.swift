/// Arithmetic on paths as text; the file system is not asked.
package enum Path {
    /// The directory part: `a/b` of `a/b/c`, `.` of `c`, `/` of `/c`.
    package static func parent(_ path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        let parent = withoutTrailingSlashes(String(trimmed[..<slash]))
        return parent.isEmpty ? "/" : parent
    }

    /// The last part: `c` of `a/b/c/`.
    package static func name(_ path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return trimmed }
        return String(trimmed[trimmed.utf8.index(after: slash)...])
    }

    /// `path` as it is when it starts with `/`, else below `directory`.
    package static func resolve(_ path: String, in directory: String) -> String {
        if path.hasPrefix("/") { return normalized(path) }
        return normalized("\(directory)/\(path)")
    }

    /// The path without `.`, doubled slashes, and with `..` applied to the part before it.
    package static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !path.hasPrefix("/") {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return path.hasPrefix("/") ? "/\(joined)" : (joined.isEmpty ? "." : joined)
    }

    /// The way from `directory` to `path`, both absolute: `../a.csv`.
    package static func relative(_ path: String, to directory: String) -> String {
        let target = normalized(path).split(separator: "/")
        let start = normalized(directory).split(separator: "/")
        let common = zip(target, start).prefix { $0 == $1 }.count
        let steps = start.dropFirst(common).map { _ in ".." } + target.dropFirst(common).map(String.init)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }
}
