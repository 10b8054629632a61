import Foundation
import TestSupport
import Testing

/// The command line as a whole: help, exit codes, bad input.
struct CommandLineTests {
    private struct Tool: Decodable {
        struct Command: Decodable {
            struct Argument: Decodable {
                let kind: String
                let valueName: String?
                let abstract: String?
            }
            let commandName: String
            let abstract: String?
            let discussion: String?
            let arguments: [Argument]?
            let subcommands: [Command]?
        }
        let command: Command
    }

    private static func everyCommand() throws -> [(path: String, command: Tool.Command)] {
        let dump = try Shell.run("'\(Binary.path)' --experimental-dump-help")
        let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
        func walk(_ command: Tool.Command, _ path: String) -> [(String, Tool.Command)] {
            [(path, command)]
                + (command.subcommands ?? []).filter { $0.commandName != "help" }
                .flatMap { walk($0, "\(path) \($0.commandName)") }
        }
        return walk(tool.command, "mlops").map { ($0.0, $0.1) }
    }

    @Test func everyCommandAndOptionHasHelpWithAnExample() throws {
        let commands = try Self.everyCommand()
        #expect(commands.count >= 20)
        for (path, command) in commands {
            #expect(command.abstract?.isEmpty == false, "\(path)")
            // On a terminal of 80 columns an example must still be one line to paste.
            let examples = (command.discussion ?? "").split(separator: "\n").filter { $0.hasPrefix("  ") }
            #expect(examples.allSatisfy { $0.count <= 80 }, "\(path): \(examples)")
            if path != "mlops" {
                #expect(command.discussion?.contains("EXAMPLE") == true, "\(path) has no example")
                #expect(command.discussion?.contains("?") == true, "\(path) asks no question")
            }
            for argument in command.arguments ?? [] {
                #expect(argument.abstract?.isEmpty == false, "\(path) \(argument.valueName ?? "?") has no help")
            }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreMade(shell: String) throws {
        let script = try Shell.run("'\(Binary.path)' --generate-completion-script \(shell)")
        #expect(script.status == 0 && script.output.contains("rollback"))
    }

    @Test(
        arguments: [
            ("--help", 0), ("--version", 0), ("nonsense", 64), ("deploy", 64), ("list", 10), ("status", 10),
            ("train", 64), ("rollback production", 10), ("list --store /nowhere/at/all", 10), ("runs", 64),
        ] as [(String, Int32)]
    )
    func exitCodes(arguments: String, code: Int32) throws {
        let finished = try Project().mlops(arguments)
        #expect(finished.status == code, "\(finished)")
    }

    @Test func errorsAreJSONWhenAskedFor() throws {
        let finished = try Project().mlops("list --json")
        #expect(finished.output == "")
        let document = try JSONSerialization.jsonObject(with: Data(finished.errors.utf8)) as? [String: Any]
        let error = try #require(document?["error"] as? [String: Any])
        #expect(error["kind"] as? String == "store_missing")
        #expect(error["exit_code"] as? Int == 10)
        #expect(error["retryable"] as? Bool == false)
        #expect((error["hints"] as? [String])?.isEmpty == false)
    }

    @Test(
        "Bad input ends in one error that names the place",
        arguments: [
            ("sed -i 's/epochs:/epoch:/' mlops.yaml", 64, "unknown key `epoch`", "did you mean `epochs`?"),
            ("sed -i 's/units: 3/units: 5/' mlops.yaml", 64, "expected 3 units, one for each class, received 5", nil),
            (
                "sed -i 's/  staging:/  penguins:/' mlops.yaml", 64,
                "mlops.yaml:28: `penguins` is the name of the model", nil
            ),
            ("sed -i 's/units: 16/unts: 16/' mlops.yaml", 64, "unknown key `unts`", "did you mean `units`?"),
            (
                "sed -i 's|deployed/staging|../staging|' mlops.yaml", 64,
                "mlops.yaml:28: `environments.staging.directory`: expected a directory inside the project", nil
            ),
            (
                "sed -i 's|deployed/staging|deployed//production|' mlops.yaml", 64,
                "`environments.production`: expected a directory of its own, found `deployed/production`", nil
            ),
            ("sed -i 's/dense:/dens:/' mlops.yaml", 64, "unknown layer `dens`", "did you mean `dense`?"),
            ("sed -i 's/relu/rellu/' mlops.yaml", 64, "unknown activation `rellu`", "did you mean `relu`?"),
            ("sed -i 's/softmax/linear/' mlops.yaml", 64, "expected probabilities", "add: activation: softmax"),
            (
                "sed -i 's/standardize/standardise/' mlops.yaml", 64, "unknown step `standardise`",
                "did you mean `standardize`?"
            ),
            ("sed -i 's/accuracy:/acuracy:/' mlops.yaml", 64, "unknown metric `acuracy`", "did you mean `accuracy`?"),
            (
                "rm penguins.csv", 14, "penguins.csv",
                "check the path (one in mlops.yaml starts from where mlops.yaml is)"
            ),
            ("> penguins.csv", 1, "penguins.csv: expected a header, found an empty file", nil),
            (
                "sed -i 's/seed: 42/early_stopping: {monitor: val_acuracy}/' mlops.yaml", 64,
                "expected one of loss, val_loss, accuracy, val_accuracy, found `val_acuracy`",
                "did you mean `val_accuracy`?"
            ),
            (
                "sed -i 's/,/;/g' penguins.csv", 14, "no column `species`",
                "the fields are separated otherwise: add `delimiter: auto` beside `csv:`"
            ),
            (
                "sed -i '9s/^[A-Za-z]*,/Emu,/' penguins.csv", 64, "expected 4 units",
                "the classes in the data are: Adelie, Chinstrap, Emu, Gentoo"
            ),
            ("sed -i '5s/,[^,]*$//' penguins.csv", 1, "penguins.csv, line 5, row 4: expected 8 fields", nil),
            (
                "sed -i '7s/^[A-Za-z]*,\\([A-Za-z]*\\),[0-9.]*/Adelie,\\1,nan/' penguins.csv", 1,
                "line 7, row 6, column `bill_length_mm`", nil
            ),
            (
                "sed -i '7s/^[A-Za-z]*,\\([A-Za-z]*\\),[0-9.]*/Adelie,\\1,1e400/' penguins.csv", 1,
                "line 7, row 6, column `bill_length_mm`", nil
            ),
            (
                "sed -i '9s/^[A-Za-z]*,\\([A-Za-z]*\\),[0-9.]*/Adelie,\\1,abc/' penguins.csv", 1,
                "line 9, row 8, column `bill_length_mm`", nil
            ),
            (
                "sed -i 's/target: species/target: kind/' mlops.yaml", 14, "there is no column `kind`",
                "the columns are: species"
            ),
        ] as [(String, Int32, String, String?)]
    )
    func badInput(change: String, code: Int32, message: String, hint: String?) throws {
        let project = try Project(template: "tabular")
        #expect(try project.shell(change).status == 0)
        let errors = try project.fail("train", with: code)
        #expect(errors.contains(message), "\(errors)")
        if let hint { #expect(errors.contains("hint: \(hint)"), "\(errors)") }
        #expect(!errors.contains(".tmp-"), "\(errors)")
        #expect(errors.split(separator: "\n").count { $0.hasPrefix("error: ") } == 1)
        #expect(try project.shell("ls .mlops/runs 2>/dev/null").output == "")
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give a store away"))
    func aStoreOfSomebodyElseIsRefusedForWritingWithTheLineToType() throws {
        let project = try Project(template: "tabular")
        try project.shell("chown -R nobody .mlops/store.git")
        let errors = try project.fail("train", with: 15)
        #expect(errors.contains("belongs to nobody"))
        #expect(errors.contains(/hint: sudo -u nobody \S*mlops train --store \/\S*\/store.git\n/), "\(errors)")
        #expect(try project.shell("ls .mlops/runs").output == "")
        try project.succeed("status")
    }

    /// The hint for a table with other delimiters, followed as it stands.
    @Test func delimitersAreFoundWhereTheyAreLookedFor() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's/,/;/g' penguins.csv")
        let hint = "add `delimiter: auto` beside `csv:`"
        #expect(try project.fail("train", with: 14).contains(hint))
        try project.shell("sed -i 's/{csv: penguins.csv}/{csv: penguins.csv, delimiter: auto}/' mlops.yaml")
        try project.succeed("train")
        #expect(try project.succeed("predict penguins.csv").split(separator: "\n").count == 334)
        try project.succeed("evaluate")
    }

    /// Half a result must not look like a whole one; a reader that has seen enough is another matter.
    @Test func aResultThatCannotBeWrittenIsAFailure() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        for line in ["list", "predict penguins.csv", "show penguins --json"] {
            let finished = try project.shell("'\(Binary.path)' \(line) > /dev/full")
            #expect(finished.status == 1 && finished.errors.contains("cannot write `standard output`"), "\(finished)")
        }
        let piped = try project.shell("set +o pipefail; '\(Binary.path)' predict penguins.csv | head -1")
        #expect(piped.output.hasPrefix("y_pred,") && piped.errors == "", "\(piped)")
    }

    /// Who is already writing is named, with what to do.
    @Test func aStoreInUseSaysByWhom() throws {
        let project = try Project(template: "tabular")
        let errors = try project.shell(
            """
            echo 'pid 4711 on somewhere, register, since 2026-01-01T00:00:00Z' > .mlops/store.git/mlops.lock
            flock .mlops/store.git/mlops.lock sleep 8 &
            sleep 0.3
            '\(Binary.path)' register penguins.csv --model other; echo "exit $?"
            kill $!
            """
        )
        #expect(errors.output == "exit 11\n", "\(errors)")
        #expect(errors.errors.contains("pid 4711 on somewhere, register, since 2026-01-01T00:00:00Z"))
        #expect(errors.errors.contains("hint: run the command again"))
    }

    /// A flipped byte, loose and in a pack, in a package of many chunks: 12, and the member that it hit.
    @Test(arguments: [false, true])
    func aFlippedByteIsFoundAndItsMemberNamed(isPacked: Bool) throws {
        let project = try Project()
        try project.succeed("init .")
        try project.shell("mkdir m; head -c 16000000 /dev/urandom > m/a.bin; head -c 1000000 /dev/urandom > m/b.bin")
        try project.succeed("register m --model m")
        if isPacked { try project.succeed("maintain") }
        let find = "git --git-dir .mlops/store.git rev-parse 'm@v1.0.0^{commit}:archive/000001.tar.zst'"
        let damage =
            isPacked
            ? """
            pack=$(ls .mlops/store.git/objects/pack/*.pack); chmod u+w $pack
            offset=$(git verify-pack -v $pack | awk -v id=$(\(find)) '$1 == id {print $5}')
            printf '\\xff\\xfe' | dd of=$pack bs=1 seek=$((offset + 5000)) conv=notrunc status=none
            """
            : """
            file=.mlops/store.git/objects/$(\(find) | sed 's|..|&/|'); chmod u+w $file
            printf '\\xff\\xfe' | dd of=$file bs=1 seek=5000 conv=notrunc status=none
            """
        #expect(try project.shell(damage).status == 0)
        let verified = try project.mlops("verify --all")
        #expect(verified.status == 12, "\(verified)")
        #expect(verified.output.contains("damaged: `a.bin` of package"), "\(verified)")
        #expect(try project.fail("get m --to out", with: 12).contains("damaged: `a.bin` of package"))
        #expect(try project.shell("ls -A").output == ".gitignore\n.mlops\nm\nmlops.yaml\n")
        // The way out that it names.
        try project.succeed("register m --model m")
        try project.succeed("verify --all")
    }

    @Test func aNameThatIsNoTextIsRefusedNotLeftOut() throws {
        let project = try Project(template: "tabular")
        #expect(try project.shell("mkdir d; echo 1 > d/ok; echo 2 > $'d/bad\\xff'").status == 0)
        let errors = try project.fail("register d --model other", with: 1)
        #expect(errors.contains("cannot list") && errors.contains("names in UTF-8"), "\(errors)")
    }

    /// What an interrupted `init` has left is completed by the next one.
    @Test func initGoesOnWhereItWasInterrupted() throws {
        let project = try Project(template: "tabular")
        try project.shell("rm -r .mlops penguins.md")
        try project.succeed("init --template tabular .")
        #expect(try project.shell("ls -A").output == ".gitignore\n.mlops\nmlops.yaml\npenguins.csv\npenguins.md\n")
        try project.succeed("train -q")
        // A repository that is no store is not touched.
        try project.shell("rm -r .mlops/store.git; git init -q --bare .mlops/store.git")
        #expect(try project.fail("init", with: 10).contains("mlops init --store file://"))
    }

    @Test func initOverwritesNothing() throws {
        let project = try Project()
        try project.scratch.write("mlops.yaml", "model: mine\n")
        #expect(try project.fail("init --template tabular .", with: 15).contains("nothing was written"))
        #expect(try project.scratch.read("mlops.yaml") == Array("model: mine\n".utf8))
        #expect(try project.shell("ls -A").output == "mlops.yaml\n")
        try project.succeed("init")
        #expect(try project.scratch.read("mlops.yaml") == Array("model: mine\n".utf8))
        #expect(try project.succeed("init").contains("already"))
        #expect(try project.fail("init --template nothing x", with: 14).contains("templates: "))
    }
}
