internal import Support

/// The shares of the rows that are kept from training, to validate and to test.
package struct Split: Sendable, Hashable {
    package let validation: Double
    package let test: Double
    /// What keeps rows together; `nil` where each stands for itself.
    package let grouping: Grouping?
    /// The folds that the rows are dealt into which are not kept from training; `nil` for none.
    package let folds: Int?

    /// What rows have in common that must not be learned from in one part and judged in another.
    package enum Grouping: Sendable, Hashable {
        /// Rows with the same value in a column, such as a batch or a patient, go to one part.
        case group(column: String)
        /// The oldest rows are for training, the newest for the test, by the dates or numbers in a column.
        case time(column: String, format: CivilTime.Format = .iso)

        package var column: String {
            switch self {
            case .group(let column), .time(let column, _): column
            }
        }
    }

    /// Shares of 0 to 1, which together leave something for training.
    package init(validation: Double = 0, test: Double = 0, by grouping: Grouping? = nil, folds: Int? = nil) throws {
        guard validation >= 0, test >= 0, validation + test < 1 else {
            throw DatasetError(
                .init("split"),
                "validation \(validation) and test \(test) leave nothing to train on",
                hint: "give shares such as validation: 0.15, test: 0.15"
            )
        }
        self.validation = validation
        self.test = test
        self.grouping = grouping
        self.folds = folds
        try checkFolds()
    }

    /// No row is kept from training.
    package static let none = Split()

    private init() { (validation, test, grouping, folds) = (0, 0, nil, nil) }

    /// Whether rows are kept from training at all.
    package var keepsRows: Bool { validation > 0 || test > 0 }

    /// The rows of each part, in ascending order.
    package struct Parts: Sendable, Equatable {
        package let training: [Int]
        package let validation: [Int]
        package let test: [Int]
    }

    static let stream: UInt64 = 0x5350_4C49

    /// Deals out the rows by chance: a function of the seed and of their number alone.
    ///
    /// A share that is not zero gets at least one row.
    package func parts(of rows: Int, seed: UInt64) throws -> Parts {
        try deal([CounterRandom(seed: seed, stream: Self.stream).permutation(rows).map { Int($0) }], rows: rows)
    }

    /// Deals out the rows of each class apart, so that every part has its share of each.
    ///
    /// Where the classes do not divide evenly, the rest goes to the part that lacks most so far.
    package func stratifiedParts(of classes: [Int32], count: Int, seed: UInt64) throws -> Parts {
        var groups = [[Int]](repeating: [], count: count)
        for row in CounterRandom(seed: seed, stream: Self.stream).permutation(classes.count) {
            groups[Int(classes[Int(row)])].append(Int(row))
        }
        return try deal(groups, rows: classes.count)
    }

    private func deal(_ groups: [[Int]], rows: Int) throws -> Parts {
        var parts: (validation: [Int], test: [Int], training: [Int]) = ([], [], [])
        var seen = 0
        for group in groups where !group.isEmpty {
            // What each part is to hold after this group; the groups before have rounded up or down.
            seen += group.count
            // A row of each class stays to be learned from.
            let validation = min(group.count - 1, max(0, goal(validation, seen) - parts.validation.count))
            let test = min(group.count - 1 - validation, max(0, goal(test, seen) - parts.test.count))
            parts.validation += group[..<validation]
            parts.test += group[validation..<validation + test]
            parts.training += group[(validation + test)...]
        }
        if validation > 0, parts.validation.isEmpty, let row = parts.training.popLast() { parts.validation = [row] }
        if test > 0, parts.test.isEmpty, let row = parts.training.popLast() { parts.test = [row] }
        return try checked(
            Parts(
                training: parts.training.sorted(),
                validation: parts.validation.sorted(),
                test: parts.test.sorted()
            ),
            "\(rows) rows are too few for validation \(validation) and test \(test)",
            hint: "collect more rows, or give smaller shares"
        )
    }

    /// - Throws: ``DatasetError`` when a part that is to have rows has none.
    func checked(_ parts: Parts, _ message: @autoclosure () -> String, hint: String) throws -> Parts {
        guard !parts.training.isEmpty, validation == 0 || !parts.validation.isEmpty, test == 0 || !parts.test.isEmpty
        else { throw DatasetError(.init("split"), message(), hint: hint) }
        return parts
    }

    private func goal(_ share: Double, _ rows: Int) -> Int {
        Int((share * Double(rows)).rounded())
    }
}
