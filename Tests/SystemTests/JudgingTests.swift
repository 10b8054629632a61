import Foundation
import TestSupport
import Testing

/// What an evaluation says, and what it counts for.
@Suite(.timeLimit(.minutes(60)))
struct JudgingTests {
    @Test func aRequiredCheckThatNobodyGaveIsNamed() throws {
        let project = try Project(template: "tabular")
        try project.shell(
            "sed -i 's|{directory: deployed/production}|{directory: deployed/production, requires: [test]}|' mlops.yaml"
        )
        try project.succeed("train -q")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("`test` was never run"))
        try project.fail("deploy penguins --env production --skip-checks", with: 64)
        #expect(
            try project.succeed("deploy penguins --env production --skip-checks --reason 'it is late'").contains(
                "CHECKS SKIPPED"
            )
        )
        #expect(try project.succeed("status").contains("CHECKS SKIPPED"))
        // Rules that differ from the recorded ones are refused until they are applied.
        try project.shell("sed -i 's|requires: .test.|requires: [evaluate]|' mlops.yaml")
        try project.succeed("train -q --set training.seed=9")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("proposes other rules"))
        #expect(try project.succeed("environment apply --dry-run").contains("requires: [test] -> [evaluate]"))
        try project.succeed("environment apply")
        try project.fail("deploy penguins --env production", with: 15)
        // Rows that it has learned from prove nothing.
        try project.succeed("evaluate penguins --on train")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("on training rows only"))
        try project.succeed("evaluate penguins")
        try project.succeed("deploy penguins --env production")
    }

    @Test func theHintNamesNoVerbThatDoesNotExist() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's|{directory: deployed/production}|{requires: [evaluate, audit]}|' mlops.yaml")
        try project.succeed("train -q")
        let errors = try project.fail("deploy penguins --env production", with: 15)
        #expect(errors.contains("hint: run it: mlops evaluate penguins@v1.0.0\n"))
        #expect(errors.contains("hint: no verb of this mlops gives `audit` yet"))
        #expect(!errors.contains("mlops audit"))
    }

    /// A project with rows of its own to test on.
    private func projectWithTestRows() throws -> Project {
        let project = try Project(template: "tabular")
        try project.shell(
            """
            awk 'NR == 1 || NR % 5 == 0' penguins.csv > test.csv; awk 'NR % 5 != 0' penguins.csv > train.csv
            sed -i 's|train: {csv: penguins.csv}|train: {csv: train.csv}\\n  test: {csv: test.csv}|
              s|split: .*|split: {validation: 0.2}|
              s|{directory: deployed/production}|{requires: [evaluate]}|' mlops.yaml
            """
        )
        try project.succeed("train -q")
        return project
    }

    /// An evaluation says what the gates of the project say, and no longer counts when these or the data change.
    @Test func anEvaluationIsJudgedAndGrowsStale() throws {
        let project = try projectWithTestRows()
        let passed = try project.json("evaluate penguins")
        #expect(passed["verdict"] as? String == "pass")
        #expect((passed["gates"] as? [[String: Any]])?.first?["metric"] as? String == "accuracy")
        try project.succeed("deploy penguins --env production --dry-run")
        try project.shell("sed -i 's/accuracy: {at_least: 0.9}/log_loss: {at_most: 1e-9}/' mlops.yaml")
        let stale = try project.fail("deploy penguins --env production", with: 15)
        #expect(stale.contains("`evaluate` is stale: the gates"), "\(stale)")
        let failed = try project.mlops("evaluate penguins")
        #expect(failed.status == 3 && failed.output.contains("FAIL"), "\(failed)")
        let no = try project.fail("deploy penguins --env production", with: 15)
        #expect(no.contains("`evaluate` says fail") && no.contains("hint: see why: mlops evaluate penguins@v1.0.0"))
        try project.shell(
            "sed -i 's/log_loss: {at_most: 1e-9}/accuracy: {at_least: 0.9}/' mlops.yaml && sed -i '2d' test.csv"
        )
        try project.succeed("evaluate penguins")
        try project.succeed("deploy penguins --env production --dry-run")
        try project.shell("sed -i '2d' test.csv")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("`evaluate` is stale"))
        // Where nothing is asked, nothing is answered.
        try project.shell("sed -i '/^gates:/,+1d' mlops.yaml")
        #expect(try project.json("evaluate penguins")["verdict"] as? String == "inconclusive")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("asked nothing"))
        #expect(try project.succeed("show penguins").contains("stale: the gates"))
    }

    /// Rows from elsewhere count as well, while the gates are the same; those it was trained on never do.
    @Test func rowsFromElsewhereCount() throws {
        let project = try projectWithTestRows()
        let flattered = try project.mlops("evaluate penguins --csv train.csv")
        #expect(flattered.errors.contains("was trained on these rows"), "\(flattered)")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("on training rows only"))
        try project.succeed("evaluate penguins --csv test.csv")
        try project.succeed("deploy penguins --env production --dry-run")
        try project.shell("sed -i 's/accuracy: {at_least: 0.9}/log_loss: {at_most: 1e-9}/' mlops.yaml")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("is stale: the gates"))
    }

    /// The training table under another name is still what it has learned from.
    @Test func aCopyOfTheTrainingRowsProvesNothing() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.shell(
            """
            cp penguins.csv copy.csv
            sed -i 's|train: {csv: penguins.csv}|train: {csv: penguins.csv}\\n  test: {csv: copy.csv}|
              s|split: .*|split: {validation: 0.2}|; s|{directory: deployed/production}|{requires: [evaluate]}|' mlops.yaml
            """
        )
        #expect(try project.mlops("evaluate penguins").errors.contains("was trained on these rows"))
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("on training rows only"))
    }

    /// A version is judged on the rows that were kept from it, whatever seed the project has now.
    @Test(arguments: [42, 7])
    func theRowsAreThoseKeptFromTheVersion(seed: Int) throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q --set training.seed=\(seed)")
        let run = try #require((try project.json("runs")["runs"] as? [[String: Any]])?.first)
        for (part, key) in [("test", "test_metrics"), ("validation", "metrics")] {
            let expected = try #require(run[key] as? [String: Double])
            let found = try #require(try project.json("evaluate penguins --on \(part)")["metrics"] as? [String: Double])
            for (name, value) in expected { #expect(abs((found[name] ?? .nan) - value) < 1e-9, "\(part) \(name)") }
        }
        // With other training rows nobody knows any more which ones the version has seen.
        try project.shell("sed -i '2d' penguins.csv")
        #expect(
            try project.fail("evaluate penguins", with: 15).contains(
                "the training data are not those of penguins v1.0.0"
            )
        )
    }
}
