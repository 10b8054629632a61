import Foundation
import TestSupport
import Testing

/// `mlops evaluate --predictions`: the predictions of any model, in any directory.
@Suite(.timeLimit(.minutes(60)))
struct PredictionsTests {
    private static let birds = """
        y_true,y_pred,p_a,p_b
        a,a,0.75,0.25
        b,b,0.25,0.75
        a,b,0.5,0.5
        b,b,0.125,0.875

        """

    /// No store, no project: the report on standard output, and nothing left behind.
    @Test func anyDirectoryWillDo() throws {
        let folder = try Project()
        try folder.scratch.write("answers.csv", Self.birds)
        let finished = try folder.mlops("evaluate --predictions answers.csv")
        #expect(finished.status == 0 && finished.errors == "", "\(finished)")
        #expect(finished.output.hasPrefix("answers.csv: 4 rows\n  accuracy"), "\(finished)")
        #expect(finished.output.hasSuffix("  RIGHT \\ SAID  a  b\n  a             1  1\n  b             .  2\n"))
        #expect(try folder.shell("ls -A").output == "answers.csv\n")
        #expect(try folder.succeed("evaluate --predictions answers.csv --quiet") == "")
    }

    @Test func theReportIsOneDocument() throws {
        let folder = try Project()
        try folder.scratch.write("answers.csv", Self.birds)
        let report = try folder.json("evaluate --predictions answers.csv --interval roc_auc")
        #expect(
            Set(report.keys) == [
                "metrics", "task", "rows", "intervals", "classes", "confusion_matrix", "gates", "verdict", "data",
                "seconds",
            ]
        )
        // Three of four rows are right; of the four pairs of an a and a b, the b has the higher score in all.
        let metrics = try #require(report["metrics"] as? [String: Double])
        #expect(metrics["accuracy"] == 0.75 && metrics["roc_auc"] == 1)
        #expect(report["task"] as? String == "classification" && report["rows"] as? Int == 4)
        #expect(report["verdict"] as? String == "inconclusive")
        #expect((report["confusion_matrix"] as? [[Int]]) == [[1, 1], [0, 2]])
        #expect(Set((report["intervals"] as? [String: Any] ?? [:]).keys) == ["accuracy", "roc_auc"])
        try folder.scratch.write("numbers.csv", "y_true,y_pred\n0.5,1\n2,2\n")
        let numbers = try folder.json("evaluate --predictions numbers.csv --interval max_error")
        #expect(numbers["task"] as? String == "regression")
        #expect(numbers["classes"] == nil && numbers["confusion_matrix"] == nil)
        #expect((numbers["metrics"] as? [String: Double])?["max_error"] == 0.5)
    }

    /// What was assumed is talk: it goes to standard error, and the result stays one document.
    @Test func assumptionsAreSaidOnStandardError() throws {
        let folder = try Project()
        try folder.scratch.write("t.csv", "id,y_true,y_pred\n1,0,0\n2,1,1\n3,1,0\n")
        let finished = try folder.mlops("evaluate --predictions t.csv --interval log_loss")
        #expect(finished.status == 0, "\(finished)")
        #expect(finished.errors.contains("ignored columns: id\n"))
        #expect(finished.errors.contains("2 different whole numbers: judged as classes (--task regression"))
        #expect(finished.errors.contains("warning: log_loss is not defined here: it needs columns p_<class>\n"))
        // For machines each remark is an object in a line.
        let asked = try folder.mlops("evaluate --predictions t.csv --json --interval log_loss")
        #expect((try? JSONSerialization.jsonObject(with: Data(asked.output.utf8))) != nil)
        let lines = try asked.errors.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
        }
        #expect(lines.compactMap { $0["event"] } == ["note", "note", "warning"])
        #expect(lines.last?["message"] == "log_loss is not defined here: it needs columns p_<class>")
        let told = try folder.json("evaluate --predictions t.csv --task regression")
        #expect(told["task"] as? String == "regression")
    }

    @Test(
        arguments: [
            ("evaluate model@v1.0.0 --predictions t.csv", 64, "drop a version"),
            ("evaluate --run 1 --predictions t.csv", 64, "drop --run"),
            ("evaluate --on test --predictions t.csv", 64, "drop --on"),
            ("evaluate --csv t.csv --predictions t.csv", 64, "drop --csv"),
            ("evaluate --images t --labels t --predictions t.csv", 64, "drop --images"),
            ("evaluate --inputs t --targets t --predictions t.csv", 64, "drop --inputs"),
            ("evaluate --task regression", 64, "--task is for --predictions only"),
            ("evaluate --predictions t.csv --task nonsense", 64, "nonsense"),
            ("evaluate --predictions t.csv --interval acuracy", 64, "there is no metric `acuracy`"),
            ("evaluate --predictions t.csv --interval r2", 64, "the metric `r2` is not for a classification"),
            ("evaluate --predictions nowhere.csv", 14, "nowhere.csv"),
            ("evaluate --predictions .", 1, "expected a file, found a directory"),
            ("evaluate --predictions <(cat t.csv)", 1, "found a pipe"),
            ("evaluate --predictions empty.csv", 1, "found an empty file"),
            ("evaluate --predictions header.csv", 1, "expected rows of data, found none"),
            ("evaluate --predictions other.csv", 14, "there is no column `y_true`"),
            ("evaluate --predictions twice.csv", 1, "`p_1` and `p_1.0` are probabilities of the same class"),
            ("evaluate --predictions gap.csv", 14, "the column `y_true_2` has none before it"),
            ("evaluate --predictions heavy.csv", 1, "expected weights that can be added"),
            ("evaluate --predictions bad.csv", 1, "line 3, row 2, column `p_b`: expected a probability from 0 to 1"),
        ] as [(String, Int32, String)]
    )
    func badInput(arguments: String, code: Int32, message: String) throws {
        let folder = try Project()
        try folder.scratch.write("t.csv", Self.birds)
        try folder.scratch.write("empty.csv", "")
        try folder.scratch.write("header.csv", "y_true,y_pred\n")
        try folder.scratch.write("other.csv", "a,b\n1,2\n")
        try folder.scratch.write("bad.csv", "y_true,p_a,p_b\na,1,0\nb,0.25,75\n")
        try folder.scratch.write("twice.csv", "y_true,p_0,p_1,p_1.0\n0,1,0,0\n1,0,1,0\n")
        try folder.scratch.write("gap.csv", "y_true_0,y_true_2,y_pred_0,y_pred_2\n0,1,0,0.5\n1,0,1,0\n")
        try folder.scratch.write("heavy.csv", "y_true,y_pred,weight\n0.5,1,1e308\n1,0.5,1e308\n")
        let errors = try folder.fail(arguments, with: code)
        #expect(errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count { $0.hasPrefix("error: ") } == 1)
    }

    @Test func anErrorIsJSONWhenAskedFor() throws {
        let folder = try Project()
        try folder.scratch.write("t.csv", "y_pred\na\n")
        let finished = try folder.mlops("evaluate --predictions t.csv --json")
        let document = try JSONSerialization.jsonObject(with: Data(finished.errors.utf8)) as? [String: Any]
        let error = try #require(document?["error"] as? [String: Any])
        #expect(finished.status == 14 && finished.output == "")
        #expect(error["kind"] as? String == "not_found" && error["exit_code"] as? Int == 14)
    }

    /// The gates of the project around, when they are for such a task.
    @Test func theGatesOfTheProjectAreAsked() throws {
        let project = try Project(template: "tabular")
        try project.scratch.write("t.csv", Self.birds)
        let failed = try project.mlops("evaluate --predictions t.csv")
        #expect(failed.status == 3 && failed.output.contains("gate accuracy 0.7500 >= 0.9  FAIL"), "\(failed)")
        try project.shell("mkdir below && sed -i 's/accuracy: {at_least: 0.9}/accuracy: {at_least: 0.75}/' mlops.yaml")
        let passed = try project.json("evaluate --predictions t.csv")
        #expect(passed["verdict"] as? String == "pass")
        let below = try project.shell("cd below && '\(Binary.path)' evaluate --predictions ../t.csv --json")
        #expect(below.status == 0 && below.output.contains("\"verdict\" : \"pass\""), "\(below)")
        // Without probabilities there is no log_loss, so that its gate cannot be met.
        try project.shell("sed -i 's/accuracy: {at_least: 0.75}/log_loss: {at_most: 9}/' mlops.yaml")
        try project.scratch.write("classes.csv", "y_true,y_pred\na,a\nb,b\n")
        let undefined = try project.mlops("evaluate --predictions classes.csv")
        #expect(undefined.status == 3 && undefined.output.contains("not defined"), "\(undefined)")
        #expect(undefined.errors.contains("it needs columns p_<class>"))
        // Gates for classes say nothing about numbers.
        try project.scratch.write("numbers.csv", "y_true,y_pred\n0.5,1\n2,2\n")
        let numbers = try project.mlops("evaluate --predictions numbers.csv --json")
        #expect(numbers.status == 0 && numbers.output.contains("\"gates\" : [\n\n  ]"), "\(numbers)")
        #expect(numbers.errors.contains("the gates of mlops.yaml are not for a regression, and were not asked"))
        // A project that cannot be read might have gates.
        try project.shell("echo 'gats: {}' >> mlops.yaml")
        try project.fail("evaluate --predictions t.csv", with: 64)
    }

    /// What `mlops predict` writes, beside the answers, is judged as `mlops evaluate` judges the model.
    @Test(arguments: ["", "decision: {threshold: {of: Chinstrap, at: 0.02}}"])
    func ourOwnPredictionsAreJudgedAlike(decision: String) throws {
        let project = try Project(template: "tabular")
        try project.shell("echo '\(decision)' >> mlops.yaml")
        try project.succeed("train -q")
        let expected = try project.json("evaluate penguins --csv penguins.csv --no-record")
        try project.succeed("predict penguins.csv --model penguins@v1.0.0 --output said.csv")
        let joined = "paste -d, <(cut -d, -f1 penguins.csv | sed 's/^species$/y_true/') said.csv > answers.csv"
        #expect(try project.shell(joined).status == 0)
        let found = try project.json("evaluate --predictions answers.csv")
        #expect(found["rows"] as? Int == 333)
        let metrics = try #require(expected["metrics"] as? [String: Double])
        for (name, value) in metrics {
            // A probability is written with as many digits as give the same 32 bits again.
            #expect(abs(((found["metrics"] as? [String: Double])?[name] ?? .nan) - value) < 1e-6, "\(name)")
        }
        #expect((found["confusion_matrix"] as? [[Int]]) == (expected["confusion_matrix"] as? [[Int]]))
        let names = (found["classes"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names == ["Adelie", "Chinstrap", "Gentoo"])
    }

    /// A thousand draws of many rows take their time: they can be ended.
    @Test func intervalsCanBeInterrupted() throws {
        let folder = try Project()
        let rows = (0..<300_000).map { "\($0 % 2),\($0 % 3 % 2)\n" }.joined()
        try folder.scratch.write("t.csv", "y_true,y_pred\n" + rows)
        let verb = "evaluate --predictions t.csv --interval accuracy"
        let finished = try folder.shell("timeout --preserve-status -s INT 1 '\(Binary.path)' \(verb)")
        #expect(finished.status == 130 && finished.output == "", "\(finished)")
        #expect(finished.errors.hasSuffix("error: stopped by SIGINT\n"), "\(finished)")
    }

    @Test func compressedTablesAreRead() throws {
        let folder = try Project()
        try folder.scratch.write("answers.csv", Self.birds)
        try folder.shell("gzip answers.csv")
        #expect(try folder.succeed("evaluate --predictions answers.csv.gz").contains("accuracy"))
    }
}
