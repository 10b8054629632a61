internal import Lifecycle
internal import MessagePassing

extension Context {
    /// The same for a process that was started together with others: the first speaks, the others are silent.
    ///
    /// Throws ``LaunchError`` where they cannot find together.
    func joined() throws -> Context {
        var copy = self
        copy.invocation.processes = try Launcher.join(invocation.environment)
        if copy.invocation.isFollower { copy.invocation.progress = Silence() }
        return copy
    }
}
