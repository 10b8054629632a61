/// Rows in columns, aligned by spaces.
struct Table {
    private var rows: [[String]] = []
    private let rightAligned: Set<Int>

    /// A table with a header; the columns in `rightAligned` are numbers.
    init(_ header: [String] = [], rightAligned: Set<Int> = []) {
        if !header.isEmpty { rows.append(header) }
        self.rightAligned = rightAligned
    }

    mutating func add(_ cells: [String]) { rows.append(cells.map(\.inOneLine)) }

    /// Adds a line below the last row, which no column is made wider for.
    mutating func add(note: String) {
        guard !note.isEmpty else { return }
        notes[rows.count - 1] = note
    }

    private var notes: [Int: String] = [:]

    var isEmpty: Bool { rows.isEmpty }

    private var columns: Int { rows.map(\.count).max() ?? 0 }

    private var widths: [Int] {
        (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    }

    /// How wide the table is, with at most `last` characters for the last column.
    func width(withLastColumn last: Int = .max) -> Int {
        let widths = self.widths
        return widths.dropLast().reduce(0) { $0 + $1 + 2 } + min(last, widths.last ?? 0)
    }

    var text: String { text(within: .max) }

    /// The table in lines of at most `width` characters, if the columns before the last one let it: that one is broken
    /// between words.
    func text(within width: Int) -> String {
        let widths = self.widths
        let margin = widths.dropLast().reduce(0) { $0 + $1 + 2 }
        let room = max(width - margin, Table.narrowest)
        return rows.enumerated().flatMap { number, row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (rightAligned.contains(column) ? padding + cell : cell + padding)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            var lines = [line]
            if line.count > width, row.count == widths.count, let last = row.last, last.count > room {
                let pieces = last.split(separator: " ").map(String.init)
                lines = Wording.wrapped(pieces, behind: String(line.prefix(margin - 1)), indent: margin, width: width)
            }
            if let note = notes[number] { lines += Wording.wrapped("     \(note)", indent: 5) }
            return lines
        }.joined(separator: "\n")
    }

    /// The least room that the last column gets, however wide the others are.
    static let narrowest = 20
}
