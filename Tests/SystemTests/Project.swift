import Foundation
import TestSupport
import Testing

/// The built command, run as a person or a CI job runs it.
enum Binary {
    /// Beside the test bundle, where the build puts both.
    static let path: String = {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return ProcessInfo.processInfo.environment["MLOPS_BINARY"] ?? bundle.appending(path: "mlops").path()
    }()

    /// The folder of the command.
    static let folder = URL(filePath: path).deletingLastPathComponent().path()
}

/// Tools of others that judge what we write.
enum Judges {
    static let path = folder("judges")
    static let ofPipelines = folder("pipelines")
    static let areInstalled = FileManager.default.fileExists(atPath: "\(path)/gto")
    private static func folder(_ name: String) -> String {
        URL(filePath: #filePath).appending(path: "../../../.venv/\(name)/bin").standardized.path()
    }

    static let haveTensorBoard = FileManager.default.fileExists(atPath: "\(path)/tensorboard")
}

/// A project in a folder of its own.
final class Project: Sendable {
    let scratch: Scratch

    /// A project from a template, or an empty folder.
    init(template: String? = nil) throws {
        scratch = try Scratch()
        if let template { try succeed("init --template \(template) .") }
    }

    var path: String { scratch.path }

    /// Runs `mlops` with a line of arguments in the project's folder.
    @discardableResult
    func mlops(_ arguments: String, environment: [String: String] = [:]) throws -> Finished {
        let all = ["MLOPS_ACTOR": "anna", "NO_COLOR": "1", "MLOPS_STORE": ""].merging(environment) { _, new in new }
        return try Shell.run("'\(Binary.path)' \(arguments)", in: path, environment: all)
    }

    /// Runs `mlops`, which must end with exit code 0 or one of `others`, and returns its standard output.
    @discardableResult
    func succeed(
        _ arguments: String,
        environment: [String: String] = [:],
        allowing others: [Int32] = []
    ) throws -> String {
        let finished = try mlops(arguments, environment: environment)
        #expect(finished.status == 0 || others.contains(finished.status), "mlops \(arguments)\n\(finished)")
        return finished.output
    }

    /// Runs `mlops` with `--json` and reads the document.
    func json(_ arguments: String) throws -> [String: Any] {
        let output = try succeed("\(arguments) --json")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    /// Runs `mlops`, which must fail with one error line and the given code, and leave nothing on standard output.
    @discardableResult
    func fail(_ arguments: String, with code: Int32, environment: [String: String] = [:]) throws -> String {
        let finished = try mlops(arguments, environment: environment)
        #expect(finished.status == code, "mlops \(arguments)\n\(finished)")
        #expect(finished.output == "")
        #expect(finished.errors.contains("error: "))
        return finished.errors
    }

    /// Runs a line of shell in the project's folder.
    @discardableResult
    func shell(_ line: String) throws -> Finished { try Shell.run(line, in: path) }

    var store: String { "\(path)/.mlops/store.git" }

    /// Git's own opinion of the store.
    func expectCleanStore() throws {
        let check = try Shell.run("git --git-dir '\(store)' fsck --strict --full --no-dangling 2>&1")
        #expect(check.status == 0 && check.output == "", "\(check)")
    }
}
