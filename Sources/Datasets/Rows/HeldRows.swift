/// Reads rows out of columns in memory, some of them or all, in any order.
final class HeldRows: RowReader {
    let source: String
    let fields: [Field]
    private let columns: [RawColumn]
    private let rows: [Int]
    private var next = 0

    init(_ columns: [RawColumn], rows: [Int], source: String) {
        self.columns = columns
        self.rows = rows
        self.source = source
        fields = columns.map(\.field)
    }

    func read(upTo limit: Int) throws -> RawRows? {
        guard next < rows.count else { return nil }
        let chosen = Array(rows[next..<min(next + limit, rows.count)])
        next += chosen.count
        return RawRows(count: chosen.count, columns: columns.map { $0.selecting(chosen) })
    }
}
