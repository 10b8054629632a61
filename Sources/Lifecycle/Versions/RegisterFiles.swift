internal import Glibc
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

    package init(path: String, model: String?) {
        self.path = path
        self.model = model
    }

    /// Stores the files, and makes them a version unless they are one.
    package func run(in invocation: Invocation) throws -> RegistrationReport {
        let model = try self.model ?? invocation.modelName(ModelReference(""))
        try Names.validate(model, as: "a model")
        let members = try collect(invocation.resolve(path))
        let store = try invocation.openStoreForWriting()
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
                metrics: nil
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
        let registration = try store.register(request, cancellation: invocation.cancellation) { done in
            invocation.progress.advance("storing \(model)", done: done, total: total, unit: .bytes, details: "")
        }
        invocation.progress.finish()
        return RegistrationReport(registration, seconds: stopwatch.seconds, members: members.count)
    }

    /// The regular files at a path, in no order that matters.
    private func collect(_ path: String) throws -> [MemberSource] {
        switch FileSystem.entryKind(at: path) {
        case .file: return [MemberSource(path: Path.name(path), content: .file(path))]
        case .directory:
            var members: [MemberSource] = []
            try collect(directory: path, prefix: "", into: &members)
            guard !members.isEmpty else {
                throw StoreError(
                    .notFound,
                    "`\(self.path)` holds no files",
                    hints: ["name the file or the folder of the model"]
                )
            }
            return members
        case .symbolicLink, .other:
            throw StoreError(
                .failed,
                "`\(self.path)` is neither a file nor a directory",
                hints: ["a package holds regular files: name the file itself, not a link, a pipe or a device"]
            )
        case nil: throw SystemError("open", path, number: ENOENT)
        }
    }

    private func collect(directory: String, prefix: String, into members: inout [MemberSource]) throws {
        for name in try FileSystem.names(in: directory) {
            let path = "\(directory)/\(name)"
            switch FileSystem.entryKind(at: path) {
            case .file: members.append(MemberSource(path: prefix + name, content: .file(path)))
            case .directory: try collect(directory: path, prefix: "\(prefix)\(name)/", into: &members)
            case .symbolicLink, .other:
                throw StoreError(
                    .failed,
                    "`\(path)` is no regular file",
                    hints: ["a package holds regular files only; replace it by what it leads to, or leave it out"]
                )
            case nil: throw SystemError("open", path, number: ENOENT)
            }
        }
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
        metrics: Metrics?
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
    }

    init(_ registration: Registration, seconds: Double, members: Int) {
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
            metrics: record.metrics
        )
    }
}
