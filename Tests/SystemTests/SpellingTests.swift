import Foundation
import TestSupport
import Testing

/// Command lines that are nearly right: either understood, or answered with the line that is.
@Suite(.timeLimit(.minutes(60)))
struct SpellingTests {
    /// A model that serves in one environment and one that does not, and an environment that runs nothing yet.
    private func project() throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write(
            "mlops.yaml",
            "model: m\nenvironments: {production: {directory: live}, staging: {directory: next}}\n"
        )
        for content in ["one", "two"] {
            try project.scratch.write("file.txt", content)
            try project.succeed("register file.txt --model m")
        }
        try project.succeed("deploy m@v1.0.0 --env production")
        try project.succeed("deploy m@1.1.0 --environment production")
        try project.succeed("register file.txt --model other")
        return project
    }

    /// On call, creating a store is the last thing to do.
    @Test func whoFindsNoStoreIsToldHowToNameOne() throws {
        let project = try Project()
        for line in ["rollback production", "status", "list", "verify m"] {
            let hints = try project.fail(line, with: 10).split(separator: "\n").filter { $0.hasPrefix("hint: ") }
            #expect(hints.first?.contains("--store DIR") == true && hints.first?.contains("MLOPS_STORE") == true)
            #expect(hints.last?.contains("mlops init") == true && hints.count == 3, "\(hints)")
        }
        #expect(try project.fail("apply", with: 64).contains("no verb"))
        let wrong = try project.fail("status --store /nowhere", with: 10)
        #expect(wrong.contains("hint: check the path"), "\(wrong)")
    }

    @Test func whoNamesAStoreIsNotToldToCreateOne() throws {
        let project = try project()
        let away = ["MLOPS_STORE": project.store]
        for line in ["runs", "train"] {
            let elsewhere = try Project()
            let errors = try elsewhere.fail(line, with: 64, environment: away)
            #expect(errors.contains("go to the project's directory") && !errors.contains("mlops init"), "\(errors)")
        }
    }

    @Test func theEnvironmentIsNamedInEitherWay() throws {
        let project = try project()
        #expect(try project.succeed("status --env production").hasPrefix("production  m v1.1.0 since"))
        #expect(try project.succeed("history --env production") == project.succeed("history production"))
        #expect(try project.json("rollback --env production --dry-run")["to"] as? String == "v1.0.0")
        #expect(try project.json("rollback production --env production --dry-run")["to"] as? String == "v1.0.0")
        for line in ["rollback staging --env production", "history staging --env production", "status staging --env m"]
        {
            #expect(try project.fail(line, with: 64).contains("expected one environment"))
        }
        #expect(try project.json("mark m@production good")["environment"] as? String == "production")
        #expect(try project.json("hold m@production")["environments"] as? [String] == ["production"])
    }

    /// Where one is missing or unknown, those that are known are named.
    @Test(
        arguments: [
            ("deploy m", 64, "--env staging"), ("deploy m --env prod", 14, "production, staging"),
            ("mark m@v1.0.0 good", 64, "--env production"), ("hold m@v1.0.0", 64, "--env production"),
            ("rollback", 64, "hint: mlops rollback production"), ("history", 64, "hint: mlops history production"),
        ] as [(String, Int32, String)]
    )
    func knownEnvironmentsAreNamed(line: String, code: Int32, hint: String) throws {
        let errors = try project().fail(line, with: code)
        #expect(errors.contains(hint), "\(errors)")
    }

    @Test func aVersionIsReadWithoutItsLetter() throws {
        let project = try project()
        #expect(try project.succeed("show m@1.0.0") == project.succeed("show m@v1.0.0"))
        #expect(try project.succeed("show @1.0.0").hasPrefix("m v1.0.0"))
        try project.succeed("rollback production --expect 1.1.0 --to 1.0.0")
        for wrong in ["1.0", "01.0.0", "v1.0.0.0", "vv1.0.0"] { try project.fail("show m@\(wrong)", with: 14) }
    }

    /// A selector where the model should be: the line as it is meant.
    @Test(
        arguments: [
            ("show v1.0.0", "mlops show m@v1.0.0"), ("show 1.0.0", "mlops show m@v1.0.0"),
            ("show production", "mlops show m@production"), ("verify latest", "mlops verify m@latest"),
            ("deploy v1.0.0 --env production", "mlops deploy m@v1.0.0"),
        ]
    )
    func aSelectorAloneIsExplained(line: String, hint: String) throws {
        let errors = try project().fail(line, with: 14)
        #expect(errors.contains("hint: \(hint)\n"), "\(errors)")
    }

    @Test(
        arguments: [
            ("trian", "did you mean `mlops train`?"), ("help rolback", "did you mean `mlops rollback`?"),
            ("environment aply", "did you mean `mlops environment apply`?"), ("frob", "all verbs: mlops --help"),
            ("help frob", "all verbs: mlops --help"),
        ]
    )
    func anUnknownVerbIsAnErrorWithTheNearestOne(line: String, hint: String) throws {
        let errors = try Project().fail(line, with: 64)
        #expect(errors.contains("there is no verb") && errors.contains("hint: \(hint)"), "\(errors)")
    }

    @Test func helpOfAVerbIsStillThere() throws {
        let project = try Project()
        #expect(try project.succeed("help rollback").contains("--to <version>"))
        #expect(try project.succeed("rollback --help").contains("--environment <environment>"))
        #expect(try project.succeed("help environment apply").contains("mlops environment apply"))
        #expect(try project.succeed("train --help").contains("--set <key=value>"))
        #expect(try project.succeed("help").contains("rollback"))
    }

    /// A file that somebody registers in passing must not become the latest version of a network.
    @Test func aFileIsNoVersionOfANetworkUnlessItIsSaid() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let errors = try project.fail("register penguins.md", with: 64)
        #expect(errors.contains("hint: add: --model NAME"), "\(errors)")
        #expect(try project.succeed("list").contains("v1.1.0") == false)
        try project.succeed("register penguins.md --model notes")
        try project.scratch.write("mlops.yaml", "model: notes\n")
        try project.succeed("register penguins.csv")
        #expect(try project.succeed("list notes").contains("v1.1.0"))
    }

    /// In JSON the message is what is wrong, and the usage is a hint.
    @Test func aUsageErrorInJSONIsShort() throws {
        let finished = try Project().mlops("rollback production --to x --json")
        #expect(finished.status == 64)
        let document = try JSONSerialization.jsonObject(with: Data(finished.errors.utf8)) as? [String: Any]
        let error = try #require(document?["error"] as? [String: Any])
        #expect(error["message"] as? String == "The value 'x' is invalid for '--to <version>'")
        #expect((error["hints"] as? [String])?.contains { $0.hasPrefix("Usage: mlops rollback") } == true)
    }
}
