import Foundation
import TestSupport
import Testing

/// A server that a project has started, on a free port.
final class ServedProject {
    let running: Running
    let port: Int
    /// Its folder is there as long as the server runs.
    private let project: any Workplace

    /// Starts `mlops serve` and waits until it listens; `preparation` is shell for the process before.
    init(_ arguments: String, in project: some Workplace, after preparation: String = "true") throws {
        running = try Running("\(preparation); '\(Binary.path)' serve \(arguments) --port 0", on: project)
        self.project = project
        var port: Int?
        let running = running
        try running.waitFor {
            port = running.output.firstMatch(of: /listens at https?:\/\/[0-9.]+:(\d+)/).flatMap { Int($0.1) }
            return port != nil
        }
        self.port = try #require(port)
    }

    func connect() throws -> LoopbackConnection { try LoopbackConnection(port: port) }

    /// Waits until every model has a version that answers.
    func waitUntilReady() throws {
        try running.waitFor { try self.connect().get("/v2/health/ready").status == 200 }
    }
}

/// Callers that ask a server again and again, and remember what they got.
final class Load: @unchecked Sendable {
    private let lock = NSLock()
    private var isOver = false
    private var answers: [(version: String, body: String)] = []
    private var failures: [String] = []
    private var threads: [Thread] = []
    private let done = DispatchSemaphore(value: 0)
    private let count: Int

    /// Begins to ask over so many connections, with one body after the other.
    init(
        _ served: ServedProject,
        connections count: Int = 4,
        path: String,
        bodies: [String],
        type: String = "application/json"
    ) throws {
        self.count = count
        for _ in 0..<count {
            let connection = try served.connect()
            let thread = Thread { [self] in
                var next = 0
                while !lock.withLock({ isOver }) {
                    do {
                        let body = Array(bodies[next % bodies.count].utf8)
                        next += 1
                        let answer = try connection.ask("POST", path, headers: [("Content-Type", type)], body: body)
                        let version = answer.headers["mlops-model-version"] ?? ""
                        lock.withLock {
                            if answer.status == 200 {
                                answers.append((version, answer.text))
                            } else {
                                failures.append("\(answer.status): \(answer.text)")
                            }
                        }
                    } catch {
                        lock.withLock { failures.append("\(error)") }
                        break
                    }
                }
                done.signal()
            }
            threads.append(thread)
            thread.start()
        }
    }

    /// Ends it, and gives what came back.
    func end() -> (answers: [(version: String, body: String)], failures: [String]) {
        lock.withLock { isOver = true }
        for _ in 0..<count { done.wait() }
        return lock.withLock { (answers, failures) }
    }
}
