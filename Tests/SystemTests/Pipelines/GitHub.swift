import Foundation
import TestSupport
import Yams

/// What GitHub Actions makes of `.github/workflows/mlops.yml`.
struct GitHub: PipelineHost {
    let site: PipelineSite

    init(_ site: PipelineSite) { self.site = site }

    func propose() throws -> Finished { try run("pull_request") }
    func merge() throws -> Finished { try run("push") }
    func release() throws -> Finished {
        try run("workflow_dispatch", ["action": "deploy", "environment": "production", "version": "staging"])
    }
    func rollBack() throws -> Finished {
        try run("workflow_dispatch", ["action": "rollback", "environment": "production", "reason": "wrong labels"])
    }

    /// Runs the one job of an event.
    private func run(_ event: String, _ inputs: [String: String] = [:]) throws -> Finished {
        let workflow = try site.yaml(".github/workflows/mlops.yml")
        // YAML takes the key `on` for a truth value.
        guard let events = (workflow.mapping?["on"] ?? workflow.mapping?["true"])?.mapping, events[Node(event)] != nil,
            let jobs = workflow["jobs"]?.mapping
        else { throw PipelineError("the workflow does not hear of \(event)") }
        let known = events["workflow_dispatch"]?["inputs"]?.mapping
        for name in inputs.keys where known?[Node(name)] == nil { throw PipelineError("there is no input \(name)") }
        var job = Job(site: site, workspace: try site.checkout(), event: event, inputs: inputs)
        try job.enter(workflow["env"], as: \.workflow)
        let chosen = try jobs.values.filter { try holds($0["if"]?.string ?? "1 == 1", job.value) }
        guard chosen.count == 1 else { throw PipelineError("\(chosen.count) jobs for \(event) \(inputs)") }
        try job.enter(chosen[0]["env"], as: \.job)
        guard let steps = chosen[0]["steps"]?.array() else { throw PipelineError("a job without steps") }
        return try job.run(steps)
    }

    /// A job on its way.
    private struct Job {
        let site: PipelineSite
        let workspace: String
        let event: String
        let inputs: [String: String]
        var workflow: [String: String] = [:]
        var job: [String: String] = [:]
        /// The inputs of the action that is run, within one.
        var ofAction: [String: String]?
        var outputs: [String: String] = [:]

        private var temporary: String { "\(workspace)/../temporary" }

        mutating func enter(_ node: Node?, as part: WritableKeyPath<Job, [String: String]>) throws {
            for (name, text) in node?.texts ?? [:] { self[keyPath: part][name] = try expanded(text) }
        }

        /// What stands for a name between `${{` and `}}`.
        func value(_ name: String) throws -> String {
            switch name {
            case "1": return "1"
            case "github.event_name": return event
            case "github.workspace": return workspace
            default: break
            }
            if let name = name.trimmed("inputs.") { return (ofAction ?? inputs)[name] ?? "" }
            if let name = name.trimmed("vars.") { return site.variables[name] ?? "" }
            // What a fork proposes is shown no secret.
            if let name = name.trimmed("secrets.") { return event == "pull_request" ? "" : site.secrets[name] ?? "" }
            if let name = name.trimmed("env.") { return job[name] ?? workflow[name] ?? "" }
            if let name = name.trimmed("steps.") { return outputs[name] ?? "" }
            throw PipelineError("there is no `\(name)`")
        }

        private func expanded(_ text: String) throws -> String {
            var (result, rest) = ("", text[...])
            while let start = rest.range(of: "${{"), let end = rest.range(of: "}}") {
                result += rest[..<start.lowerBound]
                result += try value(
                    rest[start.upperBound..<end.lowerBound].trimmingCharacters(in: .whitespaces)
                )
                rest = rest[end.upperBound...]
            }
            return result + rest
        }

        mutating func run(_ steps: [Node]) throws -> Finished {
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            var output = ""
            for step in steps {
                let finished = try run(step)
                output += finished.output + finished.errors
                if finished.status != 0 { return Finished(status: finished.status, output: output) }
            }
            return Finished(status: 0, output: output)
        }

        private mutating func run(_ step: Node) throws -> Finished {
            if let action = step["uses"]?.string {
                if action.hasPrefix("actions/checkout@") { return Finished(status: 0, output: "") }
                guard action.hasPrefix("./") else { throw PipelineError("\(action) is somebody else's") }
                let description = try site.yaml("\(action)/action.yml")
                guard let steps = description["runs"]?["steps"]?.array() else { throw PipelineError("\(action)") }
                var within = self
                within.ofAction = try (step["with"]?.texts ?? [:]).mapValues(expanded)
                return try within.run(steps)
            }
            guard let script = step["run"]?.string else { throw PipelineError("a step that does nothing") }
            guard !script.contains("${{") else { throw PipelineError("an expression in a script: \(script)") }
            var environment = workflow.merging(job) { _, new in new }
            for (name, text) in step["env"]?.texts ?? [:] { environment[name] = try expanded(text) }
            let said = "\(temporary)/output-\(UUID().uuidString)"
            try Data().write(to: URL(filePath: said))
            environment.merge([
                "GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "octocat", "GITHUB_SHA": String(repeating: "0", count: 40),
                "GITHUB_RUN_ID": "7", "GITHUB_WORKSPACE": workspace, "GITHUB_OUTPUT": said,
                "GITHUB_PATH": "\(temporary)/path", "RUNNER_TEMP": temporary,
            ]) { _, new in new }
            let added = (try? String(contentsOfFile: "\(temporary)/path", encoding: .utf8)) ?? ""
            let finished = try site.run(
                added.split(separator: "\n").map { "PATH='\($0)':$PATH\n" }.joined() + script,
                in: workspace,
                environment: environment
            )
            for line in try String(contentsOfFile: said, encoding: .utf8).split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let id = step["id"]?.string else { throw PipelineError("an output `\(line)`") }
                outputs["\(id).outputs.\(parts[0])"] = parts[1]
            }
            return finished
        }
    }
}

extension String {
    fileprivate func trimmed(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
