import TestSupport
import Testing

/// Processes that were started together, and a command that was built without MPI.
///
/// `make mpi-test` runs the command that was built with it.
struct DistributedTests {
    static func started(_ rank: Int, of count: Int) -> [String: String] {
        ["OMPI_COMM_WORLD_RANK": "\(rank)", "OMPI_COMM_WORLD_SIZE": "\(count)"]
    }

    @Test func severalProcessesDoNotTrainTheSame() throws {
        let project = try Project(template: "tabular")
        let first = try project.mlops("train", environment: Self.started(0, of: 2))
        #expect(first.status == 64)
        #expect(first.errors.contains("2 processes were started together") && first.errors.contains("--traits MPI"))
        let second = try project.mlops("train", environment: Self.started(1, of: 2))
        #expect(second.status == 64 && second.errors.isEmpty && second.output.isEmpty)
        #expect(
            try project.mlops("update penguins --data penguins.csv", environment: Self.started(0, of: 2)).status == 64
        )
        #expect(try project.mlops("reproduce penguins", environment: Self.started(0, of: 2)).status == 64)
    }

    @Test func oneProcessUnderALauncherTrainsAsAlways() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train", environment: Self.started(0, of: 1))
        #expect(try project.mlops("train --dry-run", environment: Self.started(1, of: 2)).output.isEmpty)
    }
}
