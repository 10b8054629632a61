/// The names that external programs find in their environment; `docs/external-models.md` explains them.
package enum ExternalContract {
    /// The path of the description of the work.
    package static let job = "MLOPS_JOB"
    /// The folder of the training data.
    package static let data = "MLOPS_DATA_DIR"
    /// The folder of the model: where a trainer leaves it, and where a predictor finds it.
    package static let model = "MLOPS_MODEL_DIR"
    /// The file of the rows to answer.
    package static let input = "MLOPS_INPUT"
    /// Where the answers are to be written.
    package static let output = "MLOPS_OUTPUT"
    package static let seed = "MLOPS_SEED"
    package static let target = "MLOPS_TARGET"

    /// The seconds that a trainer and a predictor may take, unless the project says otherwise.
    package static let trainingLimit = 3600.0
    package static let predictionLimit = 300.0

    /// The names in a package that are ours: a trainer must not write there.
    package static let reserved = ["signature.json", "decision.json", "profile.json", "golden/", "training/"]
}
