internal import ModelStore
internal import Support

extension Store {
    /// The state of the model that a verb is about: the one that is named, or the only one.
    ///
    /// `verb` is what was typed, and `what` the question that several models leave open: `which one to roll back`.
    ///
    /// Throws ``StoreError``: no such environment or model (14), several models and none named (64), with a line to paste for each;
    /// `nothing` where nothing was ever deployed.
    func chosenState(
        of environment: String,
        model: String?,
        for verb: String,
        _ what: String,
        nothing: @autoclosure () -> StoreError
    ) throws -> EnvironmentState {
        let known = try environments()
        guard known.contains(environment) else { throw StoreError.noEnvironment(environment, known: known) }
        if let model {
            // The other models of the environment are not looked at: a damaged one must not be in the way.
            let state = try state(of: environment, model: model)
            if state.deployment != nil { return state }
            throw StoreError(
                .notFound,
                "`\(model)` was never deployed to \(environment)",
                hints: ["see what runs there: mlops status \(environment)"]
            )
        }
        let states = try states(of: environment)
        guard let first = states.first else { throw nothing() }
        guard states.count == 1 else {
            throw StoreError(
                .usage,
                "\(environment) runs \(states.count) models; say \(what)",
                hints: states.map { state in
                    let newest = state.deployment?.lastMove
                    let what = newest.map { "  # \($0.kind.rawValue) \($0.version?.description ?? "") at \($0.time)" }
                    return "mlops \(verb) \(environment) \(state.model)\(what ?? "")"
                }
            )
        }
        return first
    }
}
