package import NeuralNetwork

/// The way of a process into the company of those that were started with it, and out of it.
package enum Launcher {
    /// Joins the others; `nil` where this process is alone.
    ///
    /// Throws ``LaunchError`` where the processes cannot find together.
    package static func join(_ environment: [String: String]) throws(LaunchError) -> (any ProcessGroup)? {
        guard let launch = Launch(environment) else { return nil }
        #if MPI
        return try World.join(expecting: launch.count)
        #else
        throw .notBuilt(processes: launch.count)
        #endif
    }

    /// Refuses a verb that one process has to do alone.
    package static func refuse(_ verb: String, _ environment: [String: String]) throws(LaunchError) {
        if let launch = Launch(environment) { throw .forOneProcess(verb: verb, processes: launch.count) }
    }

    /// Whether this process has joined others.
    package static var hasJoined: Bool {
        #if MPI
        World.current != nil
        #else
        false
        #endif
    }

    /// Leaves the others at the end of the process.
    ///
    /// Ends them, too, where this one has failed and they would wait for it.
    package static func leave(exitCode: Int32) {
        #if MPI
        World.current?.leave(exitCode: exitCode)
        #endif
    }
}
