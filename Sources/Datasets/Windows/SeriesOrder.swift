/// The rows of a table in the order of its series: one series after the other, each in the order of time.
struct SeriesOrder {
    /// The row of the table at each place.
    let rows: [Int]
    /// The places of rows that follow each other without a gap.
    let runs: [Range<Int>]
    /// The number of each run's series, from 0 in the order in which they first appear.
    let series: [Int]
    /// The moment of each place; `nil` where the rows stand in their order.
    let times: [Double]?

    /// Orders `count` rows by the series and the moments that they belong to; each series is one run.
    ///
    /// - Throws: ``DatasetError`` when a series has two rows of one moment.
    init(count: Int, groups: [Int32]?, times moments: [Double]?, place: DatasetError.Place) throws {
        var members: [[Int]] = groups == nil ? [Array(0..<count)] : []
        var numbers: [Int32: Int] = [:]
        for (row, group) in (groups ?? []).enumerated() {
            if let number = numbers[group] {
                members[number].append(row)
            } else {
                numbers[group] = members.count
                members.append([row])
            }
        }
        var rows: [Int] = []
        rows.reserveCapacity(count)
        for var members in members {
            if let moments {
                members.sort { (moments[$0], $0) < (moments[$1], $1) }
                for (previous, row) in zip(members, members.dropFirst()) where moments[row] <= moments[previous] {
                    throw Self.sameMoment(previous, row, isGrouped: groups != nil, place)
                }
            }
            rows += members
        }
        self.init(rows: rows, lengths: members.map(\.count), times: moments.map { moments in rows.map { moments[$0] } })
    }

    /// The same order, whose runs end where a step in time is longer.
    func cut(atStepsOver gap: Double) -> SeriesOrder {
        guard let times else { return self }
        var (runs, series): ([Range<Int>], [Int]) = ([], [])
        for (run, number) in zip(self.runs, self.series) {
            var start = run.lowerBound
            for place in run.dropFirst() where times[place] - times[place - 1] > gap {
                runs.append(start..<place)
                series.append(number)
                start = place
            }
            runs.append(start..<run.upperBound)
            series.append(number)
        }
        return SeriesOrder(rows: rows, runs: runs, series: series, times: times)
    }

    /// Series of the given lengths that stand one behind the other.
    init(lengths: [Int]) {
        self.init(rows: Array(0..<lengths.reduce(0, +)), lengths: lengths, times: nil)
    }

    private init(rows: [Int], lengths: [Int], times: [Double]?) {
        var runs: [Range<Int>] = []
        for length in lengths {
            let start = runs.last?.upperBound ?? 0
            runs.append(start..<start + length)
        }
        self.init(rows: rows, runs: runs, series: Array(runs.indices), times: times)
    }

    private init(rows: [Int], runs: [Range<Int>], series: [Int], times: [Double]?) {
        (self.rows, self.runs, self.series, self.times) = (rows, runs, series, times)
    }

    private static func sameMoment(
        _ first: Int,
        _ second: Int,
        isGrouped: Bool,
        _ place: DatasetError.Place
    ) -> DatasetError {
        var place = place
        place.row = second + 1
        return DatasetError(
            place,
            "the row is of the same moment as row \(first + 1) of its series, and nobody can tell which comes first",
            hint: isGrouped
                ? "remove one of them" : "does the table hold several series? then say which is which: group_by: COLUMN"
        )
    }

    /// Whether the rows of the table stand in this order.
    var isAsRead: Bool { rows.indices.allSatisfy { rows[$0] == $0 } }

    /// The middle one of the steps in time from row to row of a run; `nil` without times, or with runs of single rows.
    var usualStep: Double? {
        guard let times else { return nil }
        var steps = runs.flatMap { run in run.dropFirst().map { times[$0] - times[$0 - 1] } }
        guard !steps.isEmpty else { return nil }
        steps.sort()
        return steps[steps.count / 2]
    }

    /// The places at which windows begin, in ascending order; `ahead` is how many rows must follow each.
    ///
    /// The last window of a run ends as late as it can: what is newest is asked about most.
    func starts(of window: Window, ahead: Int) -> [Int] {
        var starts: [Int] = []
        for run in runs {
            let last = run.upperBound - window.length - ahead
            guard last >= run.lowerBound else { continue }
            let first = last - (last - run.lowerBound) / window.stride * window.stride
            starts += stride(from: first, through: last, by: window.stride)
        }
        return starts
    }
}
