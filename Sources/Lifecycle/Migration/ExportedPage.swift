internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import NeuralNetwork
internal import Support

/// The page in an exported directory, for somebody who has never heard of mlops.
struct ExportedPage {
    let text: String

    /// Columns that the page explains; the others are in `features.json`.
    private static let columns = 50

    /// What the members of a package are.
    private static let meanings = [
        MemberNames.weights: "the weights, as [inputs, units] kernels and [units] biases (32-bit floats)",
        MemberNames.network: "the layers, with Keras's words",
        MemberNames.features: "what turns a raw row into the inputs of the network, with all that it learned",
        MemberNames.signature: "what goes in and what comes out",
        MemberNames.decision: "how probabilities become a class, or a score an anomaly",
        MemberNames.profile: "the distribution of each column in the training rows",
        MemberNames.goldenInputs: "rows, as they go into the network, after the steps below",
        MemberNames.goldenTable: "rows, as they go into the model",
        MemberNames.goldenOutputs: "the outputs that these rows must give",
        MemberNames.recipe: "how it was trained, and the digests of the data",
        MemberNames.history: "one line per epoch",
        MemberNames.crossValidation: "what each fold gave, and the epochs that follow from them",
        MemberNames.optimizer: "what the optimizer remembers",
    ]

    /// The page called `page`, for a package that is unpacked beside it.
    ///
    /// Throws a ``Failure`` of kind `integrity` when a document of the package cannot be read.
    init(_ record: VersionRecord, _ package: PackageReader, page: String) throws {
        let files = ModelFiles(package, source: record.title)
        let isNetwork = record.kind == .network
        var text = """
            # \(record.title)

            \(isNetwork ? "A neural network" : "A model of another framework"), exported from a store of mlops. \
            Nothing of mlops is needed to use it, and nothing here is executable.
            The tar archive of these files, without this page, has the digest `\(record.digest)`.

            | file | what it is |
            |---|---|
            | `\(page)` | this page |

            """
        for member in package.manifest.members {
            var meaning = Self.meanings[member.path] ?? (isNetwork ? "" : "a file of the model")
            if !isNetwork, member.path == MemberNames.goldenInputs { meaning = "rows, as they go into the model" }
            text += "| `\(member.path)` | \(meaning) |\n"
        }
        let signature = try files.optional(Signature.self, MemberNames.signature)
        if isNetwork {
            text += try Self.explanation(of: files, signature)
        } else if let signature {
            text += "\n## What goes in, what comes out\n\n"
            text += signature.inputs.map { "* in: `\($0.text)`\n" }.joined()
            text += signature.outputs.map { "* out: `\($0.text)`\n" }.joined()
            if let classes = signature.classes { text += "* classes, in order: \(Self.list(classes))\n" }
        }
        self.text = text
    }

    /// How a raw row becomes an output.
    private static func explanation(of files: ModelFiles, _ signature: Signature?) throws -> String {
        let pipeline = try files.document(FeaturePipeline.self, MemberNames.features)
        let network = try files.document(NetworkDescription.self, MemberNames.network)
        var text = """

            ## From a raw row to an output

            1. Each column below goes through its steps, from left to right, and becomes so many numbers.
            2. These numbers, side by side in this order, are the \(pipeline.width) inputs of the network.
            3. The network computes the outputs, as the program below does.

            | column | type | steps | numbers |
            |---|---|---|---|

            """
        for column in pipeline.columns.prefix(columns) {
            let steps = try column.steps.map { step in
                let json = String(decoding: try JSON.encode(step, pretty: false), as: UTF8.self)
                return "`\(shortened(json, 120))`".replacing("|", with: "\\|")
            }
            let type = column.field.kind == .text ? "text" : "number"
            let shape = column.field.shape.isEmpty ? "" : " \(column.field.shape)"
            let name = column.field.name.replacing("|", with: "\\|")
            text += "| `\(name)` | \(type)\(shape) | \(steps.isEmpty ? "as it is" : steps.joined(separator: ", ")) "
            text += "| \(column.names.count) |\n"
        }
        if pipeline.columns.count > columns {
            text += "\nAnd \(pipeline.columns.count - columns) more: `features.json` has all of them.\n"
        }
        let used = Set(pipeline.columns.flatMap { $0.steps.map(\.name) })
        let formulas = self.formulas.filter { used.contains($0.step) }
        if !formulas.isEmpty { text += "\n" + formulas.map { "* `\($0.step)`: \($0.meaning)\n" }.joined() }
        if let program = NumPyProgram(network, scores: signature?.isAnomalyScore ?? false) {
            text += """

                With Python, NumPy and safetensors (`pip install numpy safetensors`), in this directory:

                ```python
                \(program.text)
                ```

                """
        }
        if let classes = signature?.classes {
            text += "\nThe outputs are probabilities of the classes, in this order: \(list(classes)).\n"
            let outputs = try network.outputShape().reduce(1, *)
            if outputs == 1, classes.count == 2 { text += "The one output is that of the second class.\n" }
        } else if signature?.isAnomalyScore == true {
            text += "\nThe score is the mean squared difference between what the network gives and what went in.\n"
        } else if let output = signature?.outputs.first {
            text += "\nThe output is `\(output.name)`.\n"
        }
        if let decision = try files.optional(Decision.self, MemberNames.decision) {
            text += "\n\(sentence(decision))\n"
        }
        return text
    }

    private static let formulas = [
        (
            step: "impute",
            meaning: "the value, where one is missing; with an indicator, one number more that is 1 there"
        ),
        (step: "standardize", meaning: "(x - mean) / deviation"),
        (step: "min_max", meaning: "(x - minimum) / range"),
        (step: "robust", meaning: "(x - median) / range"),
        (step: "log1p", meaning: "the natural logarithm of 1 + x"),
        (step: "clip", meaning: "not less than `lower`, not more than `upper`"),
        (step: "rescale", meaning: "x times the factor"),
        (step: "one_hot", meaning: "a number for each category, 1 for the one that the text is and else 0"),
        (step: "ordinal", meaning: "the place of the text among the categories, from 0"),
        (
            step: "hash",
            meaning: "MurmurHash3 (32 bits, seed 0) of the text in UTF-8: at the place of its magnitude modulo the "
                + "number of buckets stands its sign, 1 or -1"
        ),
        (step: "date_parts", meaning: "the parts of the date, each a number; Monday is 0"),
    ]

    private static func sentence(_ decision: Decision) -> String {
        switch decision.rule {
        case .threshold(let index, let threshold):
            "The answer is `\(decision.classes[index])` from a probability of \(threshold) on, "
                + "else the most probable of the others."
        case .costs: "The answer is the class that costs least on average: `decision.json` has the costs."
        case .score(let threshold): "A row is an anomaly when its score is above \(threshold.score)."
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(100).map { "`\($0)`" }.joined(separator: ", ")
        return names.count > 100 ? "\(shown) and \(names.count - 100) more" : shown
    }

    private static func shortened(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : "\(text.prefix(limit))…"
    }
}
