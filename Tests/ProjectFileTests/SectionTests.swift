import ProjectFile
import Testing

/// The sections that say how tables are read and split, how classes are decided, and which programs do the work.
struct SectionTests {
    private func data(_ text: String) throws -> DataSection {
        try #require(try Project.parse("data: {\(text)}", file: "f").data)
    }

    private func csv(_ source: DataSection.Source?) throws -> DataSection.CSVOptions {
        guard case .csv(let options) = source else { throw ProjectError(file: "f", line: nil, "no table") }
        return options
    }

    @Test func aTableSaysHowItIsWritten() throws {
        let plain = try csv(data("train: {csv: a.csv}").train)
        #expect(plain.delimiter == .character(",") && plain.decimal == "." && plain.missing == [""])
        let other = try csv(data(#"train: {csv: a.csv, delimiter: "\t", decimal: ",", missing: ["", NA, -999]}"#).train)
        #expect(other.delimiter == .character("\t") && other.decimal == "," && other.missing == ["", "NA", "-999"])
        #expect(try csv(data("train: {csv: a.csv, delimiter: auto}").train).delimiter == .auto)
    }

    @Test func furtherTablesAreWrittenLikeTheFirst() throws {
        let section = try data(
            #"train: {csv: a.csv, delimiter: ";", decimal: ",", missing: [x]}, validation: {csv: v.csv}, test: {csv: t.csv, decimal: "."}"#
        )
        let (validation, test) = (try csv(section.validation), try csv(section.test))
        #expect(validation.path == "v.csv" && validation.delimiter == .character(";") && validation.decimal == ",")
        #expect(validation.missing == ["x"])
        #expect(test.delimiter == .character(";") && test.decimal == "." && test.missing == ["x"])
    }

    @Test func rowsAreDealtOutByAGroupOrByTime() throws {
        let group = try data("train: {csv: a.csv}, split: {by_group: batch, validation: 0.2, test: 0.1}")
        #expect(group.validationSplit == 0.2 && group.testSplit == 0.1)
        #expect(group.grouping?.column == "batch" && group.grouping?.isTime == false)
        let time = try data("train: {csv: a.csv}, split: {by_time: {column: d, format: day_first}, test: 0.1}")
        #expect(time.grouping?.column == "d" && time.grouping?.isTime == true)
        #expect(try time.grouping?.format?.string() == "day_first")
        #expect(try data("train: {csv: a.csv}, split: {by_time: d, test: 0.1}").grouping?.format == nil)
    }

    @Test func otherFormsOfRows() throws {
        guard case .jsonl("a.jsonl", missing: [""]) = try data("train: {jsonl: a.jsonl}").train else {
            Issue.record("no JSON lines")
            return
        }
        let lines = try data("train: {jsonl: a.jsonl, missing: [NA]}, test: {jsonl: t.jsonl}, validation: {csv: v.csv}")
        guard case .jsonl("t.jsonl", missing: ["NA"])? = lines.test else {
            Issue.record("no markers")
            return
        }
        #expect(try csv(lines.validation).missing == ["NA"])
        guard case .npz("a.npz", "x", "y") = try data("train: {npz: a.npz, inputs: x, targets: y}").train else {
            Issue.record("no NPZ file")
            return
        }
    }

    @Test func aDecisionHasOneRule() throws {
        func decision(_ text: String) throws -> DecisionSection {
            try #require(try Project.parse("decision: \(text)", file: "f").decision)
        }
        guard case .maximize("f1") = try decision("{maximize: f1}").rule else {
            Issue.record("nothing to maximize")
            return
        }
        let recall = try decision(#"{min_recall: {of: "yes", at_least: 0.95}}"#)
        guard case .minRecall(0.95) = recall.rule, recall.of == "yes" else {
            Issue.record("\(recall.rule)")
            return
        }
        guard case .threshold(0.3) = try decision("{threshold: 0.3}").rule else {
            Issue.record("no threshold")
            return
        }
        guard case .costs(let costs) = try decision(#"{costs: {"yes": {"no": 20}, "no": {"yes": 1}}}"#).rule else {
            Issue.record("no costs")
            return
        }
        #expect(costs == ["yes": ["no": 20], "no": ["yes": 1]])
    }

    @Test func programsHaveArgumentsAndLimits() throws {
        let project = try Project.parse(
            """
            trainer: {command: [python3, train.py, --depth, 7], time_limit: 2h, parameters: {trees: 300}}
            predictor: {command: [./predict], tolerance: 1e-4}
            """,
            file: "f"
        )
        #expect(project.trainer?.command == ["python3", "train.py", "--depth", "7"])
        #expect(project.trainer?.timeLimit == 7200 && project.trainer?.parameters != nil)
        #expect(project.predictor?.command == ["./predict"] && project.predictor?.tolerance == 1e-4)
        #expect(project.predictor?.timeLimit == nil)
    }

    /// A key that `--set` gives stands in no line of the file; one that stands deeper is found there.
    @Test(arguments: [
        ("epochs", "--set epochs: unknown key `epochs`", "did you mean `training.epochs`?"),
        ("training.epoch", "--set training.epoch: unknown key `epoch` in `training`", "did you mean `epochs`?"),
    ])
    func whatIsSetIsNamed(path: String, message: String, hint: String) throws {
        let error = #expect(throws: ProjectError.self) {
            try Project.parse(
                "model: m\ntraining: {loss: mse, epochs: 3}",
                file: "f",
                overrides: [Override(path: path, value: "3")]
            )
        }
        #expect(error?.description == message && error?.hints == [hint], "\(error as Any)")
    }

    @Test(
        "What cannot be meant is refused with its line",
        arguments: [
            ("data: {train: {csv: a, delimiter: ab}}", "`data.train.delimiter`: expected one ASCII character or auto"),
            ("data: {train: {csv: a, decimal: ;}}", "`data.train.decimal`: expected one of ., ,, found `;`"),
            ("data: {train: {csv: a, delimeter: ;}}", "unknown key `delimeter` in `data.train`"),
            (
                "data: {train: {csv: a}, split: {by_group: g, by_time: t, test: 0.1}}",
                "`data.split`: the rows are dealt out by a group or by time, not by both"
            ),
            (
                "data: {train: {csv: a}, split: {validation: 0.5, test: 0.45}}",
                "`data.split`: less than a tenth of the rows would be left to train on"
            ),
            ("data: {train: {npz: a.npz, inputs: x}}", "`data.train` needs the key `targets`"),
            ("decision: maximize", "`decision`: `maximize` needs a value"),
            ("decision: {minimize: f1}", "`decision`: unknown key `minimize`"),
            ("decision: {min_recall: 1.5}", "`decision.min_recall`: expected a number from 0 to 1, found `1.5`"),
            (
                "decision: {min_recall: {of: a, atleast: 0.5}}",
                "unknown key `atleast` in `decision.min_recall`"
            ),
            ("trainer: {command: []}", "`trainer.command`: expected a program and its arguments, found an empty list"),
            ("trainer: {comand: [a]}", "unknown key `comand` in `trainer`"),
            (
                "trainer: {command: [a]}\nnetwork: [flatten]",
                "a model is trained by `trainer`, or by `network` and `training`, not by both"
            ),
            ("trainer: {command: [a], tolerance: 0.1}", "unknown key `tolerance` in `trainer`"),
            ("predictor: {command: [a], time_limit: soon}", "`predictor.time_limit`: expected a duration"),
        ] as [(String, String)]
    )
    func refuses(text: String, message: String) throws {
        let error = #expect(throws: ProjectError.self) { try Project.parse(text, file: "f") }
        #expect(error?.description.hasPrefix("f:1: \(message)") == true, "\(error?.description ?? "")")
    }
}
