internal import Git

/// What one branch of a store tells: `environments/production/fashion` what runs there, `models/fashion` which versions there are.
enum Ledger: Hashable, Sendable {
    /// What the repository is.
    case store
    /// The versions of a model, with their checks.
    case model(String)
    /// The rules of an environment.
    case policy(String)
    /// What an environment runs of a model.
    case environment(String, model: String)
    /// What a follower of an environment serves.
    case follower(String, environment: String)

    /// Reads the name of a ref, `refs/heads/models/fashion`; `nil` for one that has no place in a store, or holds a name that none may have.
    init?(reference: String) {
        guard reference.hasPrefix(References.heads) else { return nil }
        self.init(name: reference.dropFirst(References.heads.count))
    }

    /// Reads the name of a branch, `models/fashion`; `nil` as for ``init(reference:)``.
    init?(name: some StringProtocol) {
        let parts = String(name).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.dropFirst().allSatisfy({ (try? Names.validate($0, as: "a ledger")) != nil }) else { return nil }
        switch (parts[0], parts.count) {
        case ("mlops", 1): self = .store
        case ("models", 2): self = .model(parts[1])
        case ("policies", 2): self = .policy(parts[1])
        case ("environments", 3): self = .environment(parts[1], model: parts[2])
        case ("followers", 3): self = .follower(parts[2], environment: parts[1])
        default: return nil
        }
    }

    /// The ref that it is: `refs/heads/models/fashion`.
    var reference: String {
        switch self {
        case .store: References.format
        case .model(let model): References.ledger(of: model)
        case .policy(let environment): References.policy(of: environment)
        case .environment(let environment, let model): References.environment(environment, model)
        case .follower(let follower, let environment): References.follower(follower, of: environment)
        }
    }

    /// The branch as people name it: `models/fashion`.
    var name: String { String(reference.dropFirst(References.heads.count)) }
}
