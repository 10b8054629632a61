internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
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
    /// The network and its training; `nil` for a model of another framework.
    let network: NetworkDescription?
    let training: TrainingRecipe?
    /// The program that trained; `nil` for a network.
    let trainer: TrainerRecipe?
    private(set) var data: DataDigests
    /// What the training went on from; `nil` for one from the start.
    private(set) var update: Continuation?
    /// Whether the class weights follow from the rows; `nil` for no.
    let balancesClasses: Bool?
    /// What was asked of the decision for a class; `nil` for the most probable one.
    let decision: DecisionRule?
    /// The column of the weights of the rows; `nil` where all count the same.
    let sampleWeights: String?
    /// How examples were cut out of a series; `nil` where each row is one.
    let windows: Window?
    /// Of an anomaly task the class of the rows that are normal; `nil` for the usual name.
    let normal: String?
    /// The weights that the training began with; `nil` for random ones.
    let transfer: Transfer.Source?

    /// How a model went on learning.
    struct Continuation: Codable, Equatable {
        /// The package that it went on from.
        let parent: Digest
        /// The epochs that were trained, where these are not those of the recipe.
        let epochs: Int?
        /// Whether only the new rows were learned from; `nil` for no.
        let onlyNew: Bool?
        /// The steps that the optimizer had taken before; `nil` in packages of older tools.
        let steps: Int?
        /// The rows that were learned from; `nil` in packages of older tools.
        let rows: Int?
    }

    /// What a program of the project was given to train a model.
    struct TrainerRecipe: Codable, Equatable {
        let command: [String]
        var parameters: Parameter?
        /// The digests of the files that the command names.
        let files: [String: Digest]
        var seed: UInt64
    }

    /// What the rows were, as digests of the files.
    struct DataDigests: Codable, Equatable {
        let train: Digest
        let validation: Digest?
        let test: Digest?
        /// Rows that were learned from later, when the model was updated; `nil` for none.
        var added: [Digest]?
        /// The files that were there when added rows were dealt out, by the digest of the added file.
        ///
        /// Only where that was not everything that was learned from before; `nil` for none.
        var dealtAfter: [String: [Digest]]?

        /// The files that were there when added rows were dealt out.
        func predecessors(of added: Digest) -> [Digest] {
            dealtAfter?[added.hexadecimal] ?? [train] + (self.added ?? []).prefix { $0 != added }
        }
    }

    init(
        network: NetworkDescription,
        recipe: TrainingRecipe,
        dataset: DatasetDescription,
        balancesClasses: Bool,
        decision: DecisionRule?,
        transfer: Transfer.Source? = nil
    ) throws {
        task = dataset.task
        features = dataset.features
        split = dataset.split
        self.network = network
        training = recipe
        trainer = nil
        self.balancesClasses = balancesClasses ? true : nil
        self.decision = decision
        sampleWeights = dataset.sampleWeights
        windows = dataset.windows
        normal = dataset.normal
        self.transfer = transfer
        data = try DataDigests(dataset)
    }

    init(trainer: TrainerRecipe, dataset: DatasetDescription, decision: DecisionRule?) throws {
        task = dataset.task
        features = dataset.features
        split = dataset.split
        (network, training) = (nil, nil)
        self.trainer = trainer
        balancesClasses = nil
        (sampleWeights, windows, normal, transfer) = (nil, nil, nil, nil)
        self.decision = decision
        data = try DataDigests(dataset)
    }

    /// The recipe of a model that goes on learning from other rows.
    ///
    /// `present` are the files that were there, its own and added ones, when the rows were dealt out.
    func adding(_ rows: [Digest], dealtAfter present: [Digest], by update: Continuation) -> RecipeDocument {
        var copy = self
        for (index, file) in rows.enumerated() {
            let (were, all) = (present + rows[..<index], [data.train] + (copy.data.added ?? []))
            if were != all {
                copy.data.dealtAfter = (copy.data.dealtAfter ?? [:]).merging([file.hexadecimal: were]) { $1 }
            }
            copy.data.added = (copy.data.added ?? []) + [file]
        }
        copy.update = update
        return copy
    }

    /// What chance was begun with.
    var seed: UInt64 { training?.seed ?? trainer?.seed ?? 0 }

    /// The recipe in the package of a version.
    init(of record: VersionRecord, in store: Store) throws {
        self = try JSON.decode(
            RecipeDocument.self,
            from: try store.package(of: record).read(MemberNames.recipe),
            source: record.title
        )
    }

    /// The digest of everything but the data and the seed: a change of it makes a new MINOR version.
    func recipeDigest() throws -> Digest {
        struct Recipe: Encodable {
            let task: LearningTask
            let features: FeatureDescription
            let split: Split
            let network: NetworkDescription?
            let training: TrainingRecipe?
            let trainer: TrainerRecipe?
            let balancesClasses: Bool?
            let decision: DecisionRule?
            let sampleWeights: String?
            let windows: Window?
            let normal: String?
            let transfer: Transfer.Source?
        }
        var (training, trainer) = (training, trainer)
        training?.seed = 0
        trainer?.seed = 0
        let parameters = trainer?.parameters?.removing("seed")
        trainer?.parameters = parameters
        // Balanced class weights follow from the data: other numbers are no other recipe.
        if balancesClasses == true { training?.classWeights = nil }
        return Digest(
            of: try JSON.encode(
                Recipe(
                    task: task,
                    features: features,
                    split: split,
                    network: network,
                    training: training,
                    trainer: trainer,
                    balancesClasses: balancesClasses,
                    decision: decision,
                    sampleWeights: sampleWeights,
                    windows: windows,
                    normal: normal,
                    transfer: transfer
                ),
                pretty: false
            )
        )
    }

    /// The digest of the data and the seed: a change of it alone makes a new PATCH version.
    func dataDigest() throws -> Digest {
        struct Data: Encodable {
            let data: DataDigests
            let seed: UInt64
            let update: Continuation?
        }
        return Digest(of: try JSON.encode(Data(data: data, seed: seed, update: update), pretty: false))
    }
}

extension RecipeDocument.DataDigests {
    init(_ dataset: DatasetDescription) throws {
        train = try dataset.train.digest()
        validation = try dataset.validation?.digest()
        test = try dataset.test?.digest()
    }
}

extension DatasetDescription {
    /// Deals the rows out as they were for a model, so that what was kept from it then is kept from it now.
    mutating func deal(as recipe: RecipeDocument) {
        split = recipe.split
        windows = recipe.windows
        seed = recipe.seed
        normal = recipe.normal
    }

    /// Whether rows of a part can no longer be told from those that a model was trained on.
    ///
    /// Rows that are dealt out of the training data are those that were kept from it only while these are the same.
    func isDealt(_ part: Part, outOfOtherRowsThan recipe: RecipeDocument?) throws -> Bool {
        guard let recipe, isDealt(part) else { return false }
        return try train.digest() != recipe.data.train
    }
}
