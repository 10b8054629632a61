#include <mpi.h>

// The world, its types and its sums are macros, which Swift cannot see: one function per call that we make.

/// Joins the processes that were started together. One thread at a time calls MPI. Errors come back as codes.
static inline int mlops_mpi_join(int *rank, int *count) {
    int provided;
    int status = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    if (status == MPI_SUCCESS) status = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (status == MPI_SUCCESS) status = MPI_Comm_rank(MPI_COMM_WORLD, rank);
    if (status == MPI_SUCCESS) status = MPI_Comm_size(MPI_COMM_WORLD, count);
    return status == MPI_SUCCESS && provided < MPI_THREAD_SERIALIZED ? MPI_ERR_OTHER : status;
}

/// Sends floats to each process, and receives some from each; counts and places are in floats.
static inline int mlops_mpi_all_to_all(
    const float *source, const int *source_counts, const int *source_places,
    float *target, const int *target_counts, const int *target_places
) {
    return MPI_Alltoallv(
        source, source_counts, source_places, MPI_FLOAT, target, target_counts, target_places, MPI_FLOAT, MPI_COMM_WORLD
    );
}

/// Sends the own part of the floats to all, and receives the parts of the others into their places.
static inline int mlops_mpi_all_gather_floats(float *floats, const int *counts, const int *places) {
    return MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, floats, counts, places, MPI_FLOAT, MPI_COMM_WORLD);
}

/// Sends `count` bytes to all, and receives as many of each, in the order of the ranks.
static inline int mlops_mpi_all_gather_bytes(const void *source, int count, void *target) {
    return MPI_Allgather(source, count, MPI_BYTE, target, count, MPI_BYTE, MPI_COMM_WORLD);
}

/// Sends bytes of process 0 to all.
static inline int mlops_mpi_broadcast(void *bytes, int count) {
    return MPI_Bcast(bytes, count, MPI_BYTE, 0, MPI_COMM_WORLD);
}

/// Begins to wait for all processes.
static inline int mlops_mpi_begin_waiting(MPI_Request *request) { return MPI_Ibarrier(MPI_COMM_WORLD, request); }

/// Says whether all are there.
static inline int mlops_mpi_is_done(MPI_Request *request, int *done) { return MPI_Test(request, done, MPI_STATUS_IGNORE); }

/// Leaves the world, after all have come here.
static inline int mlops_mpi_leave(void) { return MPI_Finalize(); }

/// Ends all processes.
static inline int mlops_mpi_abort(int code) { return MPI_Abort(MPI_COMM_WORLD, code); }

/// What an error code means, in a buffer of `mlops_mpi_message_size` characters.
static inline int mlops_mpi_message(int status, char *text, int *length) { return MPI_Error_string(status, text, length); }

static const int mlops_mpi_message_size = MPI_MAX_ERROR_STRING;

/// The name of this host, in a buffer of `mlops_mpi_name_size` characters.
static inline int mlops_mpi_host(char *name, int *length) { return MPI_Get_processor_name(name, length); }

static const int mlops_mpi_name_size = MPI_MAX_PROCESSOR_NAME;
