internal import Datasets
internal import NeuralNetwork
internal import Support

/// How a model was trained, and on what: `training/recipe.json` in its package.
///
/// It holds no path and no time.
struct RecipeDocument: JSONDocument, Equatable {
    static let schema = Schema("recipe", 1)

    let task: LearningTask
    let features: FeatureDescription
    let split: Split
    let network: NetworkDescription
    let training: TrainingRecipe
    let data: DataDigests

    /// What the rows were, as digests of the files.
    struct DataDigests: Codable, Equatable {
        let train: Digest
        let validation: Digest?
        let test: Digest?
    }

    init(network: NetworkDescription, recipe: TrainingRecipe, dataset: DatasetDescription) throws {
        task = dataset.task
        features = dataset.features
        split = dataset.split
        self.network = network
        training = recipe
        data = DataDigests(
            train: try dataset.train.digest(),
            validation: try dataset.validation?.digest(),
            test: try dataset.test?.digest()
        )
    }

    /// The digest of everything but the data and the seed: a change of it makes a new MINOR version.
    func recipeDigest() throws -> Digest {
        struct Recipe: Encodable {
            let task: LearningTask
            let features: FeatureDescription
            let split: Split
            let network: NetworkDescription
            let training: TrainingRecipe
        }
        var training = training
        training.seed = 0
        // Balanced class weights follow from the data, and are not a choice of another recipe.
        return Digest(
            of: try JSON.encode(
                Recipe(task: task, features: features, split: split, network: network, training: training),
                pretty: false
            )
        )
    }

    /// The digest of the data and the seed: a change of it alone makes a new PATCH version.
    func dataDigest() throws -> Digest {
        struct Data: Encodable {
            let data: DataDigests
            let seed: UInt64
        }
        return Digest(of: try JSON.encode(Data(data: data, seed: training.seed), pretty: false))
    }
}
