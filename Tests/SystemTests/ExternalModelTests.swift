import Foundation
import TestSupport
import Testing

/// Models of other frameworks, made and asked by programs of the project.
///
/// Here these are a few lines of shell.
@Suite(.timeLimit(.minutes(60)))
struct ExternalModelTests {
    /// Learns the mean of `x` for each class, and answers by the nearer one.
    private static let train = """
        set -e
        echo "training on $(($(wc -l < "$MLOPS_DATA_DIR/train.csv") - 1)) rows with seed $MLOPS_SEED"
        echo '{"progress": 0.5, "loss": 0.25}'
        test ! -e "$MLOPS_DATA_DIR/test.csv"
        awk -F, 'NR > 1 { sum[$3] += $1; count[$3]++ }
          END { print sum["a"] / count["a"], sum["b"] / count["b"] }' "$MLOPS_DATA_DIR/train.csv" > "$MLOPS_MODEL_DIR/means"
        """

    private static let predict = """
        set -e
        read a b < "$MLOPS_MODEL_DIR/means"
        awk -F, -v a="$a" -v b="$b" 'BEGIN { print "p_a,p_b" } NR > 1 {
          p = 1 / (1 + exp(($1 - a) ^ 2 - ($1 - b) ^ 2)); printf "%.6f,%.6f\\n", p, 1 - p }' "$MLOPS_INPUT" > "$MLOPS_OUTPUT"
        """

    private func project(train: String = train, predict: String = predict, more: String = "") throws -> Project {
        let project = try Project()
        let rows = (0..<200).map {
            "\(Double($0 % 20) / 10 + ($0 % 2 == 0 ? 0 : 1.5)),note \($0 % 3),\($0 % 2 == 0 ? "a" : "b")\n"
        }
        try project.scratch.write("rows.csv", "x,note,y\n" + rows.joined())
        try project.scratch.write("train.sh", train)
        try project.scratch.write("predict.sh", predict)
        try project.scratch.write(
            "mlops.yaml",
            """
            model: nearest
            task: classification
            data:
              train: {csv: rows.csv}
              target: y
              split: {validation: 0.2, test: 0.2}
            trainer: {command: [sh, train.sh], parameters: {seed: 7, depth: 3, name: x}}
            predictor: {command: [sh, predict.sh]}
            gates: {accuracy: {at_least: 0.7}}
            environments:
              production: {directory: deployed/production, requires: [evaluate]}
            \(more)
            """
        )
        try project.succeed("init")
        return project
    }

    @Test func aModelLivesItsWholeLife() throws {
        let project = try project()
        let trained = try project.mlops("train")
        #expect(trained.status == 0, "\(trained)")
        #expect(trained.errors.contains("training on 120 rows with seed 7"))
        #expect(trained.output.contains("gate accuracy"))
        #expect(trained.output.contains("majority class"))
        #expect(trained.output.contains("120 rows to sh train.sh"))
        #expect(trained.output.contains("registered nearest@v1.0.0"))
        // The package holds what the program left, and what mlops keeps of every model.
        let members = try #require(try project.json("show nearest")["members"] as? [[String: Any]])
        #expect(
            members.compactMap { $0["path"] as? String } == [
                "golden/inputs.csv", "golden/outputs.npy", "means", "profile.json", "signature.json",
                "training/recipe.json",
            ]
        )
        #expect(try project.fail("deploy nearest --env production", with: 15).contains("`evaluate` was never run"))
        #expect(try project.succeed("evaluate nearest").contains("on the test rows of the project: 40 rows"))
        let deployed = try project.json("deploy nearest --env production")
        let targets = try #require(deployed["targets"] as? [[String: Any]])
        let golden = try #require(targets[0]["golden_rows"] as? [String: Any])
        #expect(golden["agree"] as? Int == 40 && golden["total"] as? Int == 40)
        try project.shell("cut -d, -f1,2 rows.csv | head -4 > new.csv")
        #expect(try project.succeed("predict new.csv --model nearest@production").hasPrefix("y_pred,p_a,p_b\na,"))
        #expect(try project.mlops("monitor nearest --current rows.csv").status == 0)
        // The same data and seed are the same version; another script is another recipe, another seed is not.
        try project.succeed("train --set trainer.parameters.seed=8 -q")
        #expect(try project.succeed("diff nearest@v1.0.0 nearest@latest").contains("nearest v1.0.1"))
        #expect(try project.succeed("train").contains("already nearest@v1.0.0"))
        try project.shell("echo >> train.sh; echo 'echo more > \"$MLOPS_MODEL_DIR/more\"' >> train.sh")
        #expect(try project.succeed("train").contains("registered nearest@v1.1.0"))
        try project.succeed("evaluate nearest")
        // What somebody put in the place of the link is kept, and said to be, beside the golden rows.
        try project.shell("rm deployed/production/nearest/current && mkdir deployed/production/nearest/current")
        let aside = try project.succeed("deploy nearest --env production")
        #expect(aside.contains("kept as `current.found-1`") && aside.contains("golden rows 40/40"), "\(aside)")
        #expect(try project.succeed("rollback production").contains("v1.1.0 -> v1.0.0"))
        try project.expectCleanStore()
        #expect(try project.shell("ls -A .mlops/work").output == "")
    }

    struct Fault: CustomTestStringConvertible {
        let train: String
        let predict: String
        let expected: String
        var testDescription: String { expected }

        init(train: String = ExternalModelTests.train, predict: String = ExternalModelTests.predict, _ expected: String)
        {
            self.train = train
            self.predict = predict
            self.expected = expected
        }
    }

    @Test(
        "A program that does not keep to the contract ends in one error",
        arguments: [
            Fault(train: "echo no luck; exit 3", "`sh train.sh` ended with exit code 3\n  | no luck"),
            Fault(train: "kill -9 $$", "`sh train.sh` was ended by signal 9"),
            Fault(train: "true", "has left no file in MLOPS_MODEL_DIR"),
            Fault(
                train: "echo x > \"$MLOPS_MODEL_DIR/signature.json\"",
                "has left `signature.json`, a name that mlops uses"
            ),
            Fault(train: "ln -s /etc/passwd \"$MLOPS_MODEL_DIR/model\"", "package/model` is no regular file"),
            Fault(predict: "true", "has written no predictions to MLOPS_OUTPUT"),
            Fault(predict: "head -c 1000 /dev/urandom > \"$MLOPS_OUTPUT\"", "`sh predict.sh`"),
            Fault(
                predict: "echo p_a,p_b > \"$MLOPS_OUTPUT\"; echo 0.5,0.5 >> \"$MLOPS_OUTPUT\"",
                "expected 40 predictions, one for each row, found 1"
            ),
            Fault(
                predict: "\(predict)\necho 0.5,0.5 >> \"$MLOPS_OUTPUT\"",
                "expected 40 predictions, one for each row, found more"
            ),
            Fault(
                predict: "sed 's/.*/0.5,0.6/; 1s/.*/p_a,p_b/' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "line 2: expected probabilities that are 1 together, found 1.1"
            ),
            Fault(
                predict: "sed 's/.*/1.5,-0.5/; 1s/.*/p_a,p_b/' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "line 2, column `p_a`: expected a probability, found 1.5"
            ),
            Fault(
                predict: "sed 's/.*/nan,1/; 1s/.*/p_a,p_b/' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "column `p_a`: expected a probability, found nothing"
            ),
            Fault(
                predict: "sed 's/.*/1e39,0/; 1s/.*/p_a,p_b/' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "line 2, column `p_a`: expected a probability, found 1e+39"
            ),
            Fault(
                predict: "sed 's/.*/c/; 1s/.*/y_pred/' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "column `y_pred`: the class `c` is none of the model's"
            ),
            Fault(
                predict: "sed 's/.*/1/; 1s/.*/p_a/' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "line 1: expected the columns p_a, p_b, found p_a"
            ),
            Fault(
                predict:
                    "awk 'NR == 1 { print \"row,y_pred\" } NR > 1 { print 40 - NR + 1 \",a\" }' \"$MLOPS_INPUT\" > \"$MLOPS_OUTPUT\"",
                "expected the prediction of row 0, found that of row 39"
            ),
            Fault(
                predict: "\(predict)\necho 9 9 > \"$MLOPS_MODEL_DIR/means\"; echo > \"$MLOPS_MODEL_DIR/cache\"",
                "`sh predict.sh` has changed the model: cache, means"
            ),
        ]
    )
    func fault(fault: Fault) throws {
        let project = try project(train: fault.train, predict: fault.predict)
        let errors = try project.fail("train", with: 1)
        #expect(errors.contains(fault.expected), "\(errors)")
        #expect(try project.succeed("runs").contains("failed"))
        #expect(try project.succeed("list").contains("no versions") || !project.succeed("list").contains("v1.0.0"))
        try project.expectCleanStore()
    }

    @Test func aProgramThatIsNotThereIsNamed() throws {
        let project = try project()
        let errors = try project.fail("train --set 'trainer.command=[no-such-program, train.py]'", with: 1)
        #expect(errors.contains("`no-such-program train.py` cannot be started"))
        #expect(errors.contains("is `no-such-program` installed"))
    }

    @Test func aProgramThatHangsIsStoppedWithAllThatItStarted() throws {
        let project = try project(train: "sleep 987 & echo $! > pid; sleep 987")
        let errors = try project.fail("train --set trainer.time_limit=1s", with: 1)
        #expect(errors.contains("took longer than 1 s, and was stopped"))
        #expect(errors.contains("hint: give it more time: time_limit: 2s"))
        // What has ended may still be listed, until somebody asks how it did.
        let state = try project.shell("sed -n 's/^State:[[:space:]]*//p' /proc/$(cat pid)/status 2>/dev/null || true")
        #expect(state.output == "" || state.output.hasPrefix("Z"), "\(state)")
    }

    @Test func anInterruptedTrainingEndsItsProgram() throws {
        let project = try project(train: "echo $$ > pid; sleep 987")
        let finished = try project.shell(
            """
            '\(Binary.path)' train & waiter=$!
            for i in $(seq 200); do [ -s pid ] && break; sleep 0.05; done
            kill -INT $waiter; wait $waiter; echo "ended with $?"; kill -0 $(cat pid) || echo gone
            """
        )
        #expect(finished.output.contains("ended with 130"))
        #expect(finished.output.contains("gone"))
    }

    @Test func filesOfAnyToolAreRegisteredWithTheirEvidence() throws {
        let project = try project()
        try project.shell(
            """
            mkdir exported; echo '0.95 2.45' > exported/means
            printf 'x,note\\n0.5,n\\n2.9,n\\n' > golden.csv
            MLOPS_MODEL_DIR=exported MLOPS_INPUT=golden.csv MLOPS_OUTPUT=answers.csv sh predict.sh
            echo '{"metrics": {"accuracy": 0.91, "roc_auc": 0.95}}' > metrics.json
            """
        )
        let answers = try project.shell("tail -n +2 answers.csv").output.split(separator: "\n").flatMap {
            $0.split(separator: ",").compactMap { Float($0) }
        }
        try project.scratch.write("answers.npy", NumPyFile.bytes(answers, columns: 2))
        let line = "register exported --model nearest --metrics metrics.json --golden golden.csv --expect answers.npy"
        let registered = try project.succeed(line)
        #expect(registered.contains("2 golden rows agree"))
        #expect(try project.succeed("list").contains("accuracy 0.9100"))
        let deployed = try project.succeed("deploy nearest --env production --skip-checks --reason 'first one'")
        #expect(deployed.contains("golden rows 2/2"))
        let judged = try project.mlops("evaluate nearest --no-record")
        #expect(judged.output.contains("accuracy"))
        #expect(judged.errors.contains("nothing says which rows nearest v1.0.0 was trained on"), "\(judged)")
        // Other weights give other answers: such a version is not registered.
        try project.shell("echo '2.45 0.95' > exported/means")
        #expect(try project.fail(line, with: 15).contains("2 of 2 golden rows give other outputs than expected"))
        try project.fail("register exported --model nearest --golden golden.csv", with: 64)
        // A deployment whose program answers otherwise says so.
        try project.shell("echo changed > exported/note; echo '0.95 2.45' > exported/means")
        #expect(try project.succeed(line).contains("nearest@v1.1.0"))
        try project.shell("sed -i 's/p, 1 - p/1 - p, p/' predict.sh")
        let deployment = try project.mlops("deploy nearest --env production --skip-checks --reason test")
        #expect(deployment.status == 16, "\(deployment)")
        #expect(deployment.output.contains("golden rows 0/2"), "\(deployment)")
    }

    /// What was trained elsewhere is the same kind of model: what goes in and comes out is what the project says.
    @Test func registeredFilesAreLikeTrainedOnes() throws {
        let project = try project(
            predict: "grep -q '\"depth\" *: *3' \"$MLOPS_JOB\" || exit 7\n\(Self.predict)"
        )
        try project.succeed("train -q")
        try project.shell("mkdir own; '\(Binary.path)' get nearest --to out -q; cp out/means own/; echo 1 > own/note")
        #expect(try project.succeed("register own --model nearest").contains("nearest@v1.1.0"))
        #expect(try project.succeed("diff nearest@v1.0.0 nearest@v1.1.0").contains("inputs and outputs"))
        #expect(try project.json("show nearest@v1.1.0")["signature"] != nil)
        #expect(try project.succeed("evaluate nearest@v1.1.0").contains("accuracy"))
        #expect(try project.mlops("validate nearest@v1.1.0").status == 0)
        // Files that take other columns are no accident, but a no.
        try project.scratch.write(
            "own/signature.json",
            #"{"schema": "signature/1", "inputs": [{"name": "z", "type": "string", "shape": []}], "#
                + #""outputs": [{"name": "probabilities", "type": "float32", "shape": [2]}], "classes": ["a", "b"]}"#
        )
        try project.succeed("register own --model nearest")
        let finished = try project.mlops("validate nearest@latest")
        #expect(finished.status == 3, "\(finished)")
        #expect(finished.output.contains("the validation rows do not fit the model"), "\(finished)")
    }

    @Test(arguments: [
        ("--metrics m.json", "[1, 2]", "`m.json`: expected a JSON object of finite numbers", 1 as Int32),
        ("--metrics m.json", #"{"accuracy": NaN}"#, "`m.json`: expected a JSON object of finite numbers", 1),
        ("--metrics m.json", "{}", "`m.json`: expected a JSON object of finite numbers", 1),
        ("--golden g.csv --expect e.npy", "y\n1\n", "error: g.csv: 2 columns are missing: x, note", 14),
        ("--golden g.csv --expect nan.npy", "x,note\n1,n\n", "`nan.npy` holds a number that is not finite", 1),
        ("--golden g.csv --expect e3.npy", "x,note\n1,n\n", "gives 2 numbers for each of 1 golden rows, and", 12),
        ("--golden g.csv --expect e.npy", "x,note\n1,n\n2,n\n", "`g.csv` has 2 rows, and `e.npy` has 1", 1),
    ])
    func evidenceThatIsNoneIsRefused(options: String, text: String, expected: String, status: Int32) throws {
        let project = try project()
        try project.shell("mkdir exported; echo '0.95 2.45' > exported/means")
        try project.scratch.write("m.json", text)
        try project.scratch.write("g.csv", text)
        try project.scratch.write("e.npy", NumPyFile.bytes([0.5, 0.5], columns: 2))
        try project.scratch.write("e3.npy", NumPyFile.bytes([0.5, 0.5, 0], columns: 3))
        try project.scratch.write("nan.npy", NumPyFile.bytes([.nan, 0.5], columns: 2))
        let errors = try project.fail("register exported --model nearest \(options)", with: status)
        #expect(errors.contains(expected), "\(errors)")
        #expect(try project.succeed("list --all").contains("v1.0.0") == false)
    }

    /// A program is not fenced in; what it leaves elsewhere is left alone, and is no part of the model.
    @Test func whatIsWrittenElsewhereIsNotKept() throws {
        let project = try project(train: "\(Self.train)\necho x > outside; echo x > \"$MLOPS_MODEL_DIR/../beside\"")
        try project.succeed("train -q")
        let members = try #require(try project.json("show nearest")["members"] as? [[String: Any]])
        let paths = members.compactMap { $0["path"] as? String }
        #expect(paths.contains("means") && !paths.contains { $0.hasSuffix("outside") || $0.hasSuffix("beside") })
        #expect(try project.shell("cat outside").output == "x\n")
    }

    @Test func whatIsMissingIsNamed() throws {
        let project = try project()
        try project.shell("sed -i '/^trainer:/d' mlops.yaml")
        #expect(try project.fail("train", with: 64).contains("add the program that trains: trainer:"))
        try project.shell("mkdir exported; echo '0.95 2.45' > exported/means; echo '{\"accuracy\": 0.5}' > m.json")
        try project.succeed("register exported --model nearest")
        let again = try project.mlops("register exported --model nearest --metrics m.json")
        #expect(again.output.contains("already") && again.errors.contains("whose figures stay"), "\(again)")
    }

    @Test func nobodyChecksWhatNobodyCanRun() throws {
        let project = try project()
        try project.scratch.write("model.bin", "weights")
        try project.scratch.write("g.csv", "x\n1\n")
        try project.scratch.write("e.npy", NumPyFile.bytes([0.5], columns: 1))
        let registered = try project.mlops("register model.bin --model other --golden g.csv --expect e.npy")
        #expect(registered.status == 0 && registered.errors.contains("were not put to the model"), "\(registered)")
    }

    @Test func aModelWithoutItsProjectIsKeptAndNotRun() throws {
        let project = try project()
        try project.succeed("train -q")
        let store = project.store
        let elsewhere = try Project()
        try elsewhere.shell("printf 'x,note\\n1,n\\n' > new.csv")
        let errors = try elsewhere.fail("predict new.csv --model nearest --store '\(store)'", with: 15)
        #expect(errors.contains("is a model of another framework, which mlops cannot run by itself"))
        #expect(errors.contains("mlops get nearest@v1.0.0 --to DIR"))
        try elsewhere.succeed("get nearest --to model --store '\(store)'")
        #expect(try elsewhere.shell("ls model").output.contains("means"))
    }

    @Test(arguments: [
        ("trainer.command=[]", "expected a program and its arguments"), ("trainer.tims=1", "unknown key `tims`"),
        ("trainer.time_limit=soon", "expected a duration"), ("predictor.tolerance=2", "expected a number from 0 to 1"),
    ])
    func sectionsThatCannotBeMeantAreRefused(setting: String, expected: String) throws {
        let project = try project()
        #expect(try project.fail("train --set '\(setting)'", with: 64).contains(expected))
    }

    @Test func aTrainerNeedsAPredictorAndNoNetwork() throws {
        let project = try project()
        try project.shell("sed -i '/^predictor/d' mlops.yaml")
        #expect(try project.fail("train", with: 64).contains("add: predictor:"))
        try project.shell("printf 'network: [dense: {units: 2, activation: softmax}]\\n' >> mlops.yaml")
        #expect(try project.fail("train", with: 64).contains("by `trainer`, or by `network` and `training`"))
    }
}

/// The templates with the frameworks themselves, as `make test` installs them.
@Suite(.enabled(if: Frameworks.areInstalled), .timeLimit(.minutes(60)))
struct FrameworkTests {
    @Test(arguments: [
        ("scikit-learn", "model.joblib", "trees=20"), ("pytorch", "weights.pt", "epochs=30"),
    ])
    func aTemplateTrainsDeploysAndRollsBack(name: String, member: String, setting: String) throws {
        let project = try Project(template: "external/\(name)")
        let path = ["PATH": "\(Frameworks.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"]
        #expect(try project.succeed("train", environment: path).contains("registered penguins@v1.0.0"))
        #expect(try project.succeed("show penguins").contains(member))
        #expect(try project.succeed("evaluate penguins", environment: path).contains("accuracy"))
        let first = try project.succeed("deploy penguins --env production", environment: path)
        #expect(first.contains("golden rows 67/67"), "\(first)")
        try project.succeed("train --set trainer.parameters.\(setting)", environment: path)
        try project.succeed("deploy penguins --env production", environment: path)
        #expect(try project.succeed("rollback production").contains("v1.1.0 -> v1.0.0"))
        try project.shell("cut -d, -f2- penguins.csv | head -6 > new.csv")
        let answers = try project.succeed("predict new.csv --model penguins@production", environment: path)
        #expect(answers.hasPrefix("y_pred,p_Adelie,p_Chinstrap,p_Gentoo\nAdelie,"))
    }
}

/// Frameworks of others, in an environment of their own.
enum Frameworks {
    static let path = URL(filePath: #filePath).appending(path: "../../../.venv/frameworks/bin").standardized.path()
    static let areInstalled = FileManager.default.fileExists(atPath: "\(path)/python3")
}
