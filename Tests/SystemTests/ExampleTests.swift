import Foundation
import TestSupport
import Testing

/// The examples that `--help` shows, each run as it stands there.
@Suite(.timeLimit(.minutes(60)), .worlds)
struct ExampleTests {
    @Test(arguments: try Example.all())
    func runs(_ example: Example) throws {
        let world = try #require(Worlds.current).world(of: example)
        let project = try Project()
        try project.shell("cp -a '\(world.path)/.' .")
        try project.prepare(for: example)
        // What goes on until somebody ends it, is ended.
        let follows =
            example.line.hasPrefix("mlops follow") && !example.line.contains("--once")
            && !example.line.contains("--leave")
        let serves = example.line.hasPrefix("mlops serve")
        let ending = follows || serves ? "timeout --preserve-status 4" : ""
        // Examples run side by side: each server gets a port of its own.
        let port = serves ? " --port 0" : ""
        let finished = try project.shell(
            "PATH='\(Binary.folder)':$PATH; export XDG_DATA_HOME=$PWD/data; \(project.hosts); \(ending) \(example.line)\(port)"
        )
        // Two versions do differ.
        let expected: Int32 = example.line.hasPrefix("mlops diff") && example.line.contains("--exit-code") ? 3 : 0
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

/// Folders in which examples make sense; each example gets a copy of one.
private struct Worlds: Sendable {
    /// Nothing but a table.
    let table: Project
    let defect: Project
    let fashion: Project

    @TaskLocal static var current: Worlds?

    init() throws {
        (table, defect, fashion) = (try Project(), try Project(), try Project())
        for project in [table, defect, fashion] {
            try project.scratch.write("process.csv", ProcessTable(missing: 0).text)
        }
        try defect.live(of: "defect")
        try fashion.live(of: "fashion")
    }

    func world(of example: Example) -> Project {
        if example.line.hasPrefix("mlops init") { return table }
        return example.isAboutFashion ? fashion : defect
    }
}

/// Makes the worlds once for the suite, and removes them after it.
private struct WorldsTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Worlds.$current.withValue(Worlds()) { try await function() }
    }
}

extension Trait where Self == WorldsTrait {
    fileprivate static var worlds: Self { Self() }
}

extension Example {
    fileprivate var isAboutFashion: Bool { line.contains("fashion") }
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

    /// Lets git find the hosts of the examples in the project's folder.
    fileprivate var hosts: String {
        let addresses = ["git@host:ml/store.git", "https://host/ml/store.git", "/srv/ml/store.git"]
        let settings = addresses.enumerated().map { index, address in
            "GIT_CONFIG_KEY_\(index)=url.file://$PWD/remote.git.insteadOf GIT_CONFIG_VALUE_\(index)=\(address)"
        }
        return "export GIT_CONFIG_COUNT=\(addresses.count) \(settings.joined(separator: " "))"
    }

    /// What must have happened before some of the examples.
    fileprivate func prepare(for example: Example) throws {
        switch example.line.split(separator: " ").dropFirst().first {
        case "rollback": try succeed("deploy defect@v1.2.0 --env production")
        case "promote", "abort":
            // Directories take a version at once; where there are none, it can wait beside the other.
            try shell("sed -i '/^environments:/,$d' mlops.yaml && echo 'environments: {production: {}}' >> mlops.yaml")
            try succeed("environment apply -q")
            let model = example.isAboutFashion ? "fashion" : "defect"
            try succeed("deploy \(model)@v1.2.0 --env production --strategy shadow")
        case "serve":
            try scratch.write("token", "let me in, I am a friend")
            try shell(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.pem"
            )
        case "what-ran":
            try shell(
                "TZ=UTC faketime -f '@2026-11-01 00:00:00' '\(Binary.path)' deploy defect@v1.2.0 --env production"
            )
        case "migrate" where example.line.contains("weights.safetensors"):
            let model = example.isAboutFashion ? "fashion" : "defect"
            try succeed("migrate export \(model)@v1.2.0 --to safetensors --output weights.safetensors")
        case "retire" where example.line.contains("--undo"):
            try succeed("deploy fashion@v1.2.0 --env production")
            try succeed("retire fashion --keep 1")
        case "bundle" where example.line.contains("apply"):
            try succeed("bundle create \(example.isAboutFashion ? "fashion" : "defect")@v1.1.0 --to capsule")
        case "init": try shell("git init -q --bare remote.git")
        case "clone": try shell("mv .mlops/store.git remote.git")
        case "remote", "push", "pull", "follow":
            try shell("git init -q --bare remote.git")
            guard !example.line.hasPrefix("mlops remote add") else { return }
            try succeed("remote add remote.git -q")
            try succeed("push -q")
            if example.line.contains("--drop") { try succeed("deploy fashion@v1.2.0 --env production --offline -q") }
            if example.line.contains("--leave") {
                try succeed("follow production --directory live --once --name web1 -q")
            }
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
