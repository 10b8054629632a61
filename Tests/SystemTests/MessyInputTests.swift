import Foundation
import TestSupport
import Testing

/// Tables as they come from other tools: each ends in one clear error with nothing half-written, or in a documented rule.
@Suite(.timeLimit(.minutes(60)))
struct MessyInputTests {
    /// Twenty rows of a number, a text and one of two classes, as a line of `printf` may change them.
    private static let rows = (0..<20).map { "\($0 + 1),x\($0 % 3),\($0 % 2 == 0 ? "p" : "q")\n" }.joined()

    private func project(_ table: [UInt8], split: String = "", classes: Int = 2) throws -> Project {
        let project = try Project()
        try project.succeed("init")
        try project.scratch.write("t.csv", table)
        try project.scratch.write(
            "mlops.yaml",
            """
            model: m
            task: classification
            data:
              train: {csv: t.csv}
              target: y
              split: {\(split) validation: 0.2, test: 0.2}
            features: {a: standardize, b: one_hot}
            network:
              - dense: {units: \(classes), activation: softmax}
            training: {loss: sparse_categorical_crossentropy, optimizer: sgd, epochs: 2, batch_size: 4}
            """
        )
        return project
    }

    private func project(_ table: String, split: String = "", classes: Int = 2) throws -> Project {
        try project(Array(table.utf8), split: split, classes: classes)
    }

    struct Fault: CustomTestStringConvertible {
        let testDescription: String
        var text = ""
        var bytes: [UInt8] = []
        var split = ""
        let expected: String
        var code: Int32 = 1
    }

    @Test(arguments: [
        Fault(
            testDescription: "a long row",
            text: "a,b,y\n\(rows)1,x1,p,7\n",
            expected: "line 22, row 21: expected 3 fields"
        ),
        Fault(
            testDescription: "a short row",
            text: "a,b,y\n\(rows)1,x1\n",
            expected: "line 22, row 21: expected 3 fields"
        ),
        Fault(
            testDescription: "a delimiter at the end of every line",
            text: "a,b,y\n" + rows.replacing("\n", with: ",\n"),
            expected: "line 2, row 1: expected 3 fields as in the header, found 4"
        ),
        Fault(
            testDescription: "the same in the header",
            text: ("a,b,y\n" + rows).replacing("\n", with: ",\n"),
            expected: "column ``: the column is neither a feature nor ignored"
        ),
        Fault(
            testDescription: "a quote that is not closed",
            text: "a,b,y\n\(rows)1,\"x1,p\n2,x2,q\n",
            expected: "line 22: a quote is opened here and not closed"
        ),
        Fault(
            testDescription: "the same in the header",
            text: "\"a,b,y\n\(rows)",
            expected: "line 1: a quote is opened here and not closed"
        ),
        Fault(
            testDescription: "UTF-16",
            bytes: [0xFF, 0xFE] + rows.utf16.flatMap { [UInt8($0), 0] },
            expected: "UTF-16"
        ),
        Fault(
            testDescription: "a NUL byte",
            text: "a,b,y\n\(rows)1,x\0,p\n",
            expected: "line 22, row 21, column `b`: expected text, found a byte that is zero"
        ),
        Fault(
            testDescription: "Latin-1",
            bytes: Array("a,b,y\n\(rows)1,x".utf8) + [0xFC] + Array(",p\n".utf8),
            expected: "line 22, row 21, column `b`: expected text in UTF-8"
        ),
        Fault(
            testDescription: "two files joined, each with its header",
            text: "a,b,y\n\(rows)a,b,y\n\(rows)",
            expected: "hint: the header stands here again: remove the line"
        ),
        Fault(
            testDescription: "two columns of one name",
            text: "a,a,y\n\(rows)",
            expected: "two columns are called `a`"
        ),
        Fault(
            testDescription: "one class",
            text: "a,b,y\n" + rows.replacing(",q\n", with: ",p\n"),
            expected: "expected at least two classes, found only `p`"
        ),
        Fault(
            testDescription: "a column that is empty",
            text: "a,b,y\n" + (0..<20).map { ",x,\($0 % 2 == 0 ? "p" : "q")\n" }.joined(),
            expected: "column `a`: every value of the training rows is missing"
        ),
        Fault(
            testDescription: "a group that is everywhere",
            text: "g,a,b,y\n" + rows.split(separator: "\n").map { "G,\($0)\n" }.joined(),
            split: "by_group: g,",
            expected: "split: 1 groups in 20 rows"
        ),
        Fault(
            testDescription: "dates of two forms",
            text: "d,a,b,y\n" + rows.split(separator: "\n").map { "2026-01-01,\($0)\n" }.joined()
                + "03.04.2026,1,x1,p\n",
            split: "by_time: d,",
            expected: "line 22, row 21, column `d`: expected a date such as 2026-11-21 14:05 as in the rows before"
        ),
    ])
    func aTableToLearnFrom(fault: Fault) throws {
        let project = try project(fault.bytes + Array(fault.text.utf8), split: fault.split)
        let before = try project.shell("find . -not -path '*.lock' | sort").output
        let errors = try project.fail("train", with: fault.code)
        #expect(errors.contains(fault.expected), "\(errors)")
        #expect(errors.split(separator: "\n").count { $0.hasPrefix("error: ") } == 1, "\(errors)")
        #expect(errors.contains("\nhint: "), "\(errors)")
        #expect(try project.shell("find . -not -path '*.lock' | sort").output == before)
    }

    @Test(arguments: [
        ("lines that end with CR alone", ("a,b,y\n" + rows).replacing("\n", with: "\r")),
        ("lines that end with CR LF, and empty ones", ("a,b,y\n" + rows).replacing("\n", with: "\r\n") + "\r\n"),
        ("a byte order mark", "\u{FEFF}a,b,y\n\(rows)"),
    ])
    func whatIsReadAllTheSame(form: String, text: String) throws {
        let expected = try project("a,b,y\n\(Self.rows)")
        try expected.succeed("train -q --register")
        let project = try project(text)
        try project.succeed("train -q --register")
        func weights(_ project: Project) throws -> String {
            try project.shell("sha256sum < .mlops/runs/1/package/weights.safetensors").output
        }
        #expect(try weights(project) == weights(expected))
    }

    /// Such a class is learned, and somebody is told that nothing measures how well.
    @Test func aClassOfOneRowIsNoted() throws {
        let project = try project("a,b,y\n\(Self.rows)3,x1,rare\n", classes: 3)
        let errors = try project.mlops("train --register").errors
        #expect(errors.contains("no validation row is of class `rare`, which has 1 row in all"), "\(errors)")
        #expect(errors.contains("no test row is of class `rare`, which has 1 row in all"), "\(errors)")
    }

    @Test func aColumnThatNeverChangesIsNoted() throws {
        let project = try project("a,b,y\n" + Self.rows.replacing(/\d+,x\d/) { _ in "5,x" })
        let errors = try project.mlops("train --register").errors
        #expect(errors.contains("column `a` is the same in every training row and teaches nothing"), "\(errors)")
        #expect(errors.contains("column `b` is the same in every training row"), "\(errors)")
    }

    @Test(
        arguments: [
            ("a\n1\n", "the column `b` is missing", 14),
            ("b,a,z\nx1,1,9\n", "line 1: the model does not know the column `z`", 1),
            ("a,b\nx1,1\n", "line 2, row 1, column `a`: expected a number, found `x1`", 1),
            ("a,b\n1,x1,\n", "line 2, row 1: expected 2 fields as in the header, found 3", 1),
            ("a,b,\n1,x1,\n", "line 1: the model does not know the column ``", 1),
            ("a,a,b\n1,2,x1\n", "line 1: two columns are called `a`", 1),
            ("a;b\n1;x1\n", "hint: the only column is `a;b`: is there another delimiter than in training?", 14),
            ("a,b\n1,\"x1\n", "line 2: a quote is opened here and not closed", 1),
            ("", "expected a header, found an empty file", 1),
        ] as [(String, String, Int32)]
    )
    func aTableToAnswer(text: String, expected: String, code: Int32) throws {
        let project = try project("a,b,y\n\(Self.rows)")
        try project.succeed("train -q --register", allowing: [3])
        try project.scratch.write("new.csv", text)
        let errors = try project.fail("predict new.csv --model m@latest --output out.csv", with: code)
        #expect(errors.contains(expected), "\(errors)")
        #expect(try project.shell("ls").output == "mlops.yaml\nnew.csv\nt.csv\n")
    }

    @Test func theOrderOfColumnsAndTheAnswersBesideThemDoNotMatter() throws {
        let project = try project("a,b,y\n\(Self.rows)")
        try project.succeed("train -q --register", allowing: [3])
        try project.scratch.write("one.csv", "a,b\n3,x1\n4,new\n")
        try project.scratch.write("two.csv", "y,b,a\np,x1,3\nq,new,4\n")
        let answers = try ["one", "two"].map { try project.succeed("predict \($0).csv --model m@latest") }
        #expect(answers[0] == answers[1] && answers[0].split(separator: "\n").count == 3)
    }
}
