internal import ModelPackage
package import ModelStore
package import Support

/// Reads packages to the last byte and compares them with their digests, and what is deployed of one as well.
package struct VerifyVersions: Sendable {
    /// One version; `nil` for every version of every model.
    package var reference: ModelReference?

    package init(reference: ModelReference?) { self.reference = reference }

    /// What was found.
    package struct Report: Encodable, Sendable {
        /// One version in the store.
        package struct Line: Encodable, Sendable {
            package let model: String
            package let version: VersionNumber
            package let digest: Digest
            package let bytes: Int
            /// What is wrong with it; `nil` when it is whole.
            package let problem: String?
        }

        /// The files of a version in a directory that serves it.
        package struct Deployed: Encodable, Sendable {
            package let environment: String
            package let directory: String
            package let model: String
            package let version: VersionNumber
            /// What is wrong with them; nothing when they are whole.
            package let problems: [String]
            /// The line to type to put that right; `nil` when nothing is wrong.
            package let mend: String?
        }

        /// A ledger that cannot be read: which versions a model has, or what an environment runs.
        package struct Ledger: Encodable, Sendable {
            /// The branch, such as `models/fashion`.
            package let ledger: String
            package let problem: String
        }

        package let versions: [Line]
        /// How many versions have their package at the remote only: what is not here was not read.
        package let elsewhere: Int
        package let deployed: [Deployed]
        package let damagedLedgers: [Ledger]
        package let seconds: Double

        /// Whether every version, and what is deployed of it, is what was registered.
        package var isWhole: Bool {
            versions.allSatisfy { $0.problem == nil } && deployed.allSatisfy(\.problems.isEmpty)
                && damagedLedgers.isEmpty
        }
    }

    /// Reads every chunk of the versions, and of a version that is named every file that is live.
    ///
    /// All of them are a question about the store: a directory that lags behind, as after a killed deployment, is no
    /// damage to it, and `status` says so.
    /// What is damaged is reported, and keeps nothing else from being read.
    package func run(in invocation: Invocation) async throws -> Report {
        let store = try await invocation.openStore()
        let stopwatch = Stopwatch()
        var lines: [Report.Line] = []
        var deployed: [Report.Deployed] = []
        var ledgers: [Report.Ledger] = []
        var elsewhere = 0
        func verify(_ record: VersionRecord) throws {
            try invocation.cancellation.check()
            if reference == nil, try !store.holds(record) {
                if try store.retirement(of: record) != nil { return }
                if store.remote != nil {
                    elsewhere += 1
                    return
                }
            }
            lines.append(try check(record, store, invocation))
        }
        if let reference {
            let record = try invocation.version(reference, in: store)
            // What is here is looked at as it is: to fetch what is gone of it would hide that.
            if try !store.holds(record) { try await store.obtain(record) }
            try verify(record)
            deployed = try checkDeployed(record, store, invocation)
        } else {
            for name in try store.environments() {
                let (states, damaged) = try store.ledgers(of: name)
                ledgers += (damaged + store.readablePolicy(of: name).damaged).map {
                    Report.Ledger(ledger: $0.ledger, problem: $0.problem)
                }
                for deployment in states.compactMap(\.deployment) {
                    guard let problem = store.contradiction(in: deployment) else { continue }
                    ledgers.append(
                        Report.Ledger(ledger: "environments/\(name)/\(deployment.model)", problem: problem)
                    )
                }
            }
            for model in try store.models() {
                switch try tolerant({ try store.versions(of: model) }) {
                case .failure(let damage):
                    ledgers.append(Report.Ledger(ledger: "models/\(model)", problem: damage.problem))
                case .success(let versions):
                    for line in versions {
                        switch try tolerant({ try store.version(line.version, of: model) }) {
                        case .success(let record): try verify(record)
                        case .failure(let damage):
                            lines.append(
                                Report.Line(
                                    model: model,
                                    version: line.version,
                                    digest: line.digest,
                                    bytes: 0,
                                    problem: damage.problem
                                )
                            )
                        }
                    }
                }
            }
        }
        invocation.progress.finish()
        return Report(
            versions: lines,
            elsewhere: elsewhere,
            deployed: deployed,
            damagedLedgers: ledgers,
            seconds: stopwatch.seconds
        )
    }

    /// What is wrong with something that cannot be read.
    private struct Damage: Error { let problem: String }

    /// Takes damage as an answer; what else goes wrong is thrown.
    private func tolerant<Value>(_ body: () throws -> Value) throws -> Result<Value, Damage> {
        do {
            return .success(try body())
        } catch let error as any Failure where error.kind == .integrity {
            return .failure(Damage(problem: error.description))
        }
    }

    private func check(_ record: VersionRecord, _ store: Store, _ invocation: Invocation) throws -> Report.Line {
        let result = try tolerant {
            try store.package(of: record).verify(cancellation: invocation.cancellation) { done in
                invocation.progress.advance(
                    "verifying \(record.title)",
                    done: done,
                    total: record.size,
                    unit: .bytes,
                    details: ""
                )
            }
        }
        var problem: String?
        if case .failure(let damage) = result { problem = damage.problem }
        return Report.Line(
            model: record.model,
            version: record.version,
            digest: record.digest,
            bytes: record.size,
            problem: problem
        )
    }

    /// The directories that serve a version and can be seen from here.
    private func checkDeployed(
        _ record: VersionRecord,
        _ store: Store,
        _ invocation: Invocation
    ) throws -> [Report.Deployed] {
        try store.environments().flatMap { environment -> [Report.Deployed] in
            let serving = try? store.state(of: environment, model: record.model).deployment?.serving
            guard serving?.version == record.version, let policy = try store.policy(of: environment),
                case .success(let manifest) = try tolerant({ try store.manifest(of: record) })
            else { return [] }
            return try invocation.targets(of: policy, model: record.model, in: store).reachable.map { target in
                let problems = target.problems(serving: VersionReference(record), manifest, by: .bytes)
                return Report.Deployed(
                    environment: environment,
                    directory: target.name,
                    model: record.model,
                    version: record.version,
                    problems: problems,
                    mend: problems.isEmpty ? nil : record.mending(in: environment)
                )
            }
        }
    }
}
