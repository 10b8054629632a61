import ProjectFile
import Testing

private let fashion = """
    model: fashion
    task: classification
    data:
      train: {images: data/train-images-idx3-ubyte.gz, labels: data/train-labels-idx1-ubyte.gz}
      test:  {images: data/t10k-images-idx3-ubyte.gz,  labels: data/t10k-labels-idx1-ubyte.gz}
      validation: {split: 0.1}
      classes: [T-shirt, Trouser, "yes"]
    features:
      image: {rescale: 1/255}
    network:
      - flatten
      - dense: {units: 512, activation: relu}
      - dropout: 0.2
      - dense: {units: 10, activation: softmax}
    training: {loss: sparse_categorical_crossentropy, optimizer: {adam: {learning_rate: 0.001}}, epochs: 5, batch_size: 32, seed: 42}
    gates:
      accuracy: {at_least: 0.86}
    environments:
      staging: {directory: deployed/staging}
      production: {directory: deployed/production, requires: [validate, test], bake_time: 30m}
    """

private let overrideCases: [(String, @Sendable (Project) -> Bool)] = [
    ("training.epochs=20", { $0.training?.epochs == 20 }),
    ("model=other", { $0.model == "other" }),
    ("training.optimizer=sgd", { $0.training?.optimizer == "sgd" }),
    ("gates.accuracy.at_least=0.9", { $0.gates.first?.atLeast == 0.9 }),
    ("gates.log_loss.at_most=1", { $0.gates.last?.metric == "log_loss" }),
    ("data.classes=[a, b]", { $0.data?.classes == ["a", "b"] }),
]

struct ProjectTests {
    @Test func readsTheCanonicalExample() throws {
        let project = try Project.parse(fashion, file: "mlops.yaml")
        #expect(project.model == "fashion")
        #expect(project.task == .classification)
        #expect(project.data?.classes == ["T-shirt", "Trouser", "yes"])
        #expect(project.data?.validationSplit == 0.1)
        #expect(project.network.map(\.name) == ["flatten", "dense", "dropout", "dense"])
        #expect(try project.network[2].options?.number() == 0.2)
        #expect(project.training?.optimizer == "adam")
        #expect(project.training?.batchSize == .rows(32))
        #expect(try project.features.first?.steps.first?.options?.number() == 1.0 / 255)
        #expect(project.gates.first?.atLeast == 0.86)
        #expect(project.environments?.map(\.name) == ["staging", "production"])
        #expect(project.environments?.last?.requires == ["validate", "test"])
        #expect(project.environments?.last?.bakeTime == 1800)
    }

    @Test(
        "What cannot be meant is refused with its line and a hint",
        arguments: [
            ("modle: a", "f:1: unknown key `modle`", "did you mean `model`?"),
            (
                "model: a\ntraining:\n  loss: mse\n  epoch: 5", "f:4: unknown key `epoch` in `training`",
                "did you mean `epochs`?"
            ),
            (
                "training: {loss: mse, epochs: many}",
                "f:1: `training.epochs`: expected a whole number from 1 to 1000000, found `many`", nil
            ),
            ("model: a\nmodel: b", "f:1: the key `model` is there twice", nil),
            ("network: []", "f:1: `network`: expected at least one layer, found none", nil),
            (
                "task: clasification",
                "f:1: `task`: expected one of classification, regression, anomaly, found `clasification`",
                "did you mean `classification`?"
            ),
            ("gates: {accuracy: {}}", "f:1: `gates.accuracy`: expected at_least or at_most with a number", nil),
            (
                "data: {train: {csv: a.csv}, validation: {split: 1.5}}",
                "f:1: `data.validation.split`: expected a number from 0 to 0.9, found `1.5`", nil
            ),
            ("data: {target: x}", "f:1: `data` needs the key `train`", nil),
            ("data: {train: 5}", "f:1: `data.train`: expected a group of keys, found `5`", nil),
            (
                "environments: {production: {bake_time: soon}}",
                "f:1: `environments.production.bake_time`: expected a duration such as 30m, 1h or 2d, found `soon`", nil
            ),
            ("", "f: the file is empty", nil),
        ] as [(String, String, String?)]
    )
    func refuses(text: String, message: String, hint: String?) throws {
        let error = #expect(throws: ProjectError.self) { try Project.parse(text, file: "f") }
        #expect(error?.description == message)
        if let hint { #expect(error?.hints == [hint]) }
    }

    @Test func brokenYAMLNamesTheLine() throws {
        let error = #expect(throws: ProjectError.self) { try Project.parse("model: a\ntask: [b\n", file: "f") }
        #expect(error?.line != nil)
        #expect(error?.hints.isEmpty == false)
    }

    @Test(
        "An override reaches every key",
        arguments: overrideCases
    )
    func overrides(text: String, holds: @Sendable (Project) -> Bool) throws {
        let project = try Project.parse(fashion, file: "f", overrides: [Override(text)])
        #expect(holds(project))
        #expect(project.overrides.count == 1)
    }

    @Test func anOverrideOfAnUnknownKeyIsRefused() throws {
        #expect(throws: ProjectError.self) {
            try Project.parse(fashion, file: "f", overrides: [Override("training.epoch=20")])
        }
        #expect(throws: ProjectError.self) { try Override("training.epochs") }
    }

    @Test func anOptionOfAWordTurnsItIntoAGroup() throws {
        let text = "training: {loss: mse, optimizer: adam, epochs: 1, batch_size: 1, seed: 1}"
        let project = try Project.parse(
            text,
            file: "f",
            overrides: [Override("training.optimizer.adam.learning_rate=0.5")]
        )
        #expect(project.training?.optimizer == "adam")
        #expect(project.training?.optimizerOptions != nil)
    }
}
