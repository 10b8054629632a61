internal import ModelStore
internal import Monitoring
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
    /// The file with the server's certificates, for TLS; `nil` for plain connections.
    package var certificateFile: String?
    /// The file with its private key.
    package var keyFile: String?
    /// The file with the certificates of those who sign callers' certificates; callers without one are not let in then.
    package var authoritiesFile: String?
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
    /// How what was asked and answered is written down; `nil` where it is not.
    package var recording: Recording? = Recording()
    /// Hears where it listens, once it does.
    package var onListening: @Sendable (_ address: String, _ port: Int) -> Void = { _, _ in }

    /// How predictions are recorded.
    package struct Recording: Sendable {
        /// The database; `nil` for the usual place beside the store.
        package var file: String?
        /// How many requests of a second are recorded whole, for each event loop; of more a fair sample is.
        package var requestsPerSecond = 100
        package var bytes = 1_000_000_000
        package var days = 30.0

        package init() {}
    }

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
        let certificates = try certificateFiles(invocation)
        let configuration = try configuration(invocation, certificates?.read())
        let manager = ServiceManager(invocation.environment)
        let server: InferenceServer
        do {
            server = try await InferenceServer(
                configuration,
                at: manager.listeners.first.map { .descriptor($0) } ?? .host(host, port: port),
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
        let address = "\(certificates == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        onListening(address, port)
        let recorder: PredictionRecorder?
        do {
            recorder = try await serve(server, address, Upkeep(manager, certificates, server), invocation)
        } catch {
            await server.stop(patience: 1)
            throw error
        }
        manager.tell(.stopping)
        await server.drain(lingering: lingering, patience: patience)
        await recorder?.write()
        let traffic = (try? await server.traffic()) ?? []
        await server.close()
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

    /// Serves until it is asked to stop; gives who records, with what is yet to be written.
    private func serve(
        _ server: InferenceServer,
        _ address: String,
        _ upkeep: Upkeep,
        _ invocation: Invocation
    ) async throws -> PredictionRecorder? {
        switch subject {
        case .fixtures(let names):
            let place = place(server, address, nil, invocation)
            for name in names { try await place.serve(try fixture(name)) }
            try await waitForTheEnd(upkeep, invocation)
            return nil
        case .named(let text):
            let (store, _) = try await invocation.openStoreTolerantly()
            let isModel = try text.contains("@") || store.models().contains(text)
            let record = isModel ? try await invocation.package(try ModelReference(text), in: store) : nil
            let recorder = recorder(server, of: record?.model ?? text, store, invocation)
            let recording = Task { await recorder?.run() }
            defer { recording.cancel() }
            let place = place(server, address, recorder, invocation)
            if let record {
                try await serve(record, place, store, invocation)
                invocation.progress.note("serves \(record.title) at \(address)")
                try await waitForTheEnd(upkeep, invocation)
            } else {
                try await follow(text, place, server, store, upkeep, invocation)
            }
            return recorder
        }
    }

    private func place(
        _ server: InferenceServer,
        _ address: String,
        _ recorder: PredictionRecorder?,
        _ invocation: Invocation
    ) -> FollowedServer {
        FollowedServer(server, name: address, allowsNonFinite: allowsNonFinite, recorder, invocation)
    }

    /// Serves one version, whatever environments say.
    private func serve(
        _ record: VersionRecord,
        _ place: FollowedServer,
        _ store: Store,
        _ invocation: Invocation
    ) async throws {
        let (version, golden) = try await place.load(VersionReference(record), of: record.model, store)
        if let golden, golden.agree < golden.total {
            invocation.progress.warn(
                "\(record.title): \(golden.total - golden.agree) of \(golden.total) golden rows give other outputs"
            )
        }
        try await place.serve(
            ModelTable.Entry(model: record.model, routes: [ModelTable.Route(version, percent: 100)])
        )
    }

    /// Who writes down what is asked and answered; `nil` where nobody does, or can: that keeps nobody from answering.
    private func recorder(
        _ server: InferenceServer,
        of name: String,
        _ store: Store,
        _ invocation: Invocation
    ) -> PredictionRecorder? {
        guard let recording else { return nil }
        var limits = PredictionLog.Limits()
        limits.bytes = recording.bytes
        limits.seconds = recording.days * 86_400
        do {
            let path = recording.file.map(invocation.resolve) ?? store.predictionLog(of: name)
            return PredictionRecorder(server, try PredictionLog(at: path, limits: limits), invocation)
        } catch {
            invocation.progress.warn("\(error); requests are answered, and not recorded")
            return nil
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
        _ upkeep: Upkeep,
        _ invocation: Invocation
    ) async throws {
        var upkeep = upkeep
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
                upkeep.look()
                // A candidate that fails one request after the other must not go on for seconds.
                try await round.wait(seconds: place.rollouts.isEmpty ? interval : min(interval, 0.25))
            }
        }
    }

    private func waitForTheEnd(_ upkeep: Upkeep, _ invocation: Invocation) async throws {
        var upkeep = upkeep
        while invocation.cancellation.requestedSignal == nil {
            upkeep.look()
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func certificateFiles(_ invocation: Invocation) throws -> CertificateFiles? {
        guard let certificateFile, let keyFile else { return nil }
        return CertificateFiles(
            certificate: invocation.resolve(certificateFile),
            key: invocation.resolve(keyFile),
            authorities: authoritiesFile.map(invocation.resolve)
        )
    }

    private func configuration(
        _ invocation: Invocation,
        _ security: TransportSecurity?
    ) throws -> ServerConfiguration {
        let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(host)
        guard isLoopback || tokenFile != nil || authoritiesFile != nil || allowsEverybody else {
            throw StoreError(
                .usage,
                "\(host) can be reached from other machines, and no token keeps strangers out",
                hints: ["give callers a token: --token-file FILE", "or let everybody in: --no-auth"]
            )
        }
        var configuration = ServerConfiguration(release: Tool.version)
        if case .named = subject { configuration.recordedRequests = recording?.requestsPerSecond ?? 0 }
        configuration.security = security
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
