internal import ModelPackage
internal import ModelStore
internal import Support

/// A directory in which a follower makes an environment real.
struct FollowedDirectory: FollowedPlace {
    /// As the user typed it.
    let typed: String
    let path: String
    let environment: String
    let invocation: Invocation

    var name: String { path }
    var phrase: String { " in \(typed)" }

    private func target(_ model: String) -> DirectoryTarget { DirectoryTarget(name: typed, path: path, model: model) }

    func isDone(_ deployment: Deployment) async -> Bool {
        guard let serving = deployment.serving else { return true }
        return target(deployment.model).serves(serving)
    }

    func runs(_ version: VersionReference, of model: String) async -> Bool { target(model).serves(version) }

    func current(of model: String) async -> String? { target(model).current }

    /// Unpacks, loads and swaps in what should run.
    func makeReal(_ deployment: Deployment, _ store: Store) async throws -> GoldenRowsReport? {
        guard let serving = deployment.serving else { return nil }
        let record = try store.version(serving, of: deployment.model)
        try await store.obtain(record)
        let package = try store.package(of: record)
        let target = target(deployment.model)
        let prepared = try target.prepare(package, serving, in: invocation)
        let predictor = try Proof().load(folder: prepared.folder, kind: package.manifest.kind)
        _ = try target.activate(prepared, serving) {
            try store.state(of: environment, model: deployment.model).deployment
        }
        return try Proof().goldenRows(folder: prepared.folder, by: predictor)
    }

    func packParachute(for deployment: Deployment, _ store: Store) async -> [VersionReference] {
        let target = target(deployment.model)
        var ready: [VersionReference] = []
        for version in deployment.parachute {
            guard let record = try? store.version(version, of: deployment.model) else { continue }
            if target.isReady(version) {
                ready.append(version)
                continue
            }
            do {
                try await store.obtain(record)
                let package = try store.package(of: record)
                let prepared = try target.prepare(package, version, in: invocation)
                _ = try Proof().load(folder: prepared.folder, kind: package.manifest.kind)
                ready.append(version)
            } catch {
                // It is tried again at the next look; the receipt does not claim it.
                continue
            }
        }
        return ready
    }
}
