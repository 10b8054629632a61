import Foundation
import Glibc
import TestSupport
import Testing

/// A shared store in a bare repository, and machines that work with it.
final class SharedStore: Sendable {
    let scratch: Scratch

    /// A store that the machine `a` has made and pushed, with a model `m` of `versions` versions.
    init(versions: Int = 1) throws {
        scratch = try Scratch()
        #expect(try Shell.run("git init -q --bare remote.git", in: scratch.path).status == 0)
        let first = try machine("a", cloned: false)
        try first.succeed("init . -q")
        try first.scratch("mlops.yaml", "model: m\nenvironments: {production: {requires: []}}\n")
        for version in 0..<versions { try first.register("\(version)") }
        try first.succeed("environment apply -q")
        try first.succeed("remote add ../remote.git -q")
        try first.succeed("push -q")
    }

    var remote: String { scratch("remote.git") }

    /// A machine of its own: a folder, a home, and a person.
    func machine(_ name: String, cloned: Bool = true) throws -> Machine {
        let machine = Machine(name: name, path: scratch(name))
        try FileManager.default.createDirectory(atPath: "\(machine.path)/home", withIntermediateDirectories: true)
        if cloned { try machine.succeed("clone ../remote.git -q") }
        return machine
    }

    /// Cuts the line: nobody reaches the remote any more.
    func cut() throws { try FileManager.default.moveItem(atPath: remote, toPath: scratch("away.git")) }

    /// Mends the line.
    func mend() throws { try FileManager.default.moveItem(atPath: scratch("away.git"), toPath: remote) }

    /// Gives the remote a hook of its host.
    func hook(_ name: String, _ script: String) throws {
        let path = "\(remote)/hooks/\(name)"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Runs git on the remote.
    @discardableResult
    func git(_ line: String) throws -> Finished { try Shell.run("git --git-dir '\(remote)' \(line)", in: scratch.path) }

    /// Git's own opinion of the remote and of the stores of some machines.
    func expectClean(_ machines: Machine...) throws {
        for store in [remote] + machines.map(\.store) {
            let check = try Shell.run(
                "git --git-dir '\(store)' fsck --strict --full --no-dangling 2>&1 | grep -v 'unborn branch'"
            )
            #expect(check.output == "", "\(store): \(check)")
        }
    }
}

/// A machine that works with a shared store.
struct Machine: Workplace {
    let name: String
    let path: String

    /// Starts `mlops`, which goes on until it is stopped.
    func start(_ arguments: String) throws -> Running { try Running("'\(Binary.path)' \(arguments)", on: self) }

    var environment: [String: String] {
        [
            "MLOPS_ACTOR": name, "NO_COLOR": "1", "MLOPS_STORE": "", "HOME": "\(path)/home", "XDG_DATA_HOME": "",
            "GIT_CONFIG_NOSYSTEM": "1",
        ]
    }

    /// Writes a file.
    func scratch(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    /// Registers a version of `m` that holds `content`.
    @discardableResult
    func register(_ content: String, _ options: String = "") throws -> String {
        try scratch("model.txt", content)
        return try succeed("register model.txt --model m \(options)")
    }

    /// The numbers of the versions of `m`, the highest first.
    func versions() throws -> [String] {
        let models = try json("list --all")["models"] as? [[String: Any]]
        let found = (models?.first?["versions"] as? [[String: Any]])?.compactMap { $0["version"] as? String } ?? []
        return found.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
    }

    /// What `production` runs, as this machine sees it.
    func serving() throws -> String? {
        (try json("status")["environments"] as? [[String: Any]])?.first?["serving"] as? String
    }
}

/// A process that goes on beside the test, on one of its machines.
final class Running {
    private let process = Process()
    private let log: URL
    private let pid: URL

    /// Runs a line of shell that is one program.
    init(_ line: String, on machine: some Workplace) throws {
        let name = "\(machine.path)/running-\(UUID().uuidString)"
        (log, pid) = (URL(filePath: "\(name).log"), URL(filePath: "\(name).pid"))
        _ = FileManager.default.createFile(atPath: log.path(), contents: nil)
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "\(line) & echo $! > '\(pid.path())'; wait $!"]
        process.currentDirectoryURL = URL(filePath: machine.path)
        process.environment = ProcessInfo.processInfo.environment.merging(machine.environment) { _, new in new }
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// What it has printed.
    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Waits until something is so, for half a minute at most.
    func waitFor(_ condition: () throws -> Bool) throws {
        for _ in 0..<150 {
            if try condition() { return }
            Thread.sleep(forTimeInterval: 0.2)
        }
        Issue.record("it never came true; the process has said: \(output)")
    }

    /// Asks it to end, and waits for that.
    func stop() { end(by: [SIGTERM, SIGKILL]) }

    /// Ends it without a word.
    func kill() { end(by: [SIGKILL]) }

    private func end(by signals: [Int32]) {
        guard process.isRunning else { return }
        // Signals are blocked in what is started from here, unless a program says otherwise: ours does.
        for signal in signals {
            if let text = try? String(contentsOf: pid, encoding: .utf8), let number = Int32(text.dropLast()) {
                Glibc.kill(number, signal)
            }
            for _ in 0..<50 where process.isRunning { Thread.sleep(forTimeInterval: 0.1) }
        }
        process.waitUntilExit()
    }

    deinit { stop() }
}
