import Foundation
import TestSupport
import Yams

/// What GitLab makes of `.gitlab-ci.yml`.
struct GitLab: PipelineHost {
    let site: PipelineSite
    /// What a job has left for those that need it.
    private let left: URL

    init(_ site: PipelineSite) {
        self.site = site
        left = URL(filePath: site.scratch("left.env"))
    }

    func propose() throws -> Finished { try run("merge_request_event", branch: "better") }
    func merge() throws -> Finished { try run("push", branch: "main") }
    func release() throws -> Finished { try run("push", branch: "main", manual: "production") }
    func rollBack() throws -> Finished {
        try run("push", branch: "main", manual: "rollback", ["REASON": "wrong labels"])
    }

    /// Runs the jobs that an event starts by itself, or one that a person starts.
    private func run(
        _ source: String,
        branch: String,
        manual: String? = nil,
        _ given: [String: String] = [:]
    ) throws -> Finished {
        let pipeline = try site.yaml(".gitlab-ci.yml")
        let workspace = try site.checkout()
        var environment = [
            "GITLAB_CI": "true", "GITLAB_USER_LOGIN": "octocat", "CI_PIPELINE_SOURCE": source, "CI_PIPELINE_ID": "7",
            "CI_COMMIT_BRANCH": branch, "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_SHORT_SHA": "00000000",
            "CI_PROJECT_DIR": workspace,
        ].merging(given.merging(site.variables) { _, new in new }) { _, new in new }
        // What a fork proposes is shown no protected variable.
        if source == "push" { environment.merge(site.secrets) { _, new in new } }
        let jobs = try (pipeline.mapping ?? [:]).filter { key, job in
            guard job["script"] != nil, let rules = job["rules"]?.array() else { return false }
            let rule = try rules.first { rule in
                try holds(rule["if"]?.string ?? "") { name in
                    guard name.hasPrefix("$"), let value = environment[String(name.dropFirst())] else {
                        throw PipelineError("there is no \(name)")
                    }
                    return value
                }
            }
            guard let rule else { return false }
            return rule["when"]?.string == "manual" ? key.string == manual : manual == nil
        }
        guard jobs.count == 1, let job = jobs.first?.value else {
            throw PipelineError("\(jobs.count) jobs for \(source)")
        }
        for (name, text) in job["variables"]?.texts ?? [:] {
            environment[name] = text.replacing("$CI_PROJECT_DIR", with: workspace)
        }
        if job["needs"]?.array().isEmpty == false {
            for line in try String(contentsOf: left, encoding: .utf8).split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                environment[parts[0]] = parts[1]
            }
        }
        let lines = [pipeline["default"]?["before_script"], job["script"]].flatMap { $0?.array() ?? [] }
        let finished = try site.run(
            lines.compactMap(\.string).joined(separator: "\n"),
            in: workspace,
            environment: environment
        )
        if let file = job["artifacts"]?["reports"]?["dotenv"]?.string, finished.status == 0 {
            try Data(contentsOf: URL(filePath: "\(workspace)/\(file)")).write(to: left)
        }
        return Finished(status: finished.status, output: finished.output + finished.errors)
    }
}
