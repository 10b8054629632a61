internal import ModelPackage
package import ModelStore
package import Support

/// Makes a version out of any files: a model of another tool, kept, deployed and rolled back like our own.
package struct RegisterFiles: Sendable {
    package var path: String
    /// The model; `nil` for the project's own.
    package var model: String?
    /// The version that it is to replace.
    package var parent: VersionNumber?
    package var dryRun = false
    /// A JSON file with the figures of the model; `nil` for none.
    package var metrics: String?
    /// Rows, NPY or CSV, and the outputs that they must give, NPY; `nil` for none.
    package var golden: (inputs: String, outputs: String)?

    package init(path: String, model: String?) {
        self.path = path
        self.model = model
    }

    /// Stores the files, and makes them a version unless they are one.
    package func run(in invocation: Invocation) async throws -> RegistrationReport {
        let model = try self.model ?? invocation.modelName(ModelReference(""))
        try Names.validate(model, as: "a model")
        if self.model == nil { try await refuseProjectsNetwork(model, invocation) }
        var members = try PackageFiles.members(at: invocation.resolve(path), shownAs: path)
        try refuseReservedNames(members)
        members += try goldenMembers(invocation)
        let signature = try signatureMember(members, model, invocation)
        if let signature { members.append(signature) }
        let figures = try metrics.map { try readMetrics(invocation.resolve($0), shownAs: $0) }
        let agreement = try await checkGoldenRows(members, model, invocation)
        let store = try await invocation.openStoreForWriting(dryRun: dryRun)
        let total = try members.reduce(0) { sum, member in
            guard case .file(let path) = member.content else { return sum }
            return sum + (try File(reading: path).size())
        }
        if dryRun {
            return RegistrationReport(
                model: model,
                version: nil,
                digest: nil,
                changed: false,
                dryRun: true,
                bytes: total,
                storedBytes: 0,
                members: members.count,
                seconds: 0,
                metrics: figures,
                goldenRows: agreement
            )
        }
        let stopwatch = Stopwatch()
        var request = RegistrationRequest(
            model: model,
            members: members,
            kind: .files,
            card: ModelCard.files(model, members.map(\.path)),
            produced: Provenance(time: invocation.clock.now(), actor: invocation.actor.name, tool: Tool.title),
            actor: invocation.actor
        )
        request.parent = parent
        request.metrics = figures
        if case .bytes(let bytes)? = signature?.content { request.signature = Digest(of: bytes) }
        let registration = try await store.register(request, cancellation: invocation.cancellation) { done in
            invocation.progress.advance("storing \(model)", done: done, total: total, unit: .bytes, details: "")
        }
        invocation.progress.finish()
        if !registration.isNew, let figures, registration.record.metrics?.values != figures.values {
            invocation.progress.warn("these files are a version already, whose figures stay as they were registered")
        }
        return RegistrationReport(
            registration,
            seconds: stopwatch.seconds,
            members: members.count,
            goldenRows: agreement,
            nextEnvironment: invocation.firstEnvironment(in: store)
        )
    }
}

/// What registering did.
package struct RegistrationReport: Encodable, Sendable {
    package let model: String
    package let version: VersionNumber?
    package let digest: Digest?
    /// False when the package was a version already.
    package let changed: Bool
    package let dryRun: Bool
    /// The size of the package.
    package let bytes: Int
    /// How much the store grew by.
    package let storedBytes: Int
    package let members: Int
    package let seconds: Double
    package let metrics: Metrics?
    /// How the golden rows agreed when they were put to the model; `nil` when nobody could.
    package let goldenRows: GoldenRowsReport?
    /// Where it can go first: the first environment that the project names, or the only one that there is.
    package let nextEnvironment: String?

    init(
        model: String,
        version: VersionNumber?,
        digest: Digest?,
        changed: Bool,
        dryRun: Bool,
        bytes: Int,
        storedBytes: Int,
        members: Int,
        seconds: Double,
        metrics: Metrics?,
        goldenRows: GoldenRowsReport? = nil,
        nextEnvironment: String? = nil
    ) {
        self.model = model
        self.version = version
        self.digest = digest
        self.changed = changed
        self.dryRun = dryRun
        self.bytes = bytes
        self.storedBytes = storedBytes
        self.members = members
        self.seconds = seconds
        self.metrics = metrics
        self.goldenRows = goldenRows
        self.nextEnvironment = nextEnvironment
    }

    init(
        _ registration: Registration,
        seconds: Double,
        members: Int,
        goldenRows: GoldenRowsReport? = nil,
        nextEnvironment: String?
    ) {
        let record = registration.record
        self.init(
            model: record.model,
            version: record.version,
            digest: record.digest,
            changed: registration.isNew,
            dryRun: false,
            bytes: record.size,
            storedBytes: registration.storedBytes,
            members: members,
            seconds: seconds,
            metrics: record.metrics,
            goldenRows: goldenRows,
            nextEnvironment: nextEnvironment
        )
    }
}
