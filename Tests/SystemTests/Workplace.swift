import Foundation
import TestSupport
import Testing

/// A folder in which somebody types commands.
protocol Workplace: Sendable {
    /// Who works there.
    var name: String { get }
    /// The folder.
    var path: String { get }
    /// What the commands find in their environment, besides that of the tests.
    var environment: [String: String] { get }
}

extension Workplace {
    var store: String { "\(path)/.mlops/store.git" }

    /// Runs a line of shell.
    @discardableResult
    func shell(_ line: String, environment: [String: String] = [:]) throws -> Finished {
        try Shell.run(line, in: path, environment: self.environment.merging(environment) { _, new in new })
    }

    /// Runs `mlops` with a line of arguments.
    @discardableResult
    func mlops(_ arguments: String, environment: [String: String] = [:]) throws -> Finished {
        try shell("'\(Binary.path)' \(arguments)", environment: environment)
    }

    /// Runs `mlops`, which must end with exit code 0 or one of `others`, and returns its standard output.
    @discardableResult
    func succeed(
        _ arguments: String,
        environment: [String: String] = [:],
        allowing others: [Int32] = []
    ) throws -> String {
        let finished = try mlops(arguments, environment: environment)
        #expect(finished.status == 0 || others.contains(finished.status), "\(name): mlops \(arguments)\n\(finished)")
        return finished.output
    }

    /// Runs `mlops`, which must fail with a code and say why, and leave nothing on standard output; returns what it says.
    @discardableResult
    func fail(_ arguments: String, with code: Int32, environment: [String: String] = [:]) throws -> String {
        let finished = try mlops(arguments, environment: environment)
        #expect(finished.status == code, "\(name): mlops \(arguments)\n\(finished)")
        #expect(
            finished.output == "" && finished.errors.contains("error: "),
            "\(name): mlops \(arguments)\n\(finished)"
        )
        return finished.errors
    }

    /// Runs `mlops` with `--json` and reads the document.
    func json(_ arguments: String) throws -> [String: Any] {
        let output = try succeed("\(arguments) --json")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}
