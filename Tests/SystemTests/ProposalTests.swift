import Foundation
import TestSupport
import Testing

/// `init --from`: a project that is written by a look at a table, and trains as it stands.
@Suite(.timeLimit(.minutes(60)))
struct ProposalTests {
    private func project(_ text: String) throws -> Project {
        let project = try Project()
        try project.scratch.write("process.csv", text)
        return project
    }

    private func file(_ project: Project) throws -> String {
        String(decoding: try project.scratch.read("mlops.yaml"), as: UTF8.self)
    }

    @Test func aProcessTableIsUnderstoodAndTrains() throws {
        let project = try project(ProcessTable(delimiter: ";", decimal: ",").text)
        let output = try project.succeed("init --from process.csv --target defect")
        for finding in [
            "1600 rows, 10 columns", "imbalanced, so the gate is average_precision", "batch_id looks like a group",
            "ignored: row_id", "ignored: line (the same in every row)", "ignored: timestamp (a time)",
            "fields are separated by `;`", "decimals stand behind a comma", "taken for missing: `NA`, `-999`",
            "next: mlops train",
        ] {
            #expect(output.contains(finding), "\(finding)\n\(output)")
        }
        #expect(output.split(separator: "\n").count <= 12)
        let text = try file(project)
        for line in [
            "split: {by_group: batch_id, validation: 0.15, test: 0.15}", "machine: {one_hot: {unknown: zeros}}",
            "\"sensor_*\": [impute:", "decision: {maximize: f1}", "average_precision: {at_least: ",
        ] {
            #expect(text.contains(line), "\(line)\n\(text)")
        }
        let trained = try project.succeed("train")
        #expect(trained.contains("registered defect@v1.0.0"))
        #expect(trained.contains("decision: `yes` from a probability of"))
        // What was seen is what a model of it predicts: raw rows go in, with their gaps.
        try project.shell("cut -d';' -f4-8 process.csv | head -20 > rows.csv")
        let answers = try project.succeed("predict rows.csv --model defect")
        #expect(answers.split(separator: "\n").count == 20)
        #expect(answers.hasPrefix("y_pred,p_no,p_yes\n"))
        try project.succeed("evaluate defect")
    }

    @Test func nothingIsWrittenWhenItIsOnlyTried() throws {
        let project = try project(ProcessTable(rows: 200).text)
        let output = try project.succeed("init --from process.csv --target defect --dry-run demo")
        #expect(output.contains("would write"))
        #expect(try project.shell("ls").output == "process.csv\n")
    }

    @Test func aProjectInAnotherDirectoryFindsItsTable() throws {
        let project = try project(ProcessTable(rows: 400).text)
        try project.succeed("init --from process.csv --target defect --model scrap demo")
        let text = try project.shell("cat demo/mlops.yaml").output
        #expect(text.contains("model: scrap\n"))
        #expect(text.contains("train: {csv: \"../process.csv\""))
        #expect(try project.shell("cd demo && '\(Binary.path)' train --dry-run").status == 0)
    }

    @Test func aNumberToPredictIsARegression() throws {
        let rows = (0..<400).map { "\($0 % 7),\(Double($0 % 7) * 2.5 + Double($0 % 3) * 0.01)" }
        let project = try project("speed,power\n" + rows.joined(separator: "\n") + "\n")
        let output = try project.succeed("init --from process.csv --target power")
        #expect(output.contains("a regression, judged by r2"))
        #expect(try project.succeed("train").contains("gate r2"))
    }

    /// Whether a price stands in cents or in millions: the same model comes out, and goes on learning.
    @Test func theUnitOfTheTargetDoesNotMatter() throws {
        let figures = try [1, 1e5, 1e-5].map { (unit: Double) -> [Double] in
            let rows = (0..<900).map { row -> String in
                let (x, z): (Double, Double) = (Double(row * 37 % 101) / 50, Double(row * 53 % 89) / 40)
                let price: Double = 2 + x * z - x
                return "\(x),\(z),\(price * unit)\n"
            }
            let folder = try project("x,z,price\n" + rows[..<600].joined())
            try folder.scratch.write("new.csv", "x,z,price\n" + rows[600...].joined())
            try folder.succeed("init --from process.csv --target price")
            let trained = try folder.mlops("train")
            #expect(!trained.errors.contains("standardize_target"), "\(trained)")
            let updated = try folder.json("update price --data new.csv")
            let old = try #require((updated["on_old_rows"] as? [[String: Any]])?.first)
            return [try #require(old["baseline"] as? Double), try #require(old["candidate"] as? Double)]
        }
        for figure in figures {
            #expect(figure[0] > 0.9 && figure[1] > 0.9, "\(figures)")
            #expect(abs(figure[0] - figures[0][0]) < 1e-3 && abs(figure[1] - figures[0][1]) < 1e-3, "\(figures)")
        }
        // What 32 bits cannot tell apart no scale brings back.
        let far = try project("x,price\n" + (0..<60).map { "\($0 % 13).5,\(1_700_000_000 + $0 % 13)\n" }.joined())
        try far.succeed("init --from process.csv --target price --model m")
        #expect(try far.mlops("train").errors.contains("answers of 32 bits hardly tell them apart"))
        // Without the scale somebody says what is wrong.
        let unscaled = try project("x,price\n" + (0..<60).map { "\($0).5,\($0)000\n" }.joined())
        try unscaled.succeed("init --from process.csv --target price")
        try unscaled.shell("sed -i '/standardize_target/d' mlops.yaml")
        #expect(try unscaled.mlops("train").errors.contains("set training.standardize_target: true"))
        try unscaled.shell("sed -i 's/units: 1}/units: 1, activation: relu}/' mlops.yaml")
        let refused = try unscaled.fail("train --set training.standardize_target=true", with: 64)
        #expect(refused.contains("without an activation"), "\(refused)")
    }

    @Test func rowsInTheOrderOfTimeAreSplitByTime() throws {
        let rows = (0..<300).map { row in
            "2026-01-\(String(format: "%02d", row / 24 + 1))T\(String(format: "%02d", row % 24)):00,\(row % 11),\(row % 2 == 0 ? "a" : "b")"
        }
        let project = try project("when,x,y\n" + rows.joined(separator: "\n") + "\n")
        let output = try project.succeed("init --from process.csv --target y")
        #expect(output.contains("when tells the time"))
        #expect(try file(project).contains("split: {by_time: when"))
        try project.succeed("train --dry-run")
    }

    @Test func columnsThatTeachNothingAreLeftOut() throws {
        let rows = (0..<300).map { "id-\($0 * 7),,note \($0 % 180) about it,\($0 % 130 + 1000),\($0 % 5),\($0 % 3)" }
        let project = try project("code,empty,note,place,x,y\n" + rows.joined(separator: "\n") + "\n")
        try project.shell("sed -i 's/,10\\([0-9][0-9]\\),/,P10\\1,/; s/,11\\([0-9][0-9]\\),/,P11\\1,/' process.csv")
        try project.succeed("init --from process.csv --target y")
        let text = try file(project)
        #expect(text.contains("- code     # a value of its own in every row"))
        #expect(text.contains("- empty     # empty"))
        #expect(text.contains("- note     # 180 different texts"))
        #expect(text.contains("place: {hash: 32}     # 130 values"))
        try project.succeed("train --dry-run")
    }

    /// Ordered seconds are a time, a batch number with gaps is neither a number nor a group, and an infinity is limited.
    @Test func whatNamesSayIsTaken() throws {
        let rows = (0..<400).map { row in
            let x = row == 7 ? "1e400" : row == 9 ? "inf" : row == 11 ? "-Infinity" : "\(Double(row * 37 % 101) / 10)"
            return
                "\(1_700_000_000 + row * 60),\(row % 7 == 0 ? "" : "\(row / 10)"),\(x),\(row * 37 % 101 > 50 ? "a" : "b")\n"
        }
        let project = try project("epoch_time,batch_id,x,staging\n" + rows.joined())
        let output = try project.succeed("init --from process.csv --target staging")
        #expect(output.contains("epoch_time tells the time"), "\(output)")
        #expect(output.contains("ignored: batch_id (a group that some rows have none of"), "\(output)")
        let text = try file(project)
        #expect(text.contains("model: staging-model") && text.contains("by_time: epoch_time"), "\(text)")
        #expect(text.contains("x: [clip: {min: 0.0, max: 10.0}, standardize]"), "\(text)")
        #expect(try project.succeed("train").contains("registered staging-model@v1.0.0"))
    }

    @Test(arguments: [
        ("mkfifo process.csv", "expected a file, found a pipe"),
        ("mkdir process.csv", "expected a file, found a directory"),
        ("printf 'PK\\003\\004etc' > process.csv", "found a zip file"),
        ("echo PAR1 > process.csv", "found a Parquet file"),
    ])
    func whatIsNoTableIsNamed(command: String, expected: String) throws {
        let project = try Project()
        try project.shell(command)
        for line in ["init --from process.csv --target y", "monitor --reference process.csv --current process.csv"] {
            let errors = try project.fail(line, with: 1)
            #expect(errors.contains(expected), "\(errors)")
        }
    }

    /// One row of a class is too little to judge by, and no reason to stop.
    @Test func aClassOfOneRowStillTrains() throws {
        let rows = (0..<200).map { "\($0 % 17),\($0 % 5).5,\($0 == 3 ? "yes" : "no")\n" }
        let project = try project("x,z,y\n" + rows.joined())
        #expect(try project.succeed("init --from process.csv --target y").contains("has only 1 row"))
        let trained = try project.mlops("train")
        #expect(trained.status == 0 || trained.status == 3, "\(trained)")
        #expect(trained.output.hasPrefix("run 1"), "\(trained)")
    }

    @Test(
        arguments: [
            ("a,b\n1,x\n2,y\n", "--target c", "has no column `c`", 14),
            ("a,b\n1,x\n2,x\n3,x\n", "--target b", "is `x` in every row", 15),
            ("a,b\n1,x\n2,\n3,y\n", "--target b", "the target `b` is missing in 1 of 3 rows", 15),
            ("a,b\n1,x\n2,y\n3,x,7\n", "--target b", "expected 2 fields as in the header, found 3", 1),
            ("a,b\n", "--target b", "expected rows of data, found none", 1),
            ("a,defect\n1,x\n2,y\n", "--target Defect", "hint: did you mean `defect`?", 14),
            ("a,b\n1,x\n2,y\n", "--target b", "left out: a (a value of its own in every row)", 15),
            (
                "a,b\n" + (0..<9).map { "\($0 % 2),\($0).5 mm\n" }.joined(), "--target b",
                "9 different texts in 9 rows, such as `0.5 mm`", 15
            ),
            (
                "a,b\n" + (0..<50).map { "\($0 % 7),\($0 == 3 ? "1e400" : "\($0).25")\n" }.joined(), "--target b",
                "the target `b` is infinite", 15
            ),
            ("a,b\n1,x\n2,?\n3,y\n", "--target b", "taken for missing in this table, beside nothing: `?`", 15),
            ("a,b\n1,x\n2,y\n1,y\n", "--target b --model 'My Model'", "cannot be the name of a model", 64),
            ("b\nx\ny\n", "--target b", "has no column to learn from", 15),
            ("a,b\n1,x\n2,y\n", "", "--from and --target go together", 64),
            ("a,b\n1,x\n2,y\n", "--target b --template fashion", "either --from or --template", 64),
        ] as [(String, String, String, Int32)]
    )
    func tablesThatTeachNothingAreRefused(text: String, options: String, expected: String, code: Int32) throws {
        let project = try project(text)
        let errors = try project.fail("init --from process.csv \(options) demo", with: code)
        #expect(errors.contains(expected), "\(errors)")
        #expect(try project.shell("ls").output == "process.csv\n")
    }
}
