internal import ModelStore
internal import Support

/// The trainings of a project.
package struct ListRuns: Sendable {
    /// How many of them, the newest; `nil` for all.
    package var limit: Int?

    package init(limit: Int? = nil) { self.limit = limit }

    /// The runs, newest first.
    package struct Report: Encodable, Sendable {
        package let runs: [RunRecord]
        /// Runs on which no process works any more although they are not finished: they can be resumed.
        package let resumable: [Int]
        /// Runs whose process was killed.
        package let killed: [Int]
    }

    /// Reads the records of the runs.
    package func run(in invocation: Invocation) throws -> Report {
        let (_, directory) = try invocation.readProject()
        var records: [RunRecord] = []
        var (resumable, killed): ([Int], [Int]) = ([], [])
        for number in RunDirectory.numbers(in: directory).reversed() {
            // A run whose process was killed before it wrote its first line has nothing to show.
            guard let run = try? RunDirectory.open(number, in: directory) else { continue }
            let record = try run.record()
            if records.count < limit ?? .max { records.append(record) }
            if run.isBusy() { continue }
            if record.isUnfinished { resumable.append(number) }
            if record.status == .running { killed.append(number) }
        }
        return Report(runs: records, resumable: resumable, killed: killed)
    }
}
