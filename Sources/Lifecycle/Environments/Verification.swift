/// What must be seen after a move for it to count as done.
package enum Verification: String, Sendable, CaseIterable {
    /// Directories and followers serve the version, and its golden rows get the outputs that are stored with it.
    case golden
    /// Directories and followers serve it.
    case health
    /// Nothing: the ref moves, directories are swapped, and nobody is waited for.
    case none
}
