extension Split {
    /// Deals out windows so that no row of a table is in two parts.
    ///
    /// By a group whole series go to one part. Otherwise the windows with the oldest targets are for training and those with
    /// the newest for the test: by the clock that all series share where a column tells the time, else series by series.
    /// Windows that begin before the part before theirs has ended are left out.
    ///
    /// - Throws: ``DatasetError`` when a part that is to have windows has none.
    func parts(
        of windows: WindowedRows,
        grouping column: RawColumn?,
        _ targets: Targets,
        seed: UInt64,
        place: DatasetError.Place
    ) throws -> Parts {
        guard keepsRows else { return Parts(training: Array(0..<windows.count), validation: [], test: []) }
        switch grouping {
        case .group(let name)?:
            guard let groups = try column?.groups(place.source) else { preconditionFailure("the column was read") }
            try checkThatSeriesAreWhole(groups, of: windows, column: name)
            return try parts(by: .groups(groups), targets, seed: seed)
        case .time(let name, _)?:
            guard windows.window.time?.column == name else {
                throw DatasetError(
                    .init("split"),
                    "windows are dealt out by the time that they are cut by",
                    hint: "give windows the key time: \(name), and drop by_time"
                )
            }
            return try chronologicalParts(of: windows)
        case nil: return try chronologicalParts(of: windows)
        }
    }

    /// The same shares, where no recording is in two parts.
    func byRecording() throws -> Split {
        try Split(validation: validation, test: test, by: .group(column: RawColumn.recording))
    }

    /// A series that is in two groups would be in two parts.
    fileprivate func checkThatSeriesAreWhole(_ groups: [Int32], of windows: WindowedRows, column: String) throws {
        var known: [Int: Int32] = [:]
        for (index, series) in windows.seriesOfWindows.enumerated() {
            if let group = known[series], group != groups[index] {
                throw DatasetError(
                    .init("split", column: column),
                    "the column changes within a series, and a series goes to one part as a whole",
                    hint: windows.window.group.map { "deal out by the series themselves: by_group: \($0)" }
                        ?? "drop by_group: windows are dealt out by time"
                )
            }
            known[series] = groups[index]
        }
    }

    private func chronologicalParts(of windows: WindowedRows) throws -> Parts {
        let spans = windows.spans
        let series = windows.order.times == nil ? windows.seriesOfWindows : [Int](repeating: 0, count: windows.count)
        var members: [Int: [Int]] = [:]
        for (index, number) in series.enumerated() { members[number, default: []].append(index) }
        var parts: (training: [Int], validation: [Int], test: [Int]) = ([], [], [])
        for (_, windows) in members.sorted(by: { $0.key < $1.key }) {
            let ends = windows.map { spans[$0].upperBound }
            let (validation, test) = boundaries(ends.sorted())
            // Where each part ends that has begun: rows up to it are no part of a later one.
            var (lastTraining, lastValidation) = (-Double.infinity, -Double.infinity)
            for end in ends {
                if end < validation { lastTraining = max(lastTraining, end) }
                if end < test { lastValidation = max(lastValidation, end) }
            }
            for (window, end) in zip(windows, ends) {
                let start = spans[window].lowerBound
                if end < validation {
                    parts.training.append(window)
                } else if end < test {
                    if start > lastTraining { parts.validation.append(window) }
                } else if start > lastValidation {
                    parts.test.append(window)
                }
            }
        }
        let length = windows.window.length + windows.window.horizon
        return try checked(
            Parts(
                training: parts.training.sorted(),
                validation: parts.validation.sorted(),
                test: parts.test.sorted()
            ),
            "\(windows.count) windows over \(length) rows cannot be dealt out by time to every part: those that begin before "
                + "the part before theirs has ended are left out",
            hint: "give larger shares, shorter windows or more rows, or deal out whole series: by_group: COLUMN"
        )
    }

    /// The moments from which on targets are for validation and for the test.
    private func boundaries(_ ends: [Double]) -> (validation: Double, test: Double) {
        func moment(_ share: Double) -> Double {
            let place = Int((share * Double(ends.count)).rounded())
            return place < ends.count ? ends[place] : .infinity
        }
        let first = moment(1 - validation - test)
        return (first, test > 0 ? max(first, moment(1 - test)) : .infinity)
    }
}

extension WindowedRows {
    /// Deals the windows that are learned from into folds by whole series, or by groups of such: windows of one series overlap.
    ///
    /// - Throws: ``DatasetError`` for fewer series, or groups, than folds.
    func folds(
        _ count: Int,
        by column: RawColumn?,
        _ split: Split,
        of training: [Int],
        _ targets: Targets,
        seed: UInt64,
        in source: DataSource
    ) throws -> Folds {
        var groups = seriesOfWindows.map { Int32($0) }
        if case .group(let name)? = split.grouping, let column {
            groups = try column.groups(source.targetPlace.source)
            try split.checkThatSeriesAreWhole(groups, of: self, column: name)
        }
        guard Set(groups).count >= count else {
            throw DatasetError(
                .init("folds"),
                "\(Set(groups).count) series cannot be dealt into \(count) folds: windows of one series overlap, and stay together",
                hint: "give fewer folds, name the series by group_by, or keep the newest rows: validation: {split: 0.2}"
            )
        }
        return try Folds(
            count,
            of: RowPlaces.groups(groups).selecting(training),
            targets.selecting(training),
            seed: seed
        )
    }
}

extension RawColumn {
    /// The name of the column that says which recording a window is out of.
    static let recording = "recording"
}

extension WindowedRows {
    /// The number of each window's series.
    var seriesOfWindows: [Int] {
        var run = 0
        return starts.map { start in
            while !order.runs[run].contains(start) { run += 1 }
            return order.series[run]
        }
    }

    /// From the first row of each window to its target: moments, or places in the order of the series.
    fileprivate var spans: [ClosedRange<Double>] {
        starts.map { start in
            let end = start + window.length - 1 + window.horizon
            return (order.times?[start] ?? Double(start))...(order.times?[end] ?? Double(end))
        }
    }
}
