import Foundation
import TestSupport
import Testing

/// `test`: golden rows, and the cases of behaviour that stand in the project.
@Suite(.timeLimit(.minutes(60)))
struct BehaviourTests {
    /// A registered model of penguins, of which the heavy ones with long flippers are Gentoos.
    private func project(cases: String? = nil) throws -> Project {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        if let cases {
            try project.scratch.write(
                "tests/behaviour.yaml",
                """
                defaults: {island: Biscoe, sex: female, bill_length_mm: 46, bill_depth_mm: 14, flipper_length_mm: 215, \
                body_mass_g: 5000}
                cases:
                \(cases)
                """
            )
        }
        return project
    }

    @Test func aModelThatBehavesPasses() throws {
        let project = try project(
            cases: """
                  - name: a large one is a Gentoo
                    rows: [{}, {sex: male, body_mass_g: 5500}]
                    expect: Gentoo
                  - name: one answer for each row
                    rows: [{}, {island: Torgersen, bill_length_mm: 38, bill_depth_mm: 18.5, flipper_length_mm: 185, body_mass_g: 3600}]
                    expect: [Gentoo, Adelie]
                  - name: it is sure
                    rows: {}
                    expect: {p_Gentoo: {at_least: 0.9}, p_Adelie: {at_most: 0.1}}
                  - name: the sex does not matter
                    rows: [{}]
                    invariant_to: {sex: [female, male]}
                  - name: longer flippers speak for it
                    rows: {flipper_length_mm: 200, bill_depth_mm: 16, body_mass_g: 4200}
                    increase: {flipper_length_mm: 5}
                    expect_change: {p_Gentoo: up}
                  - name: at once
                    rows: {}
                    latency: {at_most: 10s}
                  - name: the birds of the table
                    rows: {csv: tests/birds.csv}
                    expect: Gentoo
                """.replacing(
                    "expect: {p_Gentoo: {at_least: 0.9}, p_Adelie: {at_most: 0.1}}",
                    with: "expect: {p_Gentoo: {at_least: 0.9}}"
                )
        )
        try project.shell("(head -1 penguins.csv; grep -m 5 ^Gentoo penguins.csv) | cut -d, -f2-7 > tests/birds.csv")
        let output = try project.succeed("test penguins")
        #expect(output.contains("penguins v1.0.0: 8 cases, all pass"), "\(output)")
        #expect(output.contains("golden rows"))
        #expect(output.contains("recorded in the ledger"))
        let document = try project.json("test --run 1")
        #expect(document["verdict"] as? String == "pass")
        #expect((document["cases"] as? [[String: Any]])?.count == 8)
        #expect(document["recorded"] as? Bool == false)
    }

    @Test func aCaseThatFailsSaysWhatWasFound() throws {
        let project = try project(
            cases: """
                  - {name: wrong, rows: [{}, {}], expect: [Gentoo, Adelie]}
                  - {name: unsure, rows: {}, expect: {p_Adelie: {at_least: 0.5}}}
                  - {name: other way, rows: {flipper_length_mm: 200}, increase: {flipper_length_mm: 10}, expect_change: {p_Gentoo: down}}
                  - {name: slow, rows: {}, latency: {at_most: 0.000001ms}}
                  - {name: moved, rows: {}, invariant_to: {flipper_length_mm: [170]}, tolerance: 0.000001}
                """
        )
        let finished = try project.mlops("test penguins")
        #expect(finished.status == 3)
        #expect(finished.output.contains("6 cases, 5 FAIL"))
        #expect(finished.output.contains("row 2: expected Adelie, found Gentoo"))
        #expect(finished.output.contains("row 1: expected p_Adelie of at least 0.5, found"))
        #expect(finished.output.contains("row 1: p_Gentoo goes from"))
        #expect(finished.output.contains("expected at most 1e-06 ms for 1 row"))
        #expect(finished.output.contains(" when flipper_length_mm is 170"))
        #expect(finished.output.contains("row 1: p_Adelie "))
    }

    @Test func aPolicyCanRequireIt() throws {
        let project = try project(cases: "  - {name: large, rows: {}, expect: Gentoo}")
        try project.shell("sed -i 's|{directory: deployed/production}|{requires: [test]}|' mlops.yaml")
        #expect(
            try project.fail("deploy penguins --env production", with: 15).contains(
                "run it: mlops test penguins@v1.0.0"
            )
        )
        try project.succeed("test penguins")
        try project.succeed("deploy penguins --env production")
        // Other cases ask something else.
        try project.shell("sed -i 's/5000/4900/' tests/behaviour.yaml")
        try project.succeed("train -q --set training.seed=5")
        try project.succeed("test penguins --dry-run")
        #expect(try project.fail("deploy penguins --env production", with: 15).contains("`test` was never run"))
    }

    @Test(arguments: [
        ("  - {name: x, rows: {}}", "the case `x`: expected one of expect, invariant_to"),
        ("  - {name: x, rows: {}, expect: Penguin}", "the model has no class `Penguin`"),
        ("  - {name: x, rows: {}, expect: {p_x: {at_least: 1}}}", "the model has no output `p_x`"),
        (
            "  - {name: x, rows: {}, expect: [Gentoo, Gentoo]}",
            "expected one answer, or one for each of 1 rows, found 2"
        ),
        (
            "  - {name: x, rows: {}, increase: {island: 1}, expect_change: {p_Gentoo: up}}",
            "expected a number in `island` of row 1, found `Biscoe`"
        ),
        (
            "  - {name: x, rows: {}, increase: {flipper_length: 1}, expect_change: {p_Gentoo: up}}",
            "did you mean `flipper_length_mm`?"
        ),
        ("  - {name: x, rows: {}, latency: {at_most: soon}}", "expected a time such as 5ms"),
        ("  - {nam: x, rows: {}}", "unknown key `nam`"),
        (
            "  - {name: x, rows: {}, expect: Gentoo}\n  - {name: x, rows: [{}], expect: Gentoo}",
            "two cases are called `x`"
        ),
        (
            "  - {name: x, rows: {colour: red}, expect: Gentoo}",
            "the case `x`: the model does not know the column `colour`"
        ),
        (
            "  - {name: x, rows: {bill_depth_mm: broad}, expect: Gentoo}",
            "the case `x`, row 1, column `bill_depth_mm`: expected a number, found the text \"broad\""
        ),
    ])
    func casesThatCannotBeMeantAreRefused(cases: String, expected: String) throws {
        let project = try project(cases: cases)
        let errors = try project.fail("test penguins", with: 64)
        #expect(errors.contains(expected), "\(errors)")
        #expect(errors.contains("tests/behaviour.yaml:"))
    }

    @Test func goldenRowsAloneAreSaidToBeAlone() throws {
        let output = try project().succeed("test penguins")
        #expect(output.contains("1 case, all pass"))
        #expect(output.contains("the project has no cases of behaviour"))
    }

    /// A table of cases is written like the training table, and what is imputed need not stand in a row.
    @Test func tablesAndRowsAreThoseOfTheModel() throws {
        let project = try Project()
        let table = ProcessTable(delimiter: ";", decimal: ",").text
        try project.scratch.write("process.csv", table)
        try project.succeed("init --from process.csv --target defect")
        try project.succeed("train -q --set training.epochs=3")
        let lines = table.split(separator: "\n").prefix(6)
        try project.scratch.write("tests/rows.csv", lines.joined(separator: "\n") + "\n")
        try project.scratch.write(
            "tests/a.yaml",
            """
            cases:
              - {name: the table, rows: {csv: tests/rows.csv}, expect: {p_yes: {at_least: 0, at_most: 1}}}
              - {name: hotter, rows: {csv: tests/rows.csv}, increase: {temperature: 0}, expect_change: {p_yes: not_up}}
              - {name: few, rows: {machine: M1, temperature: 180}, expect: {p_yes: {at_least: 0}}}
              - {name: lines, rows: {jsonl: tests/rows.jsonl}, expect: {p_yes: {at_least: 0}}}
              - {name: a marker, rows: {machine: M1, temperature: NA}, expect: {p_yes: {at_least: 0}}}
            """
        )
        try project.scratch.write(
            "tests/rows.jsonl",
            "{\"machine\": \"M1\", \"temperature\": 180.5}\n{\"machine\": \"M2\", \"temperature\": \"NA\"}\n"
        )
        let output = try project.succeed("test defect")
        #expect(output.contains("6 cases, all pass") && output.contains("5 rows"), "\(output)")
        #expect(output.contains("  pass  lines          2 rows\n"), "\(output)")
        // The numbers are those that `predict` reads.
        let predicted = try project.succeed("predict tests/rows.csv --model defect").split(separator: "\n")
        #expect(predicted.first == "y_pred,p_no,p_yes")
        let probabilities = predicted.dropFirst().compactMap { $0.split(separator: ",").last.flatMap { Double($0) } }
        #expect(probabilities.count == 5)
        let bound = try #require(probabilities.max())
        try project.scratch.write(
            "tests/a.yaml",
            """
            cases:
              - {name: above, rows: {csv: tests/rows.csv}, expect: {p_yes: {at_most: \(bound)}}}
              - {name: below, rows: {csv: tests/rows.csv}, expect: {p_yes: {at_most: \(bound * 0.999)}}}
            """
        )
        let finished = try project.mlops("test defect")
        #expect(finished.status == 3 && finished.output.contains("3 cases, 1 FAIL"), "\(finished)")
        // What was recorded answers for these rows; others ask anew.
        func isFailureStale() throws -> Bool {
            let lines = try project.succeed("show defect").split(separator: "\n")
            let place = try #require(lines.firstIndex { $0.hasPrefix("test: fail (") })
            return lines[place + 1] == "  stale: the cases in tests/ are others since"
        }
        #expect(try !isFailureStale())
        try project.shell("tail -1 tests/rows.csv >> tests/rows.csv")
        #expect(try isFailureStale())
    }
}
