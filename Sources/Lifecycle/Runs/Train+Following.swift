internal import ModelStore
internal import NeuralNetwork
internal import ProjectFile
internal import Support

/// Training by several processes.
extension Train {
    /// Does what processes other than 0 have to do; says nothing of what process 0 says.
    package func follow(in invocation: Invocation) async throws {
        guard let processes = invocation.processes else { return }
        let joint = JointTraining(processes)
        do {
            let settings = FollowedTraining.settings(try joint.follow())
            let plan = try await joint.agree(
                {
                    let overrides = try settings.map { try Override($0) }
                    let (project, directory) = try invocation.readProject(overrides: overrides)
                    try Train.refuseProcesses(for: project, invocation)
                    return try TrainingPlan(
                        project,
                        in: directory,
                        memoryLimit: invocation.featureMemory(),
                        processes: processes.count
                    )
                },
                on: { try $0.digest() }
            )
            let training = FollowedTraining(processes: processes, threads: threads, invocation: invocation)
            try training.run(plan, joint.follow())
        } catch is JointTraining.Dismissed {}
    }

    /// A program of the project is run by one process, and so are folds, which begin a training after the other.
    static func refuseProcesses(for project: Project, _ invocation: Invocation) throws {
        guard let processes = invocation.processes else { return }
        if let folds = project.data?.folds {
            throw StoreError(
                .refused,
                "\(folds.count) folds are trained by one process, not by \(processes.count)",
                hints: ["without mpirun: mlops train", "or keep a share of the rows: validation: {split: 0.2}"]
            )
        }
        guard project.trainer != nil else { return }
        throw StoreError(
            .refused,
            "`trainer` is a program of the project, which \(processes.count) processes cannot run together",
            hints: ["without mpirun: mlops train", "or let the program start processes itself"]
        )
    }
}

extension TrainingPlan {
    /// The digest of the recipe with all rows, which is that of every process.
    func digest() throws -> Digest { Digest(of: try JSON.encode(document, pretty: false)) }
}
