internal import Glibc
package import NeuralNetwork
package import Support

/// What a verb is called with besides its options: everything that comes from outside.
///
/// Nothing below this line looks at the process's environment, its working directory or its clock on its own, so that a
/// test can hand it another world.
package struct Invocation: Sendable {
    /// The directory that relative paths start from.
    package var directory: String
    package var environment: [String: String]
    package var clock: Clock
    /// The store named on the command line.
    package var store: String?
    /// Where the machine's own configuration is.
    package var machineConfiguration: String
    /// Hears how far long work is.
    package var progress: any ProgressListener
    /// Says when to stop.
    package var cancellation: Cancellation
    /// Whether the remote of the store is left alone.
    package var isOffline: Bool
    /// Whether a person is there to be asked for a password.
    package var isInteractive: Bool
    /// Whether the remote was looked at already: once for a verb is enough.
    let look = RemoteLook()
    /// The verb, for those who wait for the store.
    package var verb: String
    /// The processes that do this together; `nil` for this one alone.
    package var processes: (any ProcessGroup)?

    package init(
        directory: String,
        environment: [String: String],
        clock: Clock = .system,
        store: String? = nil,
        machineConfiguration: String = "/etc/mlops/config.yaml",
        progress: any ProgressListener = Silence(),
        cancellation: Cancellation = Cancellation(),
        isOffline: Bool = false,
        isInteractive: Bool = false,
        verb: String = ""
    ) {
        self.directory = directory
        self.environment = environment
        self.clock = clock
        self.store = store
        self.machineConfiguration = machineConfiguration
        self.progress = progress
        self.cancellation = cancellation
        self.isOffline = isOffline
        self.isInteractive = isInteractive
        self.verb = verb
    }

    /// What a line to type needs to leave the remote alone as this one does: ` --offline`, or nothing.
    var offlineOption: String { isOffline ? " --offline" : "" }

    /// Whether another process speaks and writes for this one.
    package var isFollower: Bool { (processes?.rank ?? 0) > 0 }

    /// `path` as the user typed it, made absolute.
    package func resolve(_ path: String) -> String { Path.resolve(path, in: directory) }
}

/// The name and version of this tool.
package enum Tool {
    package static let version = "0.1.0"
    package static let title = "mlops \(version)"
}

/// Hears how far long work is, and things worth a remark that do not end it.
package protocol ProgressListener: Sendable {
    /// So many of `total` units are done; `total` is `nil` where nobody knows.
    func advance(_ task: String, done: Int, total: Int?, unit: ProgressUnit, details: String)
    /// Something happened that is worth a line of its own.
    func note(_ message: String)
    /// A training has finished an epoch.
    func finishEpoch(_ epoch: FinishedEpoch)
    /// The task that was reported last is over.
    func finish()
    /// Something that the person should know, although the work goes on.
    func warn(_ message: String)
}

/// What is counted.
package enum ProgressUnit: Sendable { case bytes, rows, items, samples }

/// Hears nothing.
package struct Silence: ProgressListener {
    package init() {}
    package func advance(_ task: String, done: Int, total: Int?, unit: ProgressUnit, details: String) {}
    package func note(_ message: String) {}
    package func finishEpoch(_ epoch: FinishedEpoch) {}
    package func finish() {}
    package func warn(_ message: String) {}
}
