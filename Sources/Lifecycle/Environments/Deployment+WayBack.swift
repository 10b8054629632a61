internal import ModelStore

extension Deployment {
    /// The line to type to go back from what serves; `nil` when there is nowhere to go.
    ///
    /// `place` is the environment, with the model where it runs several.
    func wayBack(from place: String) -> String? {
        if isRollingOut { return "mlops rollback \(place)" }
        return lastGood.map { "mlops rollback \(place)\(isRolledBack ? " --to \($0.version)" : "")" }
    }
}
