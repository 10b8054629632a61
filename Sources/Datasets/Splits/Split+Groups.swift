internal import Support

extension Split {
    /// Deals out whole groups, so that no group is in two parts.
    ///
    /// Large groups come first, equal ones in an order that the seed gives, and each goes where it brings the parts
    /// closest to their shares of every class.
    ///
    /// - Throws: ``DatasetError`` when the groups are too few or too large to give every part its rows.
    package func groupedParts(of groups: [Int32], classes: [Int32]?, count: Int, seed: UInt64) throws -> Parts {
        let classCount = classes == nil ? 1 : count
        let members = groups.rowsOfGroups()
        let random = CounterRandom(seed: seed, stream: Self.stream)
        // Large groups have the least choice: they go first. Equal ones are in an order of chance.
        let sorted = random.permutation(members.count).map { Int($0) }.enumerated().sorted { left, right in
            let (first, second) = (members[left.element].count, members[right.element].count)
            return first != second ? first > second : left.offset < right.offset
        }
        var totals = [Double](repeating: 0, count: classCount)
        for row in groups.indices { totals[Int(classes?[row] ?? 0)] += 1 }
        let shares = [1 - validation - test, validation, test]
        var held = [[Double]](repeating: [Double](repeating: 0, count: classCount), count: 3)
        var rows: [[Int]] = [[], [], []]
        for (_, group) in sorted {
            var counts = [Double](repeating: 0, count: classCount)
            for row in members[group] { counts[Int(classes?[row] ?? 0)] += 1 }
            // The sum of squared distances from what each part should have of each class, if the group went there.
            func cost(_ part: Int) -> Double {
                (0..<classCount).reduce(0) { sum, label in
                    let goal = shares[part] * totals[label]
                    let (before, after) = (held[part][label] - goal, held[part][label] + counts[label] - goal)
                    return sum + (after * after - before * before) / max(totals[label], 1)
                }
            }
            let part = [0, 1, 2].filter { shares[$0] > 0 }.min { cost($0) < cost($1) } ?? 0
            for label in 0..<classCount { held[part][label] += counts[label] }
            rows[part] += members[group]
        }
        let largest = members.map(\.count).max() ?? 0
        return try checked(
            Parts(training: rows[0].sorted(), validation: rows[1].sorted(), test: rows[2].sorted()),
            "\(members.count) groups in \(groups.count) rows, the largest with \(largest), cannot be dealt out to every part",
            hint: "is the column the right one? else give smaller shares, or split by plain fractions"
        )
    }

    /// The oldest rows for training, the newest for the test, and those between for validation.
    ///
    /// Rows of one moment stay in one part: a share may become a little larger or smaller by that.
    package func chronologicalParts(of times: [Double]) throws -> Parts {
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        /// The place of the first row whose time is not that of the row before, nearest to `place`.
        func boundary(_ place: Int) -> Int {
            guard place > 0, place < order.count else { return min(max(place, 0), order.count) }
            var (before, after) = (place, place)
            while before > 0, times[order[before]] == times[order[before - 1]] { before -= 1 }
            while after < order.count, times[order[after]] == times[order[after - 1]] { after += 1 }
            return before > 0 && place - before <= after - place ? before : after
        }
        let count = Double(order.count)
        let validationStart = boundary(Int(((1 - validation - test) * count).rounded()))
        let testStart = max(validationStart, boundary(Int(((1 - test) * count).rounded())))
        return try checked(
            Parts(
                training: order[..<validationStart].sorted(),
                validation: order[validationStart..<testStart].sorted(),
                test: order[testStart...].sorted()
            ),
            "\(order.count) rows at \(Set(times).count) moments cannot be dealt out to every part",
            hint: "give smaller shares, or split by plain fractions"
        )
    }
}

extension [Int32] {
    /// The rows of each group, where these are the groups of the rows; of those groups that have any.
    func rowsOfGroups() -> [[Int]] {
        var members: [[Int]] = []
        for (row, group) in enumerated() {
            while members.count <= group { members.append([]) }
            members[Int(group)].append(row)
        }
        return members.filter { !$0.isEmpty }
    }
}
