internal import Datasets

/// How the answers of two models to the same rows differ.
package struct AnswerChanges: Encodable, Sendable {
    /// A kind of change, such as `Shirt -> Coat`.
    package struct Flip: Encodable, Sendable {
        package let from: String
        package let to: String
        package let count: Int
    }

    /// A row with one of the largest changes.
    package struct Row: Encodable, Sendable {
        /// Counted from 1.
        package let row: Int
        /// The output that changed most: a class, or the number of an output from 1 on.
        package let output: String
        /// Its probability, or the number that is predicted.
        package let before: Double
        package let after: Double
        /// The answers; `nil` for a regression.
        package let from: String?
        package let to: String?
    }

    package let rows: Int
    /// How many rows get another class; `nil` for a regression.
    package let flipped: Int?
    /// The most frequent first.
    package let flips: [Flip]
    /// How many rows get other outputs by more than what is forgiven a golden row.
    package let changed: Int
    /// The largest difference of an output.
    package let maxDifference: Double
    /// The rows with the largest differences, at most five.
    package let largest: [Row]

    private static let shown = 5

    /// Compares outputs for the same rows; the classes, if there are any, are the same.
    ///
    /// `nil` when the outputs are not as many.
    init?(
        from old: (outputs: Matrix, decision: Decision?),
        to new: (outputs: Matrix, decision: Decision?),
        classes: ClassNames?,
        tolerance: Float
    ) {
        let before = old.outputs.withAllClasses(classes)
        let after = new.outputs.withAllClasses(classes)
        guard before.rows == after.rows, before.columns == after.columns else { return nil }
        let columns = before.columns
        let names = classes?.names
        rows = before.rows
        let first = classes?.answers(to: before, by: old.decision)
        let second = classes?.answers(to: after, by: new.decision)
        var counts: [Change: Int] = [:]
        for (from, to) in zip(first ?? [], second ?? []) where from != to { counts[Change(from, to), default: 0] += 1 }
        flips = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { change, count in
            Flip(from: names?[change.from] ?? "", to: names?[change.to] ?? "", count: count)
        }
        flipped = classes == nil ? nil : counts.values.reduce(0, +)
        var differences: [(row: Int, column: Int, difference: Double)] = []
        var changed = 0
        for row in 0..<before.rows {
            var largest = (row: row, column: 0, difference: 0.0)
            var isOther = false
            for column in 0..<columns {
                let index = row * columns + column
                let found = Double(after.distance(from: before, at: index))
                if found > largest.difference { largest = (row, column, found) }
                if !after.agrees(with: before, at: index, within: tolerance) { isOther = true }
            }
            if isOther { changed += 1 }
            if largest.difference > 0 { differences.append(largest) }
        }
        self.changed = changed
        differences.sort { ($1.difference, $0.row) < ($0.difference, $1.row) }
        maxDifference = differences.first?.difference ?? 0
        largest = differences.prefix(Self.shown).map { line in
            let index = line.row * columns + line.column
            return Row(
                row: line.row + 1,
                output: classes?.isOneClass == true ? "score" : names?[line.column] ?? "\(line.column + 1)",
                before: Double(before.values[index]),
                after: Double(after.values[index]),
                from: first.flatMap { names?[Int($0[line.row])] },
                to: second.flatMap { names?[Int($0[line.row])] }
            )
        }
    }

    private struct Change: Hashable, Comparable {
        let from: Int
        let to: Int

        init(_ from: Int32, _ to: Int32) { (self.from, self.to) = (Int(from), Int(to)) }

        static func < (left: Self, right: Self) -> Bool { (left.from, left.to) < (right.from, right.to) }
    }
}
