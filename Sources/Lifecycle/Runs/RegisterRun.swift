internal import Inference
internal import ModelPackage
package import ModelStore
internal import ProjectFile
internal import Support

/// Makes a version out of a finished run.
package struct RegisterRun: Sendable {
    package var number: Int
    package var parent: VersionNumber?
    package var dryRun = false

    package init(number: Int) { self.number = number }

    /// Throws ``StoreError``: no such run (14), a run that diverged or is not finished (15).
    package func run(in invocation: Invocation) async throws -> RegistrationReport {
        let (_, directory) = try invocation.readProject()
        let run = try RunDirectory.open(number, in: directory)
        return try await register(run, try run.record().model, in: invocation)
    }

    /// Makes a version out of a run that has just ended, if it may become one; `nil` if it may not.
    static func register(
        _ run: RunDirectory,
        _ model: String,
        parent: VersionNumber?,
        _ registering: Train.Registering,
        passed: Bool,
        in invocation: Invocation
    ) async throws -> RegistrationReport? {
        guard registering == .always || (registering == .ifGatesPass && passed) else { return nil }
        var verb = Self(number: run.number)
        verb.parent = parent
        return try await verb.register(run, model, in: invocation)
    }

    private func register(
        _ run: RunDirectory,
        _ model: String,
        in invocation: Invocation
    ) async throws -> RegistrationReport {
        var record = try run.finishedRecord()
        let stopwatch = Stopwatch()
        let members = try record.trainer == nil ? collect(run) : collectAll(run)
        let signature = try FileSystem.read("\(run.path)/package/\(MemberNames.signature)")
        var produced = Provenance(time: invocation.clock.now(), actor: invocation.actor.name, tool: Tool.title)
        produced.threads = record.threads
        produced.seconds = record.seconds
        produced.samplesPerSecond = record.samplesPerSecond
        produced.commit = record.commit
        produced.isDirty = record.isDirty
        var request = RegistrationRequest(
            model: model,
            members: members,
            kind: record.trainer == nil ? .network : .files,
            card: ModelCard.run(record),
            produced: produced,
            actor: invocation.actor
        )
        request.parent = parent
        request.signature = Digest(of: signature)
        request.recipe = record.recipe
        request.data = record.data
        request.metrics = record.metrics.map {
            Metrics(main: record.mainMetric, values: $0, data: record.measuredOn, run: run.number)
        }
        if dryRun {
            return RegistrationReport(
                model: model,
                version: nil,
                digest: nil,
                changed: false,
                dryRun: true,
                bytes: 0,
                storedBytes: 0,
                members: members.count,
                seconds: stopwatch.seconds,
                metrics: request.metrics
            )
        }
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let registration = try await store.register(request, cancellation: invocation.cancellation)
        record.registered = "\(registration.record.version)"
        try run.write(record)
        return RegistrationReport(
            registration,
            seconds: stopwatch.seconds,
            members: members.count,
            nextEnvironment: invocation.firstEnvironment(in: store)
        )
    }

    /// What a program of the project has left, with what was added to it.
    private func collectAll(_ run: RunDirectory) throws -> [MemberSource] {
        try PackageFiles.members(at: "\(run.path)/package", shownAs: "run \(run.number)")
    }

    private func collect(_ run: RunDirectory) throws -> [MemberSource] {
        let folder = "\(run.path)/package"
        let optional = [MemberNames.decision, MemberNames.profile, MemberNames.crossValidation].filter {
            FileSystem.exists("\(folder)/\($0)")
        }
        let names =
            optional + [
                MemberNames.weights, MemberNames.network, MemberNames.features, MemberNames.signature,
                MemberNames.goldenInputs, MemberNames.goldenOutputs, MemberNames.recipe, MemberNames.history,
                MemberNames.optimizer,
            ]
        return try names.map { name in
            guard FileSystem.exists("\(folder)/\(name)") else {
                throw StoreError(
                    .integrity,
                    "run \(run.number) has lost its file \(name)",
                    hints: ["train it again: mlops train"]
                )
            }
            return MemberSource(path: name, content: .file("\(folder)/\(name)"))
        }
    }
}

extension RunRecord {
    /// The metric that lists show: that of the first gate, else the task's usual one.
    package var mainMetric: String? {
        gates?.first?.metric
            ?? ["accuracy", "root_mean_squared_error", "roc_auc", "false_alarm_rate"].first { metrics?[$0] != nil }
    }
}
