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
            #expect(try connection.get("/v2/models/simple/stats").text.contains(#""inference_count":1"#) == true)
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

    /// Numbers at the edge of what a machine holds are the caller's fault, and nothing more.
    @Test(arguments: [
        #""shape":[-9223372036854775808],"datatype":"FP32","data":[1]"#,
        #""shape":[9223372036854775807],"datatype":"FP32","data":[1]"#,
        #""shape":[4503599627370496,0],"datatype":"FP32","data":[]"#,
        #""shape":[1],"datatype":"FP32","parameters":{"binary_data_size":-9223372036854775808}"#,
        #""shape":[1],"datatype":"FP32","data":[1e400]"#, #""shape":[1],"datatype":"FP32","data":[NaN]"#,
    ])
    func numbersAtTheEdgeAreRefused(input: String) async throws {
        try await withServer { port, _ in
            let connection = try LoopbackConnection(port: port)
            for model in ["identity", "simple"] {
                let answer = try connection.post(
                    "/v2/models/\(model)/infer",
                    "{\"inputs\":[{\"name\":\"INPUT0\",\(input)}]}"
                )
                // No rows are no error.
                let isEmpty = model == "identity" && input.contains(",0]")
                #expect(answer.status == (isEmpty ? 200 : 400), "\(answer.text)")
            }
        }
    }

    /// Requests that are sent without waiting are answered in order, however many they are and whatever answers first.
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer { port, _ in
            let connection = try LoopbackConnection(port: port)
            let metrics = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let release = "GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n"
            // The first body lets the reading buffer grow, so that the rest comes in few pieces.
            let body = #"{"ready":true}"# + String(repeating: " ", count: 4 << 20)
            connection.send(
                "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            #expect(try connection.read()?.status == 200)
            connection.send(metrics + String(repeating: release, count: 5000) + metrics)
            #expect(try connection.read()?.text.contains("# TYPE") == true)
            for _ in 0..<5000 { #expect(try connection.read()?.text == "1.2.3") }
            #expect(try connection.read()?.text.contains("# TYPE") == true)
        }
    }

    /// Who sends and does not read gets no more answers made than the line holds.
    @Test func whoDoesNotReadWaits() async throws {
        try await withServer { port, server in
            let connection = try LoopbackConnection(port: port, patience: 2)
            let page = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let many = Array(String(repeating: page, count: 2000).utf8)
            // Sooner or later the server reads no more.
            var sent = 0
            while sent < 100, connection.send(many) { sent += 1 }
            #expect(sent < 100)
            #expect(try LoopbackConnection(port: port).post("/v2/models/simple/infer", Self.sum).status == 200)
        }
    }

    @Test func answersReachThoseWhoSendTooMuch() async throws {
        try await withServer { port, _ in
            for (path, length, status) in [("/nowhere", 5 << 20, 404), ("/v2/models/simple/infer", 65 << 20, 413)] {
                let connection = try LoopbackConnection(port: port)
                connection.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n\r\n")
                connection.send([UInt8](repeating: 0x20, count: 5 << 20))
                #expect(try connection.read()?.status == status)
            }
        }
    }

    @Test func oddConnectionsAreServed() async throws {
        try await withServer { port, _ in
            // A caller that offers another protocol is answered in this one, and knows that it was the last answer.
            let upgrading = try LoopbackConnection(port: port)
            let offer = [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABk")]
            let answer = try upgrading.get("/version", headers: offer)
            #expect(answer.status == 200 && answer.headers["connection"] == "close" && upgrading.isClosed())
            // A caller that will send nothing more still waits for its answer.
            let last = try LoopbackConnection(port: port)
            let body = Self.sum
            last.send(
                "POST /v2/models/simple/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            last.finishSending()
            #expect(try last.read()?.status == 200)
            #expect(last.isClosed())
            // The form in which a proxy is asked, the protocol's first version, and a method that the path does not know.
            let address = "http://localhost:\(port)/version?x=1"
            #expect(try LoopbackConnection(port: port).get(address).status == 200)
            let old = try LoopbackConnection(port: port)
            for _ in 0..<2 {
                old.send("GET /v2/health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try old.read()?.headers["connection"] == "keep-alive")
            }
            #expect(try old.ask("PUT", "/v2", body: []).headers["allow"] == "GET, HEAD")
            // A page of somebody else in a browser on this machine.
            let page = try LoopbackConnection(port: port)
            #expect(try page.get("/v2", headers: [("Origin", "http://evil.example")]).status == 403)
            #expect(
                try LoopbackConnection(port: port).get("/v2", headers: [("Origin", "http://localhost:3000")]).status
                    == 200
            )
        }
    }

    /// Large requests are read and answered by threads of their own, and there is an end to how much may come at once.
    @Test func largeRequestsAreAnswered() async throws {
        try await withServer({ $0.limits.bodies = 8 << 20 }) { port, _ in
            let path = "/v2/models/identity/infer"
            func body(_ count: Int, _ shape: Int) -> String {
                let values = (0..<count).map { "\($0 % 1000)" }.joined(separator: ",")
                return #"{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1,\#(shape)],"data":[\#(values)]}]}"#
            }
            let connection = try LoopbackConnection(port: port)
            for _ in 0..<3 {
                let answer = try connection.post(path, body(200_000, 200_000))
                #expect(answer.status == 200)
                let outputs = try #require(try answer.json["outputs"] as? [[String: Any]])
                #expect(outputs[0]["data"] as? [Double] == (0..<200_000).map { Double($0 % 1000) })
            }
            let wrong = try connection.post(path, body(200_000, 200_001))
            #expect(wrong.status == 400 && wrong.text.contains("has 200001 values"), "\(wrong.text.prefix(200))")
            #expect(try connection.get("/metrics").text.contains(#"{model="identity",version="1",code="200"} 3"#))
            // Who brings more than there is room for is told when to come again; who has brought it makes room.
            for _ in 0..<3 {
                let answer = try LoopbackConnection(port: port).post(path, body(3_000_000, 3_000_000))
                #expect(answer.status == 503 && answer.headers["retry-after"] == "1", "\(answer.text.prefix(200))")
            }
            #expect(try connection.post(path, body(1_000_000, 1_000_000)).status == 200)
        }
    }

    /// Callers that never finish do not hold up those who do, and lose their connection.
    @Test func slowCallersHoldNobodyUp() async throws {
        try await withServer({
            $0.limits.bodyPause = 1
            $0.limits.headTime = 1
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
            #expect(try slow[1].read()?.status == 408)
            // It may become a POST or the preface of HTTP/2: nobody waits to hear which.
            let undecided = try LoopbackConnection(port: port)
            undecided.send("P")
            #expect(undecided.isClosed())
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
                try LoopbackConnection(port: port).get("/v2", headers: [("Authorization", "Bearer x")]).status == 401
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
            // Whoever took it out wanted that: the server itself is as ready as before.
            #expect(try status("/v2/health/ready", nil) == 200)
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
