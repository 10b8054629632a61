#include <archive.h>
#include <archive_entry.h>

// Macros with casts, which Swift does not import.
static const unsigned int MLOPS_AE_IFREG = 0100000;
static const unsigned int MLOPS_AE_IFDIR = 0040000;
static const unsigned int MLOPS_AE_IFMT = 0170000;
