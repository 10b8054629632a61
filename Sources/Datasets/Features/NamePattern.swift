/// A name in which `*` stands for any text, compared byte by byte.
package struct NamePattern {
    private let pieces: [[UInt8]]

    package init(_ pattern: String) {
        pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    }

    package func matches(_ name: String) -> Bool {
        var rest = Array(name.utf8)[...]
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
            return pieces.first.map { $0[...] == rest } ?? false
        }
        guard rest.starts(with: first), rest.count >= first.count + last.count else { return false }
        rest = rest.dropFirst(first.count)
        guard rest.suffix(last.count) == last[...] else { return false }
        rest = rest.dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() {
            guard
                let start = rest.indices.first(where: { rest[$0...].starts(with: piece) })
                    ?? (piece.isEmpty ? rest.startIndex : nil)
            else { return false }
            rest = rest[(start + piece.count)...]
        }
        return true
    }
}
