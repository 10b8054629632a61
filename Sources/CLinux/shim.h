#pragma once
#include <stdint.h>

// Linux calls that Swift's Glibc module leaves out, because they need _GNU_SOURCE.

/// Flushes the file system that holds the open file.
int syncfs(int file);

/// Starts writing a file's dirty pages, without waiting for them.
int sync_file_range(int file, int64_t offset, int64_t length, unsigned int flags);
#define MLOPS_SYNC_FILE_RANGE_WRITE 2

/// Creates and opens a file with a unique name, with the flags of open(2).
int mkostemp(char *name_template, int flags);

/// Renames with flags, such as exchanging the two names.
int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned int flags);
#define MLOPS_RENAME_EXCHANGE 2

/// The policy of a thread that runs only while no other wants to; see sched(7).
#define MLOPS_SCHED_IDLE 5
