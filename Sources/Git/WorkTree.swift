internal import CLibgit2

/// A checkout of a repository.
package enum WorkTree {
    /// The commit that is checked out around `directory`, and whether tracked files have changed since; `nil` outside a
    /// repository, or before its first commit.
    package static func state(of directory: String) -> (commit: ObjectID, isDirty: Bool)? {
        _ = Library.isStarted
        var repository: OpaquePointer?
        guard unsafe git_repository_open_ext(&repository, directory, 0, nil) == 0 else { return nil }
        defer { unsafe git_repository_free(repository) }
        var head = git_oid()
        guard unsafe git_reference_name_to_id(&head, repository, "HEAD") == 0 else { return nil }
        var options = unsafe git_status_options()
        unsafe git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        unsafe options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        unsafe options.flags = 0
        var list: OpaquePointer?
        guard unsafe git_status_list_new(&list, repository, &options) == 0 else { return nil }
        defer { unsafe git_status_list_free(list) }
        return unsafe (ObjectID(head), git_status_list_entrycount(list) > 0)
    }
}
