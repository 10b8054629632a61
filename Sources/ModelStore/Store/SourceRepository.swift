internal import Git

/// The git repository that a project's own files are kept in.
package enum SourceRepository {
    /// The commit that is checked out around `directory`, and whether tracked files have changed since; `nil` outside a
    /// repository, or before its first commit.
    package static func state(of directory: String) -> (commit: String, isDirty: Bool)? {
        WorkTree.state(of: directory).map { ("\($0.commit)", $0.isDirty) }
    }
}
