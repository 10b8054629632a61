internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct RemoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote",
        abstract: "Share the store: name the repository that all machines write to.",
        discussion: """
            Where is the store that we all work with, and does it have what is here? Any git host will do, or a bare \
            repository on a path; credentials are git's own.

            EXAMPLES
              mlops remote add git@host:ml/store.git && mlops push
              mlops remote show
              mlops remote check

            NEXT
              mlops push
            """,
        subcommands: [
            AddRemoteCommand.self, ShowRemoteCommand.self, CheckRemoteCommand.self, RemoveRemoteCommand.self,
        ],
        defaultSubcommand: ShowRemoteCommand.self
    )
}

struct AddRemoteCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Give the store its remote.",
        discussion: """
            How do other machines get to this store? What is here stays here until `mlops push` brings it there; from then \
            on, every verb tells the remote at once.

            EXAMPLES
              mlops remote add git@host:ml/store.git
              mlops remote add https://host/ml/store.git
              mlops remote add /srv/ml/store.git

            NEXT
              mlops push
            """
    )

    @Argument(help: ArgumentHelp("A URL, user@host:path, or a path.", valueName: "address"))
    var address: String

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = ConnectRemote(.add(address))
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

struct ShowRemoteCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the remote, and what it does not have yet.",
        discussion: """
            Which store do we share, and does anything here wait to be pushed?

            EXAMPLE
              mlops remote show

            NEXT
              mlops push
            """
    )

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try context.report(try await ConnectRemote(.show).run(in: context.invocation))
    }
}

struct RemoveRemoteCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Go on alone: forget the remote.",
        discussion: """
            How do I take this store off the shared one? What came from there stays here, and nothing changes there.

            EXAMPLE
              mlops remote remove

            UNDO
              mlops remote add ADDRESS
            """
    )

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        var verb = ConnectRemote(.remove)
        verb.dryRun = change.dryRun
        try context.report(try await verb.run(in: context.invocation))
    }
}

extension ConnectRemote.Report: Renderable {
    package var text: String {
        guard let remote else { return "the store has no remote\nnext: mlops remote add git@HOST:PATH.git" }
        if dryRun { return isRemoved ? "would forget \(remote.address)" : "would use \(remote.address)" }
        if isRemoved { return "the store shares \(remote.address) no more; what came from there stays" }
        var lines = [remote.headline]
        if isEmpty == true {
            lines.append(
                "there is no store in it yet\(models > 0 ? "; \(Wording.plural(models, "model")) of this store can go there" : "")"
            )
            lines.append("next: mlops push")
            return lines.joined(separator: "\n")
        }
        lines += remote.lines
        if remote.lines.isEmpty && remote.problem == nil {
            lines.append("nothing waits to be pushed")
        }
        return lines.joined(separator: "\n")
    }
}

extension RemoteState {
    var headline: String {
        if let problem { return "\(address)  NOT REACHED: \(problem)" }
        let seen = lastContact.map { offline ? "last seen \($0)" : "seen \($0)" } ?? "never seen"
        return "\(address)  \(offline ? "left alone (--offline), " : "")\(seen)"
    }

    /// What a person must know of it: what waits, what was rewritten.
    var lines: [String] {
        var lines = rewritten.map { "REWRITTEN there, and not followed: \($0)" }
        lines += deleted.map { "DELETED there: \($0)" }
        lines += queued.map { queue in
            let changes = "\(queue.ledger): \(Wording.plural(queue.changes, "change"))"
            return queue.isDiverged
                ? "DIVERGED  \(changes) made here, and others there" : "not pushed  \(changes)"
        }
        if !queued.isEmpty || !deleted.isEmpty { lines.append("next: mlops push") }
        return lines
    }
}
