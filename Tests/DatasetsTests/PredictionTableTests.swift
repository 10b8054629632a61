import Datasets
import Support
import TestSupport
import Testing

/// How a table of predictions is understood, and what is wrong with one.
struct PredictionTableTests {
    private func read(_ text: String, task: LearningTask? = nil) throws -> PredictionTable {
        let scratch = try Scratch()
        return try PredictionTable(path: scratch.write("t.csv", text), task: task)
    }

    private func classes(_ text: String, task: LearningTask? = nil) throws -> PredictedClasses {
        guard case .classes(let classes) = try read(text, task: task).answers else {
            throw DatasetError(.init("t.csv"), "these are numbers")
        }
        return classes
    }

    @Test func otherColumnsAreIgnoredAndNamed() throws {
        let table = try read(",id,y_true,age,y_pred,weight\n1,2,a,3,a,1\n2,3,b,4,a,2\n")
        #expect(table.notes == ["ignored columns: (without a name), id, age"])
        #expect(table.weights == [1, 2])
        #expect(try read("y_true,y_pred\na,a\nb,a\n").notes == [])
    }

    @Test(
        "Without probabilities the numbers themselves say what they are",
        arguments: [
            ("0,0\n1,1\n", .classification, "y_true and y_pred hold 2 different whole numbers: judged as classes"),
            ("1.0,1\n0.0,0\n", .classification, "y_true and y_pred hold 2 different whole numbers"),
            ("3,3\n", .classification, "y_true and y_pred hold one whole number: judged as classes"),
            ("0.5,0\n1,1\n", .regression, nil), ("0,0.25\n1,1\n", .regression, nil),
            ((1...10).map { "\($0),\(-$0)\n" }.joined(), .classification, "hold 20 different whole numbers"),
            ((0...10).map { "\($0),\(-$0)\n" }.joined(), .regression, "hold more than 20 different whole numbers"),
            ("a,a\nb,b\n", .classification, nil), ("1,1\nunknown,2\n", .classification, nil),
        ] as [(String, LearningTask, String?)]
    )
    func theTaskIsSeen(rows: String, task: LearningTask, note: String?) throws {
        let table = try read("y_true,y_pred\n" + rows)
        #expect(table.task == task)
        #expect(table.notes.count == (note == nil ? 0 : 1))
        if let note { #expect(table.notes.first?.contains(note) == true, "\(table.notes)") }
        for asked in [LearningTask.classification, .regression] where rows.allSatisfy({ !$0.isLetter }) {
            let told = try read("y_true,y_pred\n" + rows, task: asked)
            #expect(told.task == asked && told.notes == [])
        }
    }

    /// What pandas makes of whole numbers beside a missing one, and numpy of a prediction.
    @Test func numbersThatAreEqualAreOneClass() throws {
        let plain = try classes("y_true,y_pred\n1.0,1\n0,0.0\n2,1\n")
        #expect(plain.names == ["0", "1", "2"])
        #expect(plain.right == [1, 0, 2] && plain.said == [1, 0, 1])
        let scored = try classes("y_true,p_1,p_0\n1.0,0.75,0.25\n0,0.5,0.5\n")
        #expect(scored.names == ["1", "0"] && scored.right == [0, 1])
        // Beside a text they are texts.
        #expect(try classes("y_true,y_pred\n1.0,1\nx,1\n").names == ["1", "1.0", "x"])
        #expect(try classes("y_true,p_1,p_1.0,p_x\n1,0.5,0.5,0\nx,0,0.5,0.5\n").names == ["1", "1.0", "x"])
        // One class has one column.
        #expect(throws: DatasetError.self) { try classes("y_true,p_1,p_1.0\n1,0.5,0.5\n1.0,0.5,0.5\n") }
    }

    @Test func oneColumnOfProbabilitiesIsThatOfTheSecondClass() throws {
        let found = try classes("y_true,p_yes\nyes,0.75\nno,0.25\n")
        #expect(found.names == ["no", "yes"])
        #expect(found.probabilities == [0.25, 0.75, 0.75, 0.25])
        #expect(found.said == nil && found.right == [1, 0])
    }

    @Test func aClassMayBeCalledNanIfItHasProbabilities() throws {
        #expect(try classes("y_true,p_nan,p_ok\nnan,1,0\nok,0,1\n").right == [0, 1])
    }

    @Test func aRegressionIgnoresProbabilities() throws {
        let table = try read("y_true,y_pred,p_10,p_90\n1.5,2,0,3\n2.5,2,1,9\n", task: .regression)
        #expect(table.task == .regression && table.notes == ["ignored columns: p_10, p_90"])
    }

    @Test(
        arguments: [
            ("a,a\n", ";"), ("a,a\n", "\t"), ("a,a\n", "|"),
        ]
    )
    func delimitersAreFound(rows: String, delimiter: String) throws {
        let text = ("y_true,y_pred\n" + rows + "b,a\n").replacing(",", with: delimiter)
        #expect(try classes(text).names == ["a", "b"])
    }

    @Test(
        "What cannot be judged is named with its place",
        arguments: [
            ("y,y_pred\na,a\n", nil, 14, "t.csv: there is no column `y_true` with the right answers"),
            (
                "y_true,y\na,a\n", nil, 14,
                "there is no column `y_pred` with the answers that were given, nor `p_<class>`"
            ),
            ("y_true,y\n1,1\n", .regression, 14, "there is no column `y_pred` with the answers that were given"),
            ("y_true_0,y_true_1,y_pred_0\n1,2,3\n", nil, 14, "as many columns `y_pred` as `y_true`, found 1 and 2"),
            (
                "y_true_0,y_true_1,y_pred_0,y_pred_1\n1,2,3,4\n", .classification, 64,
                "expected one class per row, found 2"
            ),
            (
                "y_true,p_a,p_b\na,1,0\nc,1,0\n", nil, 1,
                "line 3, row 2, column `y_true`: the label `c` is none of the classes"
            ),
            (
                "y_true,y_pred,p_a,p_b\na,a,1,0\nb,c,1,0\n", nil, 1,
                "line 3, row 2, column `y_pred`: the label `c` is none of the classes"
            ),
            (
                "y_true,p_a,p_b\na,1,0\nb,1.5,-0.5\n", nil, 1,
                "line 3, row 2, column `p_a`: expected a probability from 0 to 1, found 1.5"
            ),
            ("y_true,p_a,p_b\na,-0.5,1.5\n", nil, 1, "column `p_a`: expected a probability from 0 to 1, found -0.5"),
            (
                "y_true,p_a,p_b\na,1,0\nb,nan,1\n", nil, 1,
                "line 3, row 2, column `p_a`: expected a probability from 0 to 1"
            ),
            ("y_true,p_a,p_b\na,1,0\nb,,1\n", nil, 1, "line 3, row 2, column `p_a`: expected a number, found nothing"),
            (
                "y_true,p_a,p_b\na,1,0\nb,0.5,0.25\na,1,0\nb,0.5,0.498\n", nil, 1,
                "line 3, row 2: expected probabilities that sum to 1, found 0.75 (so too in row 4)"
            ),
            (
                "y_true,p_a,p_b\n" + String(repeating: "a,0,0\n", count: 9), nil, 1,
                "(so too in rows 2, 3, 4, 5 and 4 more)"
            ),
            ("y_true,y_pred\na,a\n,b\n", nil, 1, "line 3, row 2, column `y_true`: expected an answer, found nothing"),
            ("y_true,y_pred\na,a\nb,NaN\n", nil, 1, "line 3, row 2, column `y_pred`: expected an answer, found `NaN`"),
            ("y_true,y_pred\n1.5,2\n2.5,nan\n", nil, 1, "line 3, row 2, column `y_pred`: expected a number, found NaN"),
            ("y_true,y_pred\n1.5,2\n-inf,2\n", nil, 1, "column `y_true`: expected a number, found infinity"),
            ("y_true,y_pred\n1.5,2\n,2\n", nil, 1, "line 3, row 2, column `y_true`: expected a number, found nothing"),
            (
                "y_true,y_pred\n1.5,2\n,2\n", .regression, 1,
                "line 3, row 2, column `y_true`: expected a number, found nothing"
            ),
            ("y_true,y_pred\n1.5,2\nx,2\n", nil, 1, "line 3, row 2, column `y_true`: expected a number, found `x`"),
            (
                "y_true,y_pred,weight\na,a,1\nb,b,-1\n", nil, 1,
                "line 3, row 2, column `weight`: expected a weight of 0 or more"
            ),
            (
                "y_true,y_pred,weight\na,a,1\nb,b,inf\n", nil, 1,
                "line 3, row 2, column `weight`: expected a weight of 0 or more"
            ),
            ("y_true,y_pred,weight\n1.5,2,x\n", nil, 1, "line 2, row 1, column `weight`: expected a number, found `x`"),
            (
                "y_true,y_pred,weight\na,a,0\nb,b,0\n", nil, 1,
                "column `weight`: expected a weight above 0 in at least one row"
            ),
            ("y_true,y_pred,y_true\na,a,b\n", nil, 1, "line 1: two columns are called `y_true`"),
            (
                "y_true,y_pred\na,b\ny_true,y_pred\na,b\n", nil, 1,
                "line 3, row 2, column `y_true`: the header stands here again"
            ),
            (
                "y_true,p_a,p_b\na,1,0\ny_true,p_a,p_b\n", nil, 1,
                "line 3, row 2, column `p_a`: expected a number, found `p_a`"
            ),
            ("y_true,y_pred\n", nil, 1, "expected rows of data, found none"),
            ("", nil, 1, "expected a header, found an empty file"),
            ("0,1\n1,1\n", nil, 1, "line 1: expected a header with the names of the columns, found numbers"),
            ("y_true,y_pred\na,b\na\n", nil, 1, "line 3, row 2: expected 2 fields as in the header, found 1"),
            ("y_true,p_yes\nyes,1\nyes,0\n", nil, 1, "expected a second class beside `yes`, but no label names it"),
            (
                "y_true,p_yes\nyes,1\nno,0\nmaybe,0\n", nil, 1,
                "line 4, row 3, column `y_true`: `maybe` is a third class beside `no` and `yes`"
            ),
            (
                "y_true,y_pred\n" + (0..<1100).map { "a\($0),a\n" }.joined(), nil, 1,
                "column `y_true`: expected at most 1024 classes, found 1101"
            ),
        ] as [(String, LearningTask?, Int32, String)]
    )
    func badTables(text: String, task: LearningTask?, code: Int32, message: String) throws {
        let error = failure { _ = try read(text, task: task) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "no failure")")
        #expect(error?.kind.exitCode == code)
        #expect(error?.hints.isEmpty == false)
        // Without a project there is no project file to change.
        let hints = error?.hints.joined() ?? ""
        #expect(!hints.contains("missing:") && !hints.contains("decimal:") && !hints.contains("delimiter:"), "\(hints)")
    }

    @Test(
        arguments: [
            ("y_true,p_a,p_b\na,75,25\n", nil, "percentages"), ("y_true;p_a;p_b\na;0,5;0,5\n", nil, "behind a point"),
            ("y_true;y_pred\n1,5;2\n2,5;3\n", nil, "behind a point"), ("y_true;y_pred\n1;2\n2,5;3\n", nil, "a point"),
            ("y_true,y_pred\n1.5,2\nx,2\n", nil, "--task classification"),
            ("y_true,y_pred\n1.5,2\ny_true,y_pred\n", .regression, "the header stands here again"),
            ("y_true,p_a\na,0.5\n", nil, "a column of its own: p_<class>"),
        ] as [(String, LearningTask?, String)]
    )
    func hintsSayWhatToDo(text: String, task: LearningTask?, hint: String) throws {
        let error = failure { _ = try read(text, task: task) }
        #expect(error?.hints.joined().contains(hint) == true, "\(String(describing: error))")
    }
}
