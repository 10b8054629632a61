/// The names of a package's members.
package enum MemberNames {
    package static let weights = "weights.safetensors"
    package static let network = "network.json"
    package static let features = "features.json"
    package static let decision = "decision.json"
    package static let signature = "signature.json"
    package static let profile = "profile.json"
    package static let goldenInputs = "golden/inputs.npy"
    /// Golden rows of a model that takes a table.
    package static let goldenTable = "golden/inputs.csv"
    package static let goldenOutputs = "golden/outputs.npy"
    package static let recipe = "training/recipe.json"
    package static let history = "training/history.jsonl"
    package static let crossValidation = "training/cross-validation.json"
    package static let optimizer = "training/optimizer.safetensors"
}
