internal import ModelStore
internal import Support

extension Store {
    /// Where the predictions of an environment, or of a model that is served alone, are written down on this machine: beside the store,
    /// which is copied from machine to machine without them.
    func predictionLog(of name: String) -> String { "\(Path.parent(path))/predictions/\(name).sqlite" }
}
