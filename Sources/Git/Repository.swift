internal import CLibgit2

/// An open bare git repository, closed when the value goes out of scope.
///
/// It belongs to one thread at a time: libgit2 keeps its error messages per thread.
@safe
package struct Repository: ~Copyable {
    let pointer: OpaquePointer
    let database: ObjectDatabase
    let packedReferences: PackedReferences

    /// The directory of the repository.
    package let path: String

    /// Opens the bare repository at `path`, and looks nowhere else.
    package init(openingAt path: String) throws(GitError) {
        _ = Library.isStarted
        let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_BARE.rawValue
        let pointer = unsafe try create("open the repository") {
            unsafe git_repository_open_ext(&$0, path, flags, nil)
        }
        try unsafe self.init(owning: pointer, path: path)
    }

    /// Creates a bare repository at `path` whose `HEAD` points to the branch `head`.
    package init(creatingAt path: String, head: String) throws(GitError) {
        _ = Library.isStarted
        var options = unsafe git_repository_init_options()
        unsafe git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        unsafe options.flags = GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
        let pointer = unsafe try create("create the repository") { object in
            unsafe head.withCString { head in
                unsafe options.initial_head = head
                return unsafe git_repository_init_ext(&object, path, &options)
            }
        }
        try unsafe self.init(owning: pointer, path: path)
    }

    private init(owning pointer: OpaquePointer, path: String) throws(GitError) {
        let database: ObjectDatabase
        do throws(GitError) {
            database = unsafe try ObjectDatabase(of: pointer)
        } catch {
            unsafe git_repository_free(pointer)
            throw error
        }
        unsafe self.pointer = pointer
        self.database = database
        packedReferences = PackedReferences(of: path)
        self.path = path
    }

    deinit { unsafe git_repository_free(pointer) }
}

/// Owns a repository's object database.
@safe
struct ObjectDatabase: ~Copyable {
    let pointer: OpaquePointer

    init(of repository: OpaquePointer) throws(GitError) {
        unsafe pointer = try create("open the object database") { unsafe git_repository_odb(&$0, repository) }
    }

    deinit { unsafe git_odb_free(pointer) }
}

extension Repository {
    /// Writes settings into the repository's configuration file, each a key such as `core.compression` and its value.
    package borrowing func configure(_ settings: [(key: String, value: String)]) throws(GitError) {
        let configuration = unsafe try create("open the configuration") {
            unsafe git_repository_config(&$0, pointer)
        }
        defer { unsafe git_config_free(configuration) }
        // Only the repository's own file is written, never the user's.
        let local = unsafe try create("open the configuration") {
            unsafe git_config_open_level(&$0, configuration, GIT_CONFIG_LEVEL_LOCAL)
        }
        defer { unsafe git_config_free(local) }
        for setting in settings {
            try check("write the configuration") { unsafe git_config_set_string(local, setting.key, setting.value) }
        }
    }

    /// The value of one setting; `nil` when it is not set.
    package borrowing func setting(_ key: String) throws(GitError) -> String? {
        let configuration = unsafe try create("read the configuration") {
            unsafe git_repository_config_snapshot(&$0, pointer)
        }
        defer { unsafe git_config_free(configuration) }
        var value: UnsafePointer<CChar>?
        let status = unsafe git_config_get_string(&value, configuration, key)
        guard status != GIT_ENOTFOUND.rawValue, let value = unsafe value else { return nil }
        return unsafe String(cString: value)
    }
}
