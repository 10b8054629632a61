internal import Git
internal import Support

/// Models and environments share one namespace, so that what a person types never means two things.
extension Store {
    /// Throws ``StoreError`` (15) when a new model would have the name of an environment.
    package func refuseTakenName(ofModel name: String) throws {
        guard try repository.reference(References.ledger(of: name)) == nil,
            try repository.reference(References.policy(of: name)) != nil
        else { return }
        throw StoreError(
            .refused,
            "`\(name)` is an environment of this store, and cannot be a model as well",
            hints: ["give the model another name"]
        )
    }

    /// Throws ``StoreError`` (15) when a new environment would have the name of a model.
    package func refuseTakenName(ofEnvironment name: String) throws {
        guard try repository.reference(References.policy(of: name)) == nil,
            try repository.reference(References.ledger(of: name)) != nil
        else { return }
        throw StoreError(
            .refused,
            "`\(name)` is a model of this store, and cannot be an environment as well",
            hints: ["give the environment another name"]
        )
    }
}
