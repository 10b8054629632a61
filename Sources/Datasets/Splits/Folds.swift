internal import Support

/// Equal parts of the rows, each of which is once judged by what was learned from the others (cross-validation).
package struct Folds: Sendable, Hashable {
    package let count: Int
    /// The fold of each row, from 0 on.
    package let numbers: [Int32]

    /// How many folds there may be.
    static let counts = 2...100

    private static let stream: UInt64 = 0x464F_4C44

    /// The places of the rows of a fold, ascending.
    package func rows(of fold: Int) -> [Int] { numbers.indices.filter { numbers[$0] == fold } }

    /// The places of all other rows, ascending.
    package func rows(besides fold: Int) -> [Int] { numbers.indices.filter { numbers[$0] != fold } }

    /// Puts together what was answered to the rows of each fold, in the order of all rows.
    package func joined(_ answers: [Matrix]) -> Matrix {
        precondition(answers.count == count, "each fold is answered")
        let columns = answers[0].columns
        var values: [Float] = []
        values.reserveCapacity(numbers.count * columns)
        var next = [Int](repeating: 0, count: count)
        for number in numbers {
            let (fold, row) = (answers[Int(number)], next[Int(number)])
            next[Int(number)] += 1
            values += fold.values[row * columns..<(row + 1) * columns]
        }
        return Matrix(rows: numbers.count, columns: columns, values: values)
    }
}

/// How rows are dealt into folds.
extension Folds {
    /// Deals rows by what they have in common, else class by class, else by chance.
    ///
    /// Without groups the folds differ by at most one row, and by at most one of each class.
    ///
    /// - Throws: ``DatasetError`` when there are fewer rows, or groups, than folds.
    init(_ count: Int, of places: RowPlaces, _ targets: Targets, seed: UInt64) throws {
        var (classes, classCount): ([Int32]?, Int) = (nil, 1)
        if case .classes(let labels, let number) = targets { (classes, classCount) = (labels, number) }
        switch places {
        case .groups(let groups):
            try self.init(count, ofGroups: groups, classes: classes, classCount: classCount, seed: seed)
        case .rows(let rows): try self.init(count, of: rows, classes: classes, classCount: classCount, seed: seed)
        case .times: throw Folds.withTime
        }
    }

    /// Deals rows one after the other to the folds in turn: those of the first class in an order of chance, then those of
    /// the second, and so on.
    package init(_ count: Int, of rows: Int, classes: [Int32]?, classCount: Int, seed: UInt64) throws {
        guard rows >= count else {
            throw DatasetError(
                .init("folds"),
                "\(rows) rows cannot be dealt into \(count) folds",
                hint: "give fewer folds, or more rows"
            )
        }
        var ofClass = [[Int]](repeating: [], count: classCount)
        for row in CounterRandom(seed: seed, stream: Folds.stream).permutation(rows) {
            ofClass[Int(classes?[Int(row)] ?? 0)].append(Int(row))
        }
        var numbers = [Int32](repeating: 0, count: rows)
        for (place, row) in ofClass.joined().enumerated() { numbers[row] = Int32(place % count) }
        self.init(count: count, numbers: numbers)
    }

    /// Deals whole groups: the large ones first, equal ones in an order of chance, each to the fold that has the least of
    /// its classes so far, and of such folds to the smallest.
    package init(_ count: Int, ofGroups groups: [Int32], classes: [Int32]?, classCount: Int, seed: UInt64) throws {
        let members = groups.rowsOfGroups()
        guard members.count >= count else {
            throw DatasetError(
                .init("folds"),
                "\(members.count) group\(members.count == 1 ? "" : "s") cannot be dealt into \(count) folds",
                hint: "is the column the right one? else give fewer folds"
            )
        }
        let order = CounterRandom(seed: seed, stream: Folds.stream).permutation(members.count).map { Int($0) }
            .enumerated().sorted { left, right in
                let (first, second) = (members[left.element].count, members[right.element].count)
                return first != second ? first > second : left.offset < right.offset
            }
        func label(_ row: Int) -> Int { Int(classes?[row] ?? 0) }
        var totals = [Double](repeating: 0, count: classCount)
        for row in groups.indices { totals[label(row)] += 1 }
        var held = [[Double]](repeating: [Double](repeating: 0, count: classCount), count: count)
        var sizes = [Int](repeating: 0, count: count)
        var numbers = [Int32](repeating: 0, count: groups.count)
        for (_, group) in order {
            var counts = [Double](repeating: 0, count: classCount)
            for row in members[group] { counts[label(row)] += 1 }
            // What the squared distances from equal shares of every class grow by. It is zero for an empty fold, so that
            // none stays empty.
            func cost(_ fold: Int) -> Double {
                (0..<classCount).reduce(0) { $0 + counts[$1] * held[fold][$1] / max(totals[$1], 1) }
            }
            let costs = (0..<count).map(cost)
            let fold = (0..<count).min { (costs[$0], sizes[$0]) < (costs[$1], sizes[$1]) } ?? 0
            for label in 0..<classCount { held[fold][label] += counts[label] }
            sizes[fold] += members[group].count
            for row in members[group] { numbers[row] = Int32(fold) }
        }
        self.init(count: count, numbers: numbers)
    }

    static let withAnomalies = DatasetError(
        .init("folds"),
        "an anomaly task has a threshold, which is chosen from rows that its own network has not seen, and folds keep none",
        kind: .usage,
        hint: "keep a share of the rows: validation: {split: 0.2}"
    )

    static let withTime = DatasetError(
        .init("split"),
        "folds and time do not go together: a network would learn from rows that came after those it is judged by",
        kind: .usage,
        hint: "give the newest rows to validation instead, or deal by a group"
    )
}

extension Split {
    /// - Throws: ``DatasetError`` for folds that cannot be.
    func checkFolds() throws {
        guard let folds else { return }
        if case .time = grouping { throw Folds.withTime }
        guard Folds.counts.contains(folds), validation == 0 else {
            throw DatasetError(
                .init("split"),
                "expected \(Folds.counts.lowerBound) to \(Folds.counts.upperBound) folds, and no other validation rows",
                kind: .usage
            )
        }
    }
}

extension Split.Parts {
    /// The rows of one fold are those to validate, and no longer among those to learn from.
    func holdingOut(_ fold: Int, of folds: Folds) -> Split.Parts {
        Split.Parts(
            training: folds.rows(besides: fold).map { training[$0] },
            validation: folds.rows(of: fold).map { training[$0] },
            test: test
        )
    }
}
