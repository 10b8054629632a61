/// What a launcher such as `mpirun` tells each process that it starts, in its environment.
package struct Launch: Sendable, Equatable {
    /// The number of this process, from 0.
    package let rank: Int
    /// How many were started; at least 2.
    package let count: Int

    /// `nil` where one process was started, or none by a launcher.
    ///
    /// Open MPI's `mpirun` is understood, Slurm's `srun --mpi=pmix`, and MPICH's launchers, so that they can be refused.
    package init?(_ environment: [String: String]) {
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
        let candidates: [(rank: Int?, count: Int?)] = [
            (number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_SIZE")),
            (number("PMIX_RANK"), number("SLURM_STEP_NUM_TASKS")),
            (number("PMI_RANK"), number("PMI_SIZE")),
        ]
        for case (let rank?, let count?) in candidates where count > 1 {
            (self.rank, self.count) = (rank, count)
            return
        }
        return nil
    }

    /// Whether this process was started as another than the first.
    package static func isFollower(_ environment: [String: String]) -> Bool { (Launch(environment)?.rank ?? 0) > 0 }
}
