package import Support

/// Why processes that were started together cannot work together.
package enum LaunchError: Failure, Equatable {
    /// This command knows nothing of MPI.
    case notBuilt(processes: Int)
    /// The launcher is that of another MPI.
    case foreignLauncher(started: Int, found: Int)
    /// The verb is for one process.
    case forOneProcess(verb: String, processes: Int)
    /// A call of MPI failed.
    case broken(call: String, message: String)

    package var description: String {
        switch self {
        case .notBuilt(let processes):
            "\(processes) processes were started together, and this mlops was built without MPI: each would train the same"
        case .foreignLauncher(let started, let found):
            "\(started) processes were started together, and Open MPI finds \(found)"
        case .forOneProcess(let verb, let processes):
            "`mlops \(verb)` is the work of one process, and \(processes) were started together"
        case .broken(let call, let message): "MPI could not \(call): \(message)"
        }
    }

    package var hints: [String] {
        switch self {
        case .notBuilt:
            ["build it with MPI: swift build -c release --traits MPI", "or start one process: mlops train"]
        case .foreignLauncher: ["start them by the mpirun of the Open MPI that mlops was built with"]
        case .forOneProcess(let verb, _): ["without mpirun: mlops \(verb)"]
        case .broken: []
        }
    }

    package var kind: FailureKind {
        switch self {
        case .notBuilt, .foreignLauncher, .forOneProcess: .usage
        case .broken: .failed
        }
    }
}
