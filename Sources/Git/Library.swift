internal import CLibgit2

/// libgit2's process-wide state, started at first use and never shut down.
///
/// Starting it costs several milliseconds (it reads the machine's certificates), so a command that needs no git does
/// not touch it.
enum Library {
    static let isStarted: Bool = {
        git_libgit2_init()
        // 16 MiB windows, 32 MiB in all: with the defaults, reading a model of 1.5 GB out of a pack maps all of it.
        _ = mlops_git_set_map_windows(16 << 20, 32 << 20)
        _ = mlops_git_set_strict_hash_verification(1)
        // The owner is checked by the store, with a message that says what to type.
        _ = mlops_git_set_owner_validation(0)
        _ = mlops_git_set_fsync(1)
        return true
    }()
}
