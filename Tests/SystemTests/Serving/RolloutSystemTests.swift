import Foundation
import TestSupport
import Testing

/// Candidates beside the version that serves, on a server with callers.
@Suite(.timeLimit(.minutes(60)))
struct RolloutSystemTests {
    /// A project whose production is real in servers only, with two versions that are alike and one that knows nothing.
    private func project() throws -> Project {
        let project = try Project(template: "tabular")
        try project.shell(
            "sed -i '/^environments:/,$d' mlops.yaml && echo 'environments: {production: {}}' >> mlops.yaml"
        )
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        try project.succeed(
            "train -q --set training.epochs=1 --set training.optimizer.adam.learning_rate=0.00001",
            allowing: [3]
        )
        try project.succeed("register --run 3")
        try project.succeed("deploy penguins@v1.0.0 --env production")
        return project
    }

    /// Requests for rows from all over the table, as MLflow's clients send them.
    private func bodies(_ project: Project) throws -> [String] {
        let lines = try project.shell("cat penguins.csv").output.split(separator: "\n").map(String.init)
        let rows = stride(from: 1, to: lines.count, by: 7).map { lines[$0] }
        return rows.map { "\(lines[0])\n\($0)\n" }
    }

    private func kinds(_ project: Project) throws -> [(kind: String, actor: String, reason: String)] {
        let document = try project.json("history production")
        let model = try #require((document["models"] as? [[String: Any]])?.first)
        return (model["deployments"] as? [[String: Any]] ?? []).map {
            ($0["kind"] as? String ?? "", $0["actor"] as? String ?? "", $0["reason"] as? String ?? "")
        }
    }

    @Test func aBadCanaryIsTakenBackByItself() throws {
        let project = try project()
        let served = try ServedProject("production --name web1", in: project)
        try served.waitUntilReady()
        let load = try Load(served, path: "/invocations", bodies: bodies(project), type: "text/csv")
        let deployed = try project.succeed(
            "deploy penguins@v1.1.0 --env production --strategy canary --steps 30,100 --step-time 1s --min-requests 50"
        )
        #expect(deployed.contains("v1.1.0 beside v1.0.0, canary at 30 %"), "\(deployed)")
        // Who deploys meanwhile is told that somebody else is at it.
        try project.fail("deploy penguins@v1.0.1 --env production", with: 13)
        try served.running.waitFor { try kinds(project).first?.kind == "abort" }
        let end = try #require(try kinds(project).first)
        #expect(end.actor == "web1" && end.reason.contains("other classes are answered"), "\(end)")
        try project.fail("deploy penguins@v1.1.0 --env production", with: 15)
        try served.running.waitFor {
            try served.connect().get("/v1/models/penguins/labels/canary").status == 404
        }
        let (answers, failures) = load.end()
        #expect(failures == [])
        #expect(Set(answers.map(\.version)) == ["penguins@v1.0.0", "penguins@v1.1.0"])
        let status = try project.succeed("status production")
        #expect(status.contains("held: v1.1.0 (web1:") && !status.contains("canary"), "\(status)")
    }

    @Test func aGoodCanaryTakesOver() throws {
        let project = try project()
        let served = try ServedProject("production --name web1", in: project)
        try served.waitUntilReady()
        let load = try Load(served, path: "/invocations", bodies: bodies(project), type: "text/csv")
        try project.succeed(
            "deploy penguins@v1.0.1 --env production --strategy canary --steps 20,60,100 --step-time 1s --min-requests 50"
        )
        try served.running.waitFor { try kinds(project).first?.kind == "promote" }
        #expect(try kinds(project).prefix(3).map(\.kind) == ["promote", "step", "deploy"])
        #expect(load.end().failures == [])
        #expect(try project.succeed("status production").contains("penguins v1.0.1"))
        #expect(try project.succeed("rollback production").contains("v1.0.1 -> v1.0.0"))
    }

    /// A caller with a key is dealt to the same version as long as its share does not shrink.
    @Test func aKeySticksToItsVersion() throws {
        let project = try project()
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        try project.succeed("deploy penguins@v1.0.1 --env production --strategy canary --steps 50,100 --step-time 1h")
        let body = try #require(try bodies(project).first)
        let connection = try served.connect()
        func version(_ key: String) throws -> String? {
            try connection.ask(
                "POST",
                "/invocations",
                headers: [("Content-Type", "text/csv"), ("X-Routing-Key", key)],
                body: Array(body.utf8)
            )
            .headers["mlops-model-version"]
        }
        let first = try (0..<40).map { try version("customer \($0)") }
        #expect(Set(first).count == 2)
        #expect(try (0..<40).map { try version("customer \($0)") } == first)
        let promoted = try project.succeed("promote production --reason 'looked at it'")
        #expect(promoted.contains("v1.0.0 -> v1.0.1"))
        #expect(Set(try (0..<40).map { try version("customer \($0)") }) == ["penguins@v1.0.1"])
        try project.fail("promote production", with: 15)
        try project.fail("abort production", with: 15)
    }

    /// A shadow answers nobody, and is compared; a rollback takes it back.
    @Test func aShadowAnswersNobody() throws {
        let project = try project()
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        let load = try Load(served, path: "/invocations", bodies: bodies(project), type: "text/csv")
        try project.succeed("deploy penguins@v1.1.0 --env production --strategy shadow --step-time 1h")
        try served.running.waitFor {
            try served.connect().get("/metrics").text.contains(
                /mlops_shadow_disagreements_total\{model="penguins",version="v1\.1\.0"\} [1-9]/
            )
        }
        let status = try project.succeed("status production")
        #expect(
            status.contains("shadow: v1.1.0") && status.contains("back with: mlops rollback production"),
            "\(status)"
        )
        let back = try project.succeed("rollback production")
        #expect(back.contains("held: v1.1.0"), "\(back)")
        let (answers, failures) = load.end()
        #expect(failures == [] && Set(answers.map(\.version)) == ["penguins@v1.0.0"])
    }

    @Test func aBlueGreenCandidateWaitsInMemory() throws {
        let project = try project()
        let served = try ServedProject("production", in: project)
        try served.waitUntilReady()
        try project.succeed("deploy penguins@v1.0.1 --env production --strategy blue_green")
        let body = Array(try #require(try bodies(project).first).utf8)
        func version() throws -> String? {
            try served.connect().ask("POST", "/invocations", headers: [("Content-Type", "text/csv")], body: body)
                .headers["mlops-model-version"]
        }
        #expect(try version() == "penguins@v1.0.0")
        #expect(try served.connect().get("/v2/models/penguins/versions/v1.0.1/ready").status == 200)
        try project.succeed("promote production")
        #expect(try version() == "penguins@v1.0.1")
    }

    /// Where nothing can share traffic out, a version comes at once, and the report says why.
    @Test func directoriesGetVersionsAtOnce() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("train -q --set training.seed=7")
        let first = try project.succeed("deploy penguins@v1.0.0 --env production --strategy canary")
        #expect(first.contains("all traffic at once: no other version has it yet"), "\(first)")
        let second = try project.succeed("deploy penguins@v1.0.1 --env production --strategy canary")
        #expect(second.contains("all traffic at once: a directory holds one version at a time"), "\(second)")
        #expect(second.contains("v1.0.0 -> v1.0.1"))
    }
}
