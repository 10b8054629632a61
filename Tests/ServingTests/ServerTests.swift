import Foundation
import Serving
import TestSupport
import Testing

/// A server with the fixtures, on a free port.
private func withServer(
    _ change: (inout ServerConfiguration) -> Void = { _ in },
    body: (_ port: Int, _ server: InferenceServer) async throws -> Void
) async throws {
    var configuration = ServerConfiguration(release: "1.2.3")
    configuration.allowedHosts = ["localhost"]
    change(&configuration)
    let server = try await InferenceServer(
        configuration,
        at: .host("127.0.0.1", port: 0),
        loops: 2,
        millisecondsSince1970: 0
    )
    try await server.publish(
        ModelTable(
            FixtureModel.allCases.map { fixture in
                let name = VersionName(model: fixture.rawValue, version: "1", digest: "")
                let version = LoadedVersion(name, fixture, secondsPerRow: 0)
                return ModelTable.Entry(model: fixture.rawValue, routes: [ModelTable.Route(version, percent: 100)])
            }
        )
    )
    let port = try #require(server.port)
    do {
        try await body(port, server)
    } catch {
        await server.stop(patience: 1)
        throw error
    }
    await server.stop(patience: 1)
}

@Suite(.timeLimit(.minutes(60)))
struct ServerTests {
    static let sum = """
        {"id":"7","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"INT32","data":[\((0..<16).map { "\($0)" }.joined(separator: ","))]},\
        {"name":"INPUT1","shape":[1,16],"datatype":"INT32","data":[\((0..<16).map { _ in "1" }.joined(separator: ","))]}]}
        """

    @Test func theProtocolIsAnswered() async throws {
        try await withServer { port, _ in
            let connection = try LoopbackConnection(port: port)
            #expect(try connection.get("/v2/health/live").text == #"{"live":true}"#)
            #expect(try connection.get("/v2/health/ready").text == #"{"live":true,"ready":true}"#)
            #expect(try connection.get("/v2").json["version"] as? String == "1.2.3")
            let metadata = try connection.get("/v2/models/simple").json
            #expect(
                (metadata["inputs"] as? [[String: Any]])?.count == 2
                    && metadata["platform"] as? String == "mlops_fixture"
            )
            #expect(try connection.get("/v2/models/simple/versions/1/ready").status == 200)
            let answer = try connection.post("/v2/models/simple/infer", Self.sum)
            #expect(answer.status == 200 && answer.headers["mlops-model-version"] == "simple@1")
            let outputs = try #require(try answer.json["outputs"] as? [[String: Any]])
            #expect(outputs[0]["data"] as? [Int] == Array(1...16) && outputs[1]["data"] as? [Int] == Array(-1..<15))
            #expect(try answer.json["id"] as? String == "7" && answer.json["model_name"] as? String == "simple")
            #expect(try connection.ask("POST", "/v2/repository/index", body: []).text.contains(#""state":"READY""#))
            #expect(try connection.get("/v2/models/simple/stats").text.contains(#""inference_count":0"#) == true)
            #expect(
                try connection.get("/metrics").text.contains(
                    #"mlops_requests_total{model="simple",version="1",code="200"} 1"#
                )
            )
            #expect(try connection.get("/", headers: [("Accept", "text/html")]).text.contains("<h2>simple</h2>"))
            #expect(try connection.get("/").text == #"{"status":"alive"}"#)
            #expect(try connection.ask("HEAD", "/v2").body == [])
            #expect(try connection.get("/v1/models").text == #"{"models":["identity","simple"]}"#)
            #expect(
                try connection.post("/v1/models/identity:predict", #"{"instances":[[1,2],[3,4.5]]}"#).text
                    == #"{"predictions":[[1.0,2.0],[3.0,4.5]]}"#
            )
        }
    }

    @Test(arguments: [
        ("POST", "/v2/models/none/infer", sum, 404), ("POST", "/v2/models/simple/versions/2/infer", sum, 404),
        ("POST", "/v2/models/simple/infer", "{", 400), ("POST", "/v2/models/simple/infer", "", 400),
        ("GET", "/v2/models/simple/infer", "", 405), ("GET", "/none", "", 404),
        ("GET", "/v2/models/..%2f..%2fetc", "", 404),
        ("GET", "/v2/models/a%00b", "", 404), ("GET", "/v2/models/%zz", "", 400),
        ("POST", "/v2/repository/models/simple/unload", "", 403),
        ("POST", "/invocations", "{}", 400), ("DELETE", "/v2", "", 405),
        ("POST", "/v1/models/simple:classify", "{}", 404),
        ("GET", "/v1/models/simple/labels/none", "", 404), ("GET", "/v2/models/simple/versions/", "", 404),
    ])
    func whatIsWrongIsSaid(method: String, path: String, body: String, status: Int) async throws {
        try await withServer { port, _ in
            let answer = try LoopbackConnection(port: port).ask(method, path, body: Array(body.utf8))
            #expect(answer.status == status, "\(answer.text)")
            let said = try answer.json
            #expect(said["error"] is String || said["error_code"] is String, "\(answer.text)")
        }
    }

    /// Requests that would harm a server that trusts them: each gets an answer or a closed door, and the next caller is served.
    @Test func hostileRequestsHarmNobody() async throws {
        try await withServer({ $0.limits.body = 1 << 20 }) { port, _ in
            let requests: [String] = [
                "GET / HTTP/9.9\r\n\r\n", "nonsense\r\n\r\n", "GET /\u{0} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: "A: b\r\n", count: 200) + "\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nA: \(String(repeating: "b", count: 60_000))\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            ]
            for request in requests {
                let connection = try LoopbackConnection(port: port)
                connection.send(request)
                let answer = try connection.read()
                #expect(
                    answer.map { (400..<500).contains($0.status) } ?? true,
                    "\(request.prefix(80)): \(String(describing: answer))"
                )
                #expect(connection.isClosed(), "\(request.prefix(80))")
            }
            // A body in more pieces than anybody needs.
            let chunked = try LoopbackConnection(port: port)
            chunked.send(
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            let piece = Array(String(repeating: "1\r\na\r\n", count: 10_000).utf8)
            for _ in 0..<10 where !chunked.send(piece) { break }
            #expect(try chunked.read()?.status == 413)
            #expect(try LoopbackConnection(port: port).post("/v2/models/simple/infer", Self.sum).status == 200)
        }
    }

    /// Callers that never finish do not hold up those who do, and lose their connection.
    @Test func slowCallersHoldNobodyUp() async throws {
        try await withServer({
            $0.limits.bodyPause = 1
            $0.limits.idleTime = 2
        }) { port, _ in
            let slow = try (0..<60).map { index in
                let connection = try LoopbackConnection(port: port)
                connection.send(
                    index.isMultiple(of: 2)
                        ? "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"
                        : "GET /v2 HTTP/1.1\r\nHos"
                )
                return connection
            }
            #expect(try LoopbackConnection(port: port).post("/v2/models/simple/infer", Self.sum).status == 200)
            #expect(try slow[0].read()?.status == 408)
            for connection in slow.dropFirst() { while !connection.isClosed() {} }
        }
    }

    @Test func tokensKeepStrangersOut() async throws {
        try await withServer({
            $0.token = Array("let me in, I am a friend".utf8)
            $0.adminToken = Array("I may load and unload it".utf8)
        }) { port, _ in
            let connection = try LoopbackConnection(port: port)
            func status(_ path: String, _ token: String?, post: Bool = false) throws -> Int {
                let headers = token.map { [("Authorization", "Bearer \($0)")] } ?? []
                return try post
                    ? connection.ask("POST", path, headers: headers, body: []).status
                    : connection.get(path, headers: headers).status
            }
            #expect(try status("/v2/health/ready", nil) == 200)
            #expect(try LoopbackConnection(port: port).get("/v2").status == 401)
            #expect(
                try LoopbackConnection(port: port).get("/v2", headers: [("Authorization", "Bearer x")]).status == 403
            )
            #expect(try status("/v2", "let me in, I am a friend") == 200)
            #expect(try status("/v2", "I may load and unload it") == 200)
            let unload = "/v2/repository/models/simple/unload"
            #expect(
                try LoopbackConnection(port: port).ask(
                    "POST",
                    unload,
                    headers: [("Authorization", "Bearer let me in, I am a friend")],
                    body: []
                ).status == 403
            )
            #expect(try status(unload, "I may load and unload it", post: true) == 200)
            #expect(try status("/v2/health/ready", nil) == 503)
            #expect(try status("/v2/models/simple/ready", "let me in, I am a friend") == 503)
            #expect(try status("/v2/repository/models/simple/load", "I may load and unload it", post: true) == 200)
            #expect(try status("/v2/health/ready", nil) == 200)
        }
    }

    /// What was accepted is answered, and then nobody is let in.
    @Test func theEndIsOrderly() async throws {
        try await withServer { port, server in
            let busy = try LoopbackConnection(port: port)
            let body = Array(Self.sum.utf8)
            busy.send(
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n"
            )
            busy.send(Array(body.prefix(20)))
            try await Task.sleep(for: .milliseconds(200))
            let end = Task { await server.stop(patience: 10) }
            try await Task.sleep(for: .milliseconds(200))
            busy.send(Array(body.dropFirst(20)))
            let answer = try busy.read()
            #expect(answer?.status == 200 && answer?.headers["connection"] == "close")
            await end.value
            #expect(throws: LoopbackConnection.Trouble.self) { try LoopbackConnection(port: port) }
        }
    }
}
