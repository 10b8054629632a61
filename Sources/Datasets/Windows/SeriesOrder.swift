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

    /// Orders `count` rows by the series and the moments that they belong to.
    ///
    /// A step of more than `gap` in time ends a run; `nil` where none does.
    ///
    /// - Throws: ``DatasetError`` when a series has two rows of one moment.
    init(count: Int, groups: [Int32]?, times moments: [Double]?, gap: Double?, place: DatasetError.Place) throws {
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
        var runs: [Range<Int>] = []
        var series: [Int] = []
        for (number, members) in members.enumerated() {
            var order = members
            if let moments { order.sort { (moments[$0], $0) < (moments[$1], $1) } }
            var start = rows.count
            for (previous, row) in zip(order, order.dropFirst()) {
                rows.append(previous)
                guard let moments else { continue }
                let step = moments[row] - moments[previous]
                guard step > 0 else { throw Self.sameMoment(previous, row, isGrouped: groups != nil, place) }
                if let gap, step > gap {
                    runs.append(start..<rows.count)
                    series.append(number)
                    start = rows.count
                }
            }
            if let last = order.last { rows.append(last) }
            runs.append(start..<rows.count)
            series.append(number)
        }
        self.rows = rows
        self.runs = runs
        self.series = series
        times = moments.map { moments in rows.map { moments[$0] } }
    }

    /// Series of the given lengths that stand one behind the other.
    init(lengths: [Int]) {
        var runs: [Range<Int>] = []
        for length in lengths {
            let start = runs.last?.upperBound ?? 0
            runs.append(start..<start + length)
        }
        rows = Array(0..<(runs.last?.upperBound ?? 0))
        self.runs = runs
        series = Array(runs.indices)
        times = nil
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

    /// The middle one of the steps in time from row to row; `nil` without times, or with series of single rows.
    var usualStep: Double? {
        guard let times else { return nil }
        var steps: [Double] = []
        for (index, run) in runs.enumerated() {
            for place in run.dropFirst() { steps.append(times[place] - times[place - 1]) }
            // A gap is a step as well.
            if index > 0, series[index] == series[index - 1] {
                steps.append(times[run.lowerBound] - times[run.lowerBound - 1])
            }
        }
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
