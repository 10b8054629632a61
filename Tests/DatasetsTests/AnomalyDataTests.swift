import Datasets
import TestSupport
import Testing

/// The rows of an anomaly task: what is normal is learned, the rest judges.
struct AnomalyDataTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Rows `x,g,state`, every `period`th one faulty.
    private func table(_ name: String, rows: Int, period: Int?, normal: String = "normal", from: Int = 0) throws
        -> DataSource
    {
        var text = "x,g" + (period == nil ? "\n" : ",state\n")
        for row in from..<from + rows {
            let state = period.map { row % $0 == 0 ? ["hot", "loose"][row / $0 % 2] : normal }
            text += "\(row),\(row / 10)" + (state.map { ",\($0)\n" } ?? "\n")
        }
        return .csv(path: try scratch.write(name, text), format: CSVFormat(), target: "state")
    }

    private func counts(_ examples: Examples?) -> [Int] {
        guard let examples, case .classes(let labels, 2) = examples.targets else { return [] }
        return [labels.count { $0 == 0 }, labels.count { $0 == 1 }]
    }

    @Test func anomaliesJudgeAndAreNotLearnedFrom() throws {
        let data = try PreparedData(
            DatasetDescription(
                task: .anomaly,
                train: table("t.csv", rows: 200, period: 10),
                split: Split(validation: 0.2, test: 0.3),
                seed: 3
            )
        )
        #expect(data.classes?.names == ["normal", "anomalous"] && data.classes?.isOneClass == true)
        #expect(counts(data.training) == [90, 0])
        // All twenty faulty rows judge, two fifths of them beside the validation rows.
        #expect(counts(data.validation) == [36, 8] && counts(data.test) == [54, 12])
        let parts = [data.training, data.validation, data.test].compactMap { $0 }
        #expect(Set(parts.flatMap { part in (0..<part.rows).map { part.inputs[$0, 0] } }).count == 200)
        #expect(data.remarks == [])
    }

    @Test func ofGroupsNoneIsInTwoParts() throws {
        let data = try PreparedData(
            DatasetDescription(
                task: .anomaly,
                train: table("t.csv", rows: 300, period: 7),
                split: Split(validation: 0.3, by: .group(column: "g")),
                seed: 3
            )
        )
        func groups(_ examples: Examples?) -> Set<Int> {
            Set((examples?.inputs.all.values ?? []).map { Int($0) / 10 })
        }
        #expect(counts(data.training)[1] == 0 && counts(data.validation)[1] > 0)
        #expect(groups(data.training).isDisjoint(with: groups(data.validation)))
    }

    @Test func rowsWithoutLabelsAreNormal() throws {
        let description = DatasetDescription(
            task: .anomaly,
            train: try table("t.csv", rows: 100, period: nil),
            test: try table("test.csv", rows: 50, period: 5, from: 1000),
            split: try Split(validation: 0.2),
            seed: 1
        )
        let data = try PreparedData(description)
        #expect(
            counts(data.training) == [80, 0] && counts(data.validation) == [20, 0] && counts(data.test) == [40, 10]
        )
        #expect(data.features.target == "state" && data.features.columns.map(\.field.name) == ["x", "g"])
        let rows = try description.rows(of: .training, fields: data.features.fields, classes: data.classes)
        #expect(rows?.rows.areLabeled == false && rows?.rows.count == 80)
        let judged = try description.rows(of: .test, fields: data.features.fields, classes: data.classes)
        #expect(judged?.rows.areLabeled == true)
    }

    @Test func aNameSaysWhichRowsAreNormal() throws {
        var description = DatasetDescription(
            task: .anomaly,
            train: try table("t.csv", rows: 60, period: 6, normal: "ok"),
            split: try Split(validation: 0.5)
        )
        let error = #expect(throws: DatasetError.self) { _ = try PreparedData(description) }
        #expect(error?.message.contains("no row is of the class `normal`") == true)
        #expect(error?.message.hasSuffix("the labels are: hot, ok, loose") == true)
        description.normal = "ok"
        let data = try PreparedData(description)
        #expect(data.classes?.names == ["ok", "anomalous"] && counts(data.training)[0] == 25)
    }

    @Test func aTargetThatIsNowhereIsAMistake() throws {
        let description = DatasetDescription(task: .anomaly, train: try table("t.csv", rows: 60, period: nil))
        let error = #expect(throws: DatasetError.self) { _ = try PreparedData(description) }
        #expect(error?.description.contains("there is no column `state`") == true)
    }

    @Test func anEmptyLabelIsNoState() throws {
        let path = try scratch.write("e.csv", "x,state\n1,normal\n2,\n3,normal\n")
        let description = DatasetDescription(
            task: .anomaly,
            train: .csv(path: path, format: CSVFormat(), target: "state")
        )
        let error = #expect(throws: DatasetError.self) { _ = try PreparedData(description) }
        #expect(error?.description.contains("line 3") == true && error?.message == "expected a label, found nothing")
    }

    /// What an update brings: normal rows are learned from, the others join what judges.
    @Test func laterRowsAreDealtLikeTheFirst() throws {
        let description = DatasetDescription(
            task: .anomaly,
            train: try table("t.csv", rows: 200, period: 10),
            split: try Split(validation: 0.25),
            seed: 3
        )
        let data = try PreparedData(description)
        var dealer = RowDealer(description, features: data.features, classes: data.classes)
        let first = try dealer.dealDescribed { _ in }
        #expect(first.training?.inputs.all == data.training.inputs.all)
        #expect(first.validation?.inputs.all == data.validation?.inputs.all)
        let later = try dealer.deal(table("later.csv", rows: 100, period: 20, from: 500)) { _ in }
        #expect(counts(later.training) == [71, 0] && counts(later.validation) == [24, 5])
        let unlabeled = try dealer.deal(table("plain.csv", rows: 40, period: nil, from: 900)) { _ in }
        #expect(counts(unlabeled.training) == [30, 0] && counts(unlabeled.validation) == [10, 0])
    }

    @Test func theScoreIsTheMeanOfSquaredDifferences() {
        let given = Matrix(rows: 3, columns: 2, values: [1, 2, 0, 0, 3e30, 0])
        let back = Matrix(rows: 3, columns: 2, values: [1, 4, 3, -1, -3e30, 0])
        #expect(back.meanSquaredErrors(of: given).values == [2, 5, .greatestFiniteMagnitude])
    }

    @Test func scoresAreReadFromATable() throws {
        func table(_ text: String, _ task: LearningTask? = nil, normal: String? = nil) throws -> PredictionTable {
            try PredictionTable(path: scratch.write("p.csv", text), task: task, normal: normal)
        }
        let full = try table("id,score,anomaly,y_true\n1,0.5,false,normal\n2,1.5,true,hot\n3,-2,False,normal\n")
        guard case .scores(let scores) = full.answers else {
            Issue.record("no scores")
            return
        }
        #expect(full.task == .anomaly && full.notes == ["ignored columns: id"])
        #expect(scores.scores == [0.5, 1.5, -2] && scores.labels == [0, 1, 0] && scores.said == [0, 1, 0])
        let plain = try table("score\n1\n2\n", .anomaly)
        #expect(plain.notes == ["there is no column `y_true`: every row is taken for normal"])
        guard case .scores(let named) = try table("score,y_true\n1,ok\n2,7\n", .anomaly, normal: "ok").answers else {
            Issue.record("no scores")
            return
        }
        #expect(named.names == ["ok", "anomalous"] && named.labels == [0, 1] && named.said == nil)
        for (text, message) in [
            ("score,anomaly\n1,maybe\n", "expected true or false, found `maybe`"),
            ("score,anomaly\nnan,true\n", "expected a score, found nothing"),
            ("anomaly\ntrue\n", "there is no column `score`"),
            ("score,y_true\n1,ok\n", "no row is of the class `normal`"),
        ] {
            let error = #expect(throws: DatasetError.self) { _ = try table(text, .anomaly) }
            #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        }
    }
}
