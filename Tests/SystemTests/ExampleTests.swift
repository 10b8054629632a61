import Foundation
import TestSupport
import Testing

/// The examples that `--help` shows, each run as it stands there.
@Suite(.timeLimit(.minutes(15)))
struct ExampleTests {
    @Test(arguments: try Example.all())
    func runs(_ example: Example) throws {
        let project = try example.world.copy()
        try project.prepare(for: example)
        let finished = try project.shell("PATH='\(Binary.folder)':$PATH; \(example.line)")
        // Two versions do differ.
        let expected: Int32 = example.line.contains("--exit-code") ? 3 : 0
        #expect(finished.status == expected, "\(example)\n\(finished)")
        #expect(!finished.output.isEmpty, "\(example)\n\(finished)")
    }

    @Test func everyVerbHasOne() throws {
        let examples = try Example.all()
        for verb in try Verb.all() {
            #expect(examples.contains { $0.line.hasPrefix("mlops \(verb.name)") }, "mlops \(verb.name) --help has none")
        }
    }
}

/// A verb of the command line, with its page of help.
private struct Verb {
    let name: String
    let help: String

    static func all(under parent: String = "") throws -> [Verb] {
        let page = try Shell.run("'\(Binary.path)' \(parent) --help").output
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let names = lines.drop { !$0.hasSuffix("SUBCOMMANDS:") }.compactMap { line -> String? in
            guard line.hasPrefix("  "), let name = line.split(separator: " ").first, line.dropFirst(2).first != " "
            else {
                return nil
            }
            return name == "See" ? nil : String(name)
        }
        guard !names.isEmpty else { return [] }
        return try names.flatMap { name in
            let path = parent.isEmpty ? name : "\(parent) \(name)"
            let help = try Shell.run("'\(Binary.path)' \(path) --help").output
            return [Verb(name: path, help: help)] + (try all(under: path))
        }
    }
}

/// A line of an EXAMPLES section.
struct Example: CustomStringConvertible, Sendable {
    let line: String
    var description: String { line }

    static func all() throws -> [Example] { try Verb.all().flatMap { of($0.help) } }

    private static func of(_ help: String) -> [Example] {
        var examples: [String] = []
        var isInside = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "EXAMPLE" || line == "EXAMPLES" {
                isInside = true
            } else if line.isEmpty {
                isInside = false
            } else if isInside, line.hasPrefix("  mlops ") {
                examples.append(String(line.dropFirst(2)))
            } else if isInside, let last = examples.popLast() {
                // A page of help is 80 characters wide.
                examples.append("\(last) \(line)")
            }
        }
        return examples.map { Example(line: $0) }
    }

    /// Where it is run.
    fileprivate var world: World {
        if line.hasPrefix("mlops init") { return .table }
        return line.contains("fashion") ? .fashion : .defect
    }
}

/// A folder in which examples make sense; made once and copied for each of them.
private struct World: Sendable {
    let model: String
    let project: Project

    static let table = make("") { _ in }
    static let defect = make("defect") { try $0.live(of: "defect") }
    static let fashion = make("fashion") { try $0.live(of: "fashion") }

    private static func make(_ model: String, _ fill: (Project) throws -> Void) -> World {
        do {
            let project = try Project()
            try project.scratch.write("process.csv", ProcessTable(missing: 0).text)
            try fill(project)
            return World(model: model, project: project)
        } catch {
            fatalError("\(model): \(error)")
        }
    }

    func copy() throws -> Project {
        let copy = try Project()
        try copy.shell("cp -a '\(project.path)/.' .")
        return copy
    }
}

extension Project {
    /// A model with three versions and runs, live in two environments, and the files that examples speak of.
    fileprivate func live(of model: String) throws {
        try succeed("init --from process.csv --target defect")
        try shell("sed -i 's/^model: .*/model: \(model)/' mlops.yaml")
        try succeed("train -q")
        try succeed("train -q --no-register --set training.seed=7")
        try succeed("train -q --set training.batch_size=64")
        try succeed("train -q --set training.batch_size=48")
        for version in ["v1.0.0", "v1.1.0"] { try succeed("deploy \(model)@\(version) --env production") }
        try succeed("deploy \(model)@v1.2.0 --env staging")
        for (name, seed) in [("april", 5), ("new", 6), ("today", 7), ("january", 8), ("february", 9)] {
            try scratch.write("\(name).csv", ProcessTable(seed: UInt64(seed), missing: 0).text)
        }
        try scratch.write(
            "answers.csv",
            "y_true,y_pred,p_no,p_yes\nno,no,0.75,0.25\nyes,no,0.5,0.5\nyes,yes,0.25,0.75\n"
        )
        try scratch.write("metrics.json", #"{"accuracy": 0.93}"#)
        try scratch.write(
            "tests/limits.yaml",
            """
            cases:
              - name: nothing out of the ordinary
                rows: {machine: M1, temperature: 180, sensor_1: 0, sensor_2: 0, sensor_3: 0}
                expect: "no"

            """
        )
        try scratch.write("rows.npy", NumPyFile.bytes([1, 2, 3, 4], columns: 2))
        try scratch.write("outputs.npy", NumPyFile.bytes([0.25, 0.75, 0.5, 0.5], columns: 2))
        try shell("mkdir exported; echo weights | tee model.onnx exported/model.txt > xgb.json")
    }

    /// What must have happened before some of the examples.
    fileprivate func prepare(for example: Example) throws {
        switch example.line.split(separator: " ").dropFirst().first {
        case "rollback": try succeed("deploy defect@v1.2.0 --env production")
        case "migrate" where example.line.contains("weights.safetensors"):
            let model = example.world.model
            try succeed("migrate export \(model)@v1.2.0 --to safetensors --output weights.safetensors")
        case "unhold": try succeed("hold fashion@v1.2.0 --env production --reason 'wrong labels'")
        case "train" where example.line.contains("--resume"):
            try shell(
                """
                sed -i /early_stopping/d mlops.yaml
                '\(Binary.path)' train -q --set training.epochs=2000 & run=$!
                for i in $(seq 200); do ls .mlops/runs/5/*checkpoint* 2> /dev/null && break; sleep 0.02; done
                kill -TERM $run; wait $run
                """
            )
        default: break
        }
    }
}
