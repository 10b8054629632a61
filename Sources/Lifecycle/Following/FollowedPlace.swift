internal import ModelStore

/// Where a follower makes an environment real: a directory of this machine, or the memory of a server.
protocol FollowedPlace {
    /// How receipts name it: a path or an address.
    var name: String { get }

    /// How remarks name it: ` in live`.
    var phrase: String { get }

    /// Whether it runs what a deployment says.
    func isDone(_ deployment: Deployment) async -> Bool

    /// Makes it run what a deployment says; gives how the golden rows of what has the traffic agree.
    ///
    /// What fails changes nothing.
    func makeReal(_ deployment: Deployment, _ store: Store) async throws -> GoldenRowsReport?

    /// Makes ready what a rollback may go to, so that it needs no network; gives what is ready.
    func packParachute(for deployment: Deployment, _ store: Store) async -> [VersionReference]

    /// What is to be said of a model's candidate.
    func note(on model: String) -> String?

    /// Whether a version is what the place runs of a model.
    func runs(_ version: VersionReference, of model: String) async -> Bool

    /// What it runs of a model, for people.
    func current(of model: String) async -> String?
}

extension FollowedPlace {
    /// Where one version runs at a time, there is nothing to say of another.
    func note(on model: String) -> String? { nil }
}
