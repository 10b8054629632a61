internal import ModelPackage
package import ModelStore
internal import NeuralNetwork
package import Support

/// Trains a version again from its recipe and its rows, and says whether the same bits come out.
package struct Reproduce: Sendable {
    package var reference: ModelReference
    /// Files and folders in which the rows may be, where the project's paths no longer lead to them.
    package var data: [String] = []
    /// `nil` for as many as the network is worth.
    package var threads: Int?

    package init(reference: ModelReference) { self.reference = reference }

    /// What came out.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let version: VersionNumber
        package let digest: Digest
        /// Whether all members are the same.
        package let isReproduced: Bool
        /// The members by their names.
        package let members: [MemberComparison]
        /// How it was made: the tool, the project's commit, and whether the project had other changes.
        package let tool: String
        package let commit: String?
        package let isDirty: Bool?
        /// The tool and the commit of today.
        package let toolNow: String
        package let commitNow: String?
        package let seconds: Double
    }

    /// Trains in a temporary folder, and compares.
    ///
    /// Throws ``StoreError``: no such version, or rows that are nowhere (14), a version that no recipe tells how to make
    /// (15); ``Cancelled`` when it is stopped, and leaves nothing then.
    package func run(in invocation: Invocation) async throws -> Report {
        let stopwatch = Stopwatch()
        let joint = JointTraining(invocation.processes)
        let (store, record, plan) = try await joint.agree(
            { try await prepare(invocation) },
            on: { try $0.plan.digest() }
        )
        let project = try invocation.readProjectIfAny()?.directory
        let (folder, run) = try await joint.lead(
            {
                let folder = try TemporaryFolder(in: TemporaryFolder.place(inProject: project))
                return (folder, try RunDirectory.create(in: folder.path))
            },
            telling: { _ in FollowedTraining.message(isFinished: false, nil) }
        )
        defer { withExtendedLifetime(folder) {} }
        let session = TrainingSession(plan: plan, run: run, threads: threads, invocation: invocation)
        var progress = RunRecord(reproducing: record, plan, invocation.clock.now())
        do {
            _ = try session.complete(&progress, from: nil)
        } catch let stop as Interrupted {
            throw Cancelled(signal: stop.signal)
        }
        let package = try store.package(of: record)
        let made = try PackageFiles.members(at: "\(run.path)/package", shownAs: "the training").map(\.path)
        let members = try Set(package.manifest.members.map(\.path) + made).sorted().map { member in
            try MemberComparison(
                member,
                expected: package.manifest.member(member) == nil ? nil : package.read(member),
                found: made.contains(member) ? FileSystem.read("\(run.path)/package/\(member)") : nil
            )
        }
        let now = project.flatMap { SourceRepository.state(of: $0) }
        let produced = package.manifest.produced
        return Report(
            model: record.model,
            version: record.version,
            digest: record.digest,
            isReproduced: members.allSatisfy(\.isSame),
            members: members,
            tool: produced.tool,
            commit: produced.commit,
            isDirty: produced.isDirty,
            toolNow: Tool.title,
            commitNow: now?.commit,
            seconds: stopwatch.seconds
        )
    }
}

extension Reproduce {
    /// Does what processes other than 0 have to do; says nothing of what process 0 says.
    package func follow(in invocation: Invocation) async throws {
        guard let processes = invocation.processes else { return }
        let joint = JointTraining(processes)
        do {
            let plan = try await joint.agree({ try await prepare(invocation).plan }, on: { try $0.digest() })
            let training = FollowedTraining(processes: processes, threads: threads, invocation: invocation)
            try training.run(plan, joint.follow())
        } catch is JointTraining.Dismissed {}
    }

    /// Throws ``StoreError`` (15) for a version that another number of processes has trained.
    private func prepare(_ invocation: Invocation) async throws -> (
        store: Store, record: VersionRecord, plan: TrainingPlan
    ) {
        let store = try await invocation.openStore()
        let record = try await invocation.package(reference, in: store)
        let plan = try TrainingPlan(reproducing: record, data: data, store, invocation)
        let (expected, count) = (plan.recipe.processes ?? 1, invocation.processes?.count ?? 1)
        guard expected == count else {
            throw StoreError(
                .refused,
                "\(record.title) was trained by \(expected) process\(expected == 1 ? "" : "es"), not by \(count): "
                    + "other batches give other bits",
                hints: [
                    "\(expected == 1 ? "" : "mpirun -np \(expected) ")mlops reproduce \(record.model)@\(record.version)"
                ]
            )
        }
        return (store, record, plan)
    }
}

extension RunRecord {
    /// The record of a training that nobody will look up.
    fileprivate init(reproducing version: VersionRecord, _ plan: TrainingPlan, _ time: Timestamp) {
        self.init(
            run: 1,
            model: version.model,
            status: .running,
            started: time,
            seconds: 0,
            recipe: version.digest,
            data: version.digest,
            overrides: [],
            registers: false,
            epochs: 0
        )
    }
}
