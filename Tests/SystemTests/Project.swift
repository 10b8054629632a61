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
    static let ofServers = folder("clients")
    static let areInstalled = FileManager.default.fileExists(atPath: "\(path)/gto")
    private static func folder(_ name: String) -> String {
        URL(filePath: #filePath).appending(path: "../../../.venv/\(name)/bin").standardized.path()
    }

    static let haveTensorBoard = FileManager.default.fileExists(atPath: "\(path)/tensorboard")
}

/// A project in a folder of its own.
final class Project: Workplace {
    let scratch: Scratch
    let name = "anna"

    /// A project from a template, or an empty folder.
    init(template: String? = nil) throws {
        scratch = try Scratch()
        if let template { try succeed("init --template \(template) .") }
    }

    var path: String { scratch.path }
    var environment: [String: String] { ["MLOPS_ACTOR": name, "NO_COLOR": "1", "MLOPS_STORE": ""] }

    /// Git's own opinion of the store.
    func expectCleanStore() throws {
        let check = try Shell.run("git --git-dir '\(store)' fsck --strict --full --no-dangling 2>&1")
        #expect(check.status == 0 && check.output == "", "\(check)")
    }
}
