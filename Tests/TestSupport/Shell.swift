import Foundation

/// A program that was run to its end.
package struct Finished: Sendable, CustomStringConvertible {
    package let status: Int32
    package let output: String
    package let errors: String

    package init(status: Int32, output: String, errors: String = "") {
        self.status = status
        self.output = output
        self.errors = errors
    }

    package var description: String { "exit \(status)\n\(output)\(errors)" }
}

/// Runs programs from outside: the judges of what we write.
package enum Shell {
    /// Runs a line of bash in `directory` and returns what it printed.
    ///
    /// Both pipes are drained while it runs, so that it cannot block.
    package static func run(
        _ line: String,
        in directory: String = "/",
        environment: [String: String] = [:]
    ) throws -> Finished {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        // Bash stays, whatever the line ends with: programs such as ssh close what Foundation waits at for their end.
        process.arguments = ["-c", "set -o pipefail; \(line)\nexit $?"]
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let files = (0..<2).map { _ in
            FileManager.default.temporaryDirectory.appending(path: "mlops-shell-\(UUID().uuidString)")
        }
        for file in files { _ = FileManager.default.createFile(atPath: file.path(), contents: nil) }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Finished(
            status: process.terminationReason == .uncaughtSignal
                ? 128 + process.terminationStatus : process.terminationStatus,
            output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
        )
    }
}
