internal import ModelStore
internal import Serving
internal import Support

/// Answers requests over HTTP: with what an environment runs, with one version, or with models for conformance tests.
package struct Serve: Sendable {
    /// What is served.
    package enum Subject: Sendable {
        /// The name of an environment or of a model, or a version.
        case named(String)
        /// Models that every conformance test knows.
        case fixtures([String])
    }

    package var subject: Subject
    package var host = "127.0.0.1"
    package var port = 8080
    /// The file with the token that callers must bring; `nil` lets everybody in who reaches the server.
    package var tokenFile: String?
    package var adminTokenFile: String?
    /// Whether everybody may call who reaches an address other than the loopback.
    package var allowsEverybody = false
    /// Names of hosts that requests may be for, beside those of the loopback.
    package var allowedHosts: [String] = []
    package var allowsNonFinite = false
    /// Event loops; `nil` for one of each processor.
    package var threads: Int?
    /// The name under which it answers those who deploy; `nil` for that of the machine.
    package var name: String?
    /// The seconds between two looks at the remote.
    package var interval = 2.0
    /// Seconds for which requests are taken yet after it was asked to end.
    package var lingering = 0.0
    /// Seconds that requests may take to finish then.
    package var patience = 30.0
    /// Hears where it listens, once it does.
    package var onListening: @Sendable (_ address: String, _ port: Int) -> Void = { _, _ in }

    package init(_ subject: Subject) { self.subject = subject }

    /// What it has done when it ended.
    package struct Report: Encodable, Sendable {
        package struct Line: Encodable, Sendable {
            package let model: String
            package let version: String
            package let answered: Int
            /// Requests that the server could not answer, though they were fine.
            package let failed: Int
            /// Requests at fault.
            package let refused: Int
        }

        package let address: String
        package let seconds: Double
        package let versions: [Line]
    }

    /// Serves until it is asked to stop.
    ///
    /// Throws ``StoreError``: no store (10), no such model (14), an address that is not the loopback without a token (64), and what
    /// keeps it from listening.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let configuration = try configuration(invocation)
        let server: InferenceServer
        do {
            server = try await InferenceServer(
                configuration,
                at: .host(host, port: port),
                loops: threads,
                millisecondsSince1970: UInt64(max(0, invocation.clock.now().seconds)) * 1000
            )
        } catch {
            throw StoreError(
                .failed,
                "cannot listen at \(host):\(port): \(error)",
                hints: ["name another port: --port 0 takes a free one"]
            )
        }
        let port = server.port ?? port
        let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        onListening(address, port)
        do {
            try await serve(server, address, invocation)
        } catch {
            await server.stop(patience: 1)
            throw error
        }
        let traffic = try await server.traffic()
        await server.stop(lingering: lingering, patience: patience)
        return Report(
            address: address,
            seconds: stopwatch.seconds,
            versions: traffic.map {
                Report.Line(
                    model: $0.model,
                    version: $0.version,
                    answered: Int($0.answered),
                    failed: Int($0.failed),
                    refused: Int($0.refused)
                )
            }
        )
    }

    private func serve(_ server: InferenceServer, _ address: String, _ invocation: Invocation) async throws {
        let place = FollowedServer(server, name: address, allowsNonFinite: allowsNonFinite, invocation)
        switch subject {
        case .fixtures(let names):
            for name in names { try await place.serve(try fixture(name)) }
            try await waitForTheEnd(invocation)
        case .named(let text):
            let (store, _) = try await invocation.openStoreTolerantly()
            let isModel = try text.contains("@") || store.models().contains(text)
            guard isModel else { return try await follow(text, place, server, store, invocation) }
            let record = try await invocation.package(try ModelReference(text), in: store)
            let (version, golden) = try await place.load(VersionReference(record), of: record.model, store)
            if let golden, golden.agree < golden.total {
                invocation.progress.warn(
                    "\(record.title): \(golden.total - golden.agree) of \(golden.total) golden rows give other outputs"
                )
            }
            try await place.serve(
                ModelTable.Entry(model: record.model, routes: [ModelTable.Route(version, percent: 100)])
            )
            invocation.progress.note("serves \(record.title) at \(address)")
            try await waitForTheEnd(invocation)
        }
    }

    private func fixture(_ name: String) throws -> ModelTable.Entry {
        guard let fixture = FixtureModel(rawValue: name) else {
            throw StoreError(
                .usage,
                "no fixture is called `\(name)`",
                hints: ["the fixtures are \(FixtureModel.allCases.map(\.rawValue).joined(separator: " and "))"]
            )
        }
        let version = LoadedVersion(VersionName(model: name, version: "1", digest: ""), fixture, secondsPerRow: 0)
        return ModelTable.Entry(model: name, routes: [ModelTable.Route(version, percent: 100)])
    }

    /// Follows the ledgers of an environment until it is asked to stop.
    private func follow(
        _ environment: String,
        _ place: FollowedServer,
        _ server: InferenceServer,
        _ store: Store,
        _ invocation: Invocation
    ) async throws {
        let name = self.name ?? Names.made(of: Receipt.thisHost)
        try Names.validate(name, as: "a follower")
        try Names.validate(environment, as: "an environment")
        let known = try store.environments()
        if !known.contains(environment) {
            let others = known.isEmpty ? "" : " (environments: \(known.joined(separator: ", ")))"
            invocation.progress.warn(
                "there is no environment `\(environment)` yet\(others); it waits for the first deployment"
            )
        }
        let courier = Courier(invocation: invocation, environment: environment, follower: name, interval: interval)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await courier.run() }
            defer { group.cancelAll() }
            var round = FollowingRound(of: environment, models: [], by: name, at: place, invocation)
            var pilot = RolloutPilot(environment, by: name, invocation)
            var remarks = Remarks(invocation.progress)
            while invocation.cancellation.requestedSignal == nil {
                let results = try await round.follow()
                for result in results { remarks.say(result.model, result.remark) }
                let hopeless = results.filter(\.isHopeless).map { ($0.model, $0.served.problem ?? "") }
                do {
                    try await pilot.look(at: place, Dictionary(hopeless, uniquingKeysWith: { $1 }))
                    remarks.say("rollouts", nil)
                } catch {
                    remarks.say("rollouts", "a rollout cannot be moved now: \(error)")
                }
                if let receipt = try? store.receipt(of: name, in: environment) {
                    try? server.publish(status: JSON.encode(receipt))
                }
                // A candidate that fails one request after the other must not go on for seconds.
                try await round.wait(seconds: place.rollouts.isEmpty ? interval : min(interval, 0.25))
            }
        }
    }

    private func waitForTheEnd(_ invocation: Invocation) async throws {
        while invocation.cancellation.requestedSignal == nil { try await Task.sleep(for: .milliseconds(50)) }
    }

    private func configuration(_ invocation: Invocation) throws -> ServerConfiguration {
        let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(host)
        guard isLoopback || tokenFile != nil || allowsEverybody else {
            throw StoreError(
                .usage,
                "\(host) can be reached from other machines, and no token keeps strangers out",
                hints: ["give callers a token: --token-file FILE", "or let everybody in: --no-auth"]
            )
        }
        var configuration = ServerConfiguration(release: Tool.version)
        configuration.token = try tokenFile.map { try token($0, invocation) }
        configuration.adminToken = try adminTokenFile.map { try token($0, invocation) }
        if isLoopback || !allowedHosts.isEmpty {
            configuration.allowedHosts = Set(
                ["localhost", "127.0.0.1", "[::1]"] + allowedHosts.map { $0.lowercased() }
            )
        }
        return configuration
    }

    /// The secret in a file, without the end of its line.
    private func token(_ path: String, _ invocation: Invocation) throws -> [UInt8] {
        var bytes = try FileSystem.read(invocation.resolve(path), limit: 1 << 16)
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        guard bytes.count >= 16 else {
            throw StoreError(
                .usage,
                "the token in `\(path)` has \(bytes.count) bytes, expected 16 or more",
                hints: ["make one: head -c 32 /dev/urandom | base64 > FILE"]
            )
        }
        return bytes
    }
}
