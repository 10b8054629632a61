#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <zlib.h>

// `git_libgit2_opts` is variadic, which Swift cannot call: one function per option that we set.

/// Makes libgit2 check (1) or trust (0) the SHA-1 of every object that it reads.
static inline int mlops_git_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

/// Limits the memory that libgit2 maps of pack files: one window, and all windows together, in bytes.
static inline int mlops_git_set_map_windows(size_t window, size_t mapped) {
    int status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
    return status < 0 ? status : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, mapped);
}

/// Lets libgit2 open a repository of another owner. The owner is checked by the caller.
static inline int mlops_git_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/// Makes libgit2 flush every file that it writes under the git directory, and the directories.
static inline int mlops_git_set_fsync(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}
