import Datasets
import Support
import TensorFiles
import TestSupport
import Testing

/// Windows over a table, against a plain search for them.
struct WindowTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// One row of a table of series.
    private struct Row {
        let series: Int
        let time: Int
        let a: Float
        let b: Float
        let y: Float?
    }

    /// Rows of some series that stand in disorder, with gaps in time, and some without a target.
    private func rows(_ seed: UInt64, series: Int, each: Int) -> [Row] {
        let random = CounterRandom(seed: seed, stream: 1)
        var draws: UInt64 = 0
        func draw(_ limit: UInt64) -> Int {
            draws += 1
            return Int(random.bits(at: draws) % limit)
        }
        var rows: [Row] = []
        for number in 0..<series {
            var time = draw(50)
            for _ in 0..<each {
                let y = draw(20) == 0 ? nil : Float(draw(10_000))
                rows.append(Row(series: number, time: time, a: Float(draw(10_000)), b: Float(draw(10_000)), y: y))
                time += draw(12) == 0 ? 7 : 2
            }
        }
        return random.permutation(rows.count).map { rows[Int($0)] }
    }

    private func table(_ rows: [Row]) -> String {
        "time,b,series,y,a\n"
            + rows.map { row in
                "\(row.time),\(Int(row.b)),s\(row.series),\(row.y.map { "\(Int($0))" } ?? ""),\(Int(row.a))\n"
            }.joined()
    }

    /// What every window holds, and its target; found by looking at every row for what went before it.
    private func expected(_ rows: [Row], _ window: Window) -> Set<[Float]> {
        var found: Set<[Float]> = []
        for end in rows {
            let members = rows.filter { $0.series == end.series }.sorted { $0.time < $1.time }
            guard let last = members.firstIndex(where: { $0.time == end.time }) else { continue }
            let (first, target) = (last - window.length + 1, last + window.horizon)
            guard first >= 0, target < members.count, let y = members[target].y else { continue }
            // A step of 7 is a gap, and no window or target lies across one.
            guard
                zip(members[first...target], members[first...target].dropFirst()).allSatisfy({ $1.time - $0.time == 2 })
            else { continue }
            // Counted from the last window that fits before the gap, every so many.
            var after = target
            while after + 1 < members.count, members[after + 1].time - members[after].time == 2 { after += 1 }
            guard (after - target) % window.stride == 0 else { continue }
            found.insert(members[first...last].flatMap { [$0.b, $0.a] } + [y])
        }
        return found
    }

    private func description(_ rows: [Row], _ window: Window, split: Split = .none) throws -> DatasetDescription {
        DatasetDescription(
            task: .regression,
            train: .csv(path: try scratch.write("series.csv", table(rows)), format: CSVFormat(), target: "y"),
            split: split,
            windows: window
        )
    }

    private func vectors(_ examples: Examples) -> [[Float]] {
        guard case .values(let targets) = examples.targets else { return [] }
        let inputs = examples.inputs.all
        return (0..<examples.rows).map { row in
            Array(inputs.values[row * inputs.columns..<(row + 1) * inputs.columns]) + [targets.values[row]]
        }
    }

    @Test(arguments: [(1, 1, 0), (4, 1, 1), (5, 3, 0), (3, 2, 4), (12, 5, 2)], [1, 2] as [UInt64])
    func theyAreThoseThatASearchFinds(options: (length: Int, stride: Int, horizon: Int), seed: UInt64) throws {
        let rows = rows(seed, series: 4, each: 90)
        let window = try Window(
            length: options.length,
            stride: options.stride,
            horizon: options.horizon,
            group: "series",
            time: .init(column: "time")
        )
        let prepared = try PreparedData(description(rows, window))
        #expect(prepared.training.inputShape == [options.length, 2])
        #expect(prepared.features.fields.allSatisfy { $0.shape == [options.length] })
        let found = vectors(prepared.training)
        #expect(Set(found) == expected(rows, window))
        #expect(Set(found).count == found.count)
    }

    @Test func aTableInItsOrderNeedsNoColumnsToCutItBy() throws {
        let text = "x,y\n" + (0..<10).map { "\($0),\($0 * 10)\n" }.joined()
        let prepared = try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .csv(path: scratch.write("plain.csv", text), format: CSVFormat(), target: "y"),
                windows: Window(length: 3, horizon: 1, takesTarget: true)
            )
        )
        #expect(vectors(prepared.training).first == [0, 0, 1, 10, 2, 20, 30])
        #expect(prepared.training.rows == 7)
    }

    /// Which rows of the table each part has seen, by a column that numbers them.
    private func seen(_ examples: Examples?) -> Set<Float> {
        Set((examples.map(vectors) ?? []).joined())
    }

    @Test(arguments: [true, false], [true, false])
    func noRowIsInTwoParts(hasTime: Bool, isGrouped: Bool) throws {
        // The number of a row is its feature and its target; series run at the same times.
        var text = "time,series,x,y\n"
        for row in 0..<400 { text += "\(row / 2),s\(row % 2),\(row),\(row)\n" }
        let window = try Window(
            length: 6,
            horizon: 2,
            group: "series",
            time: hasTime ? .init(column: "time") : nil
        )
        let prepared = try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .csv(path: scratch.write("parts.csv", text), format: CSVFormat(), target: "y"),
                split: Split(
                    validation: isGrouped ? 0.5 : 0.2,
                    test: isGrouped ? 0 : 0.2,
                    by: isGrouped ? .group(column: "series") : nil
                ),
                features: FeatureDescription(ignored: hasTime ? [] : ["time"]),
                seed: 1,
                windows: window
            )
        )
        let (training, validation, test) = (seen(prepared.training), seen(prepared.validation), seen(prepared.test))
        #expect(training.isDisjoint(with: validation) && training.isDisjoint(with: test))
        #expect(validation.isDisjoint(with: test))
        if isGrouped {
            #expect(Set(training.map { Int($0) % 2 }).count == 1 && Set(validation.map { Int($0) % 2 }).count == 1)
        } else {
            // The oldest are learned from, and the newest are for the test.
            #expect((training.max() ?? 0) < (validation.min() ?? 0) && (validation.max() ?? 0) < (test.min() ?? 0))
            #expect((test.max() ?? 0) == 399 && (training.min() ?? 1) == 0)
        }
    }

    @Test func foldsAreDealtBySeries() throws {
        var text = "series,x,y\n"
        for row in 0..<120 { text += "s\(row % 6),\(row),\(row)\n" }
        var description = DatasetDescription(
            task: .regression,
            train: .csv(path: try scratch.write("folds.csv", text), format: CSVFormat(), target: "y"),
            split: try Split(folds: 3),
            windows: try Window(length: 4, group: "series")
        )
        for fold in 0..<3 {
            let prepared = try PreparedData(description, holdingOut: fold)
            let series = [prepared.training, prepared.validation].map { examples in
                Set(seen(examples).map { Int($0) % 6 })
            }
            #expect(series[0].isDisjoint(with: series[1]) && series[1].count == 2)
        }
        description.windows = try Window(length: 4)
        description.features = FeatureDescription(ignored: ["series"])
        #expect { try PreparedData(description) } throws: { "\($0)".contains("1 series cannot be dealt into 3 folds") }
    }

    @Test func featuresAreFittedOnTheRowsThatAreLearnedFromAlone() throws {
        var text = "x,y\n"
        for row in 0..<200 { text += "\(row < 92 ? row % 2 : 1000),\(row)\n" }
        let prepared = try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .csv(path: scratch.write("fit.csv", text), format: CSVFormat(), target: "y"),
                split: Split(validation: 0.55),
                features: FeatureDescription([.init("x", [.standardize])]),
                windows: Window(length: 4, stride: 1)
            )
        )
        // Zeros and ones alone: mean and deviation are one half.
        #expect(Set(prepared.training.inputs.all.values) == [-1, 1])
        #expect(prepared.validation?.inputs.all.values.allSatisfy { $0 == 1999 } == true)
    }

    @Test func whatIsReadForAnAnswerIsWhatWasLearnedFrom() throws {
        let rows = rows(9, series: 3, each: 60)
        let window = try Window(length: 5, horizon: 0, group: "series", time: .init(column: "time"))
        var description = try description(rows.filter { $0.y != nil }, window)
        description.features = FeatureDescription([.init("a", [.standardize]), .init("b", [.minMax])])
        let prepared = try PreparedData(description)
        let path = try scratch.write("again.csv", table(rows.filter { $0.y != nil }))
        let pipeline = try JSON.decode(
            FeaturePipeline.self,
            from: JSON.encode(prepared.features),
            source: "features"
        )
        #expect(pipeline == prepared.features)
        let reader = try pipeline.reader(of: path)
        var values: [Float] = []
        while let block = try reader.read(upTo: 7) { values += try pipeline.transform(block).values }
        #expect(values == prepared.training.inputs.all.values)
        #expect(reader.origins?.count == prepared.training.rows)
        #expect(pipeline.shape == [5, 2] && pipeline.width == 10)
        // Windows that are cut already: here the raw values of the first two rows of the table, one behind the other.
        let raw: [Float] = (0..<20).map { Float($0) }
        let array = try scratch.write("windows.npy", NPY.encode(Tensor(raw, shape: [2, 5, 2])))
        let cut = try #require(try pipeline.reader(of: array).read(upTo: 9))
        #expect(cut.count == 2 && cut.columns.map(\.field.name) == ["b", "a"])
        #expect(cut.columns[0].numbers() == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
        #expect(cut.columns[1].numbers() == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
        let other = try scratch.write("other.npy", NPY.encode(Tensor(raw, shape: [2, 2, 5])))
        #expect(throws: DatasetError.self) { try pipeline.reader(of: other) }
    }

    private func problem(_ text: String, _ window: Window, ignored: [String] = []) -> String {
        do {
            _ = try PreparedData(
                DatasetDescription(
                    task: .regression,
                    train: .csv(path: scratch.write("bad.csv", text), format: CSVFormat(), target: "y"),
                    features: FeatureDescription(ignored: ignored),
                    windows: window
                )
            )
            return "nothing"
        } catch let error as DatasetError {
            return "\(error)"
        } catch {
            return "another error: \(error)"
        }
    }

    @Test func whatCannotBeCutIsSaid() throws {
        let text = "t,m,x,y\n1,a,1,1\n2,a,2,2\n3,a,3,3\n9,a,4,4\n10,a,5,5\n"
        let time = Window.Time(column: "t")
        #expect(
            problem(text, try Window(length: 6), ignored: ["t", "m"]).contains(
                "no window of 6 rows fits: the longest series has 5 rows"
            )
        )
        #expect(
            problem(text, try Window(length: 3, horizon: 2, group: "m", time: time, gap: 2)).contains(
                "no window of 3 rows and 2 ahead fits: the longest series without a gap has 3 rows"
            )
        )
        #expect(
            problem("t,x,y\n1,1,1\n2,2,2\n1,3,3\n", try Window(length: 2, time: time)).contains(
                "line 4, row 3, column `t`: the row is of the same moment as row 1 of its series"
            )
        )
        #expect(
            problem("t,x,y\n1,1,\n2,2,\n", try Window(length: 2, time: time)).contains(
                "none of the 1 windows has a target"
            )
        )
        #expect(
            problem("t,x,y\n1,1,1\n,2,2\n", try Window(length: 2, time: time)).contains(
                "line 3, row 2, column `t`: expected the time of the row, found nothing"
            )
        )
        // The row in the table, wherever it stands in its series.
        #expect(
            problem("t,m,x,y\n2,a,1,1\n1,b,2,2\n1,a,,3\n2,b,4,4\n", try Window(length: 2, group: "m", time: time))
                .contains("line 4, row 3, column `x`: expected a number, found nothing")
        )
    }

    @Test func aTimeIsNoWeight() throws {
        let text = "t,x,y\n1,1,1\n2,2,2\n"
        let description = DatasetDescription(
            task: .regression,
            train: .csv(path: try scratch.write("weights.csv", text), format: CSVFormat(), target: "y"),
            sampleWeights: "t",
            windows: try Window(length: 1, time: .init(column: "t"))
        )
        #expect { try PreparedData(description) } throws: { "\($0)".contains("`t` cannot be the weight of the rows") }
    }

    @Test(arguments: [
        (0, 1, 0, nil as Double?), (1, 0, 0, nil), (1, 1, -1, nil), (1 << 40, 1, 0, nil), (4, 1, 0, 1.0),
    ])
    func impossibleWindowsAreRefused(length: Int, stride: Int, horizon: Int, gap: Double?) {
        #expect(throws: DatasetError.self) {
            try Window(length: length, stride: stride, horizon: horizon, gap: gap)
        }
    }
}
