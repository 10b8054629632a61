/// Rows in columns, aligned by spaces.
struct Table {
    private var rows: [[String]] = []
    private let rightAligned: Set<Int>

    /// A table with a header; the columns in `rightAligned` are numbers.
    init(_ header: [String] = [], rightAligned: Set<Int> = []) {
        if !header.isEmpty { rows.append(header) }
        self.rightAligned = rightAligned
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    var isEmpty: Bool { rows.isEmpty }

    var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            var line = cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
