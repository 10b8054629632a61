import Foundation
import TestSupport
import Testing

/// `test`: golden rows, and the cases of behaviour that stand in the project.
@Suite(.timeLimit(.minutes(15)))
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
        #expect(finished.output.contains("row 1: another answer when flipper_length_mm is 170"))
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
            "not every row has a number in `island`"
        ),
        ("  - {name: x, rows: {}, latency: {at_most: soon}}", "expected a time such as 5ms"),
        ("  - {nam: x, rows: {}}", "unknown key `nam`"),
    ])
    func casesThatCannotBeMeantAreRefused(cases: String, expected: String) throws {
        let project = try project(cases: cases)
        let errors = try project.fail("test penguins", with: 64)
        #expect(errors.contains(expected), "\(errors)")
        #expect(errors.contains("tests/behaviour.yaml:"))
    }

    @Test func rowsThatTheModelCannotReadAreNamed() throws {
        let project = try project(cases: "  - {name: x, rows: {colour: red}, expect: Gentoo}")
        #expect(try project.fail("test penguins", with: 1).contains("does not know the column `colour`"))
        let without = try self.project()
        #expect(try without.succeed("test penguins").contains("1 case, all pass"))
    }
}
