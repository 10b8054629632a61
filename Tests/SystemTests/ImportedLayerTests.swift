import Foundation
import TensorFiles
import TestSupport
import Testing

/// Weights of PyTorch and Keras for every kind of layer, judged by what these answered; see the scripts beside the files.
@Suite(.timeLimit(.minutes(60)))
struct ImportedLayerTests {
    /// A network of another framework.
    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        /// The layers as mlops has them.
        let network: String
        /// Numbers of a row.
        let columns: Int
        let inputs: [Float]
        let outputs: [Float]

        var testDescription: String { name }

        static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/weights")

        static func read(_ framework: String) -> [Case] {
            let data = try? Data(contentsOf: folder.appending(path: "\(framework).json"))
            return data.flatMap { try? JSONDecoder().decode([Case].self, from: $0) } ?? []
        }
    }

    private func project(_ network: String) throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", "model: net\ntask: regression\nnetwork:\(network)")
        return project
    }

    private func write(_ tensors: [(String, [Int])], to project: Project) throws {
        let tensors = tensors.map { name, shape in
            (name: name, tensor: Tensor((0..<shape.reduce(1, *)).map { Float($0) / 64 }, shape: shape))
        }
        try project.scratch.write("w.safetensors", try Safetensors.encode(tensors))
    }

    private let line = "migrate import w.safetensors --network mlops.yaml"

    /// Imports the weights, and compares the answers; returns what became of each tensor.
    private func expectEqualAnswers(_ example: Case, _ framework: String) throws -> [[String: Any]] {
        let project = try project(example.network)
        let file = Case.folder.appending(path: "\(framework)-\(example.name).safetensors").path()
        try project.shell("cp '\(file)' w.safetensors")
        let report = try project.json(line)
        try project.scratch.write("x.npy", NumPyFile.bytes(example.inputs, columns: example.columns))
        try project.succeed("predict x.npy --model net --output p.npy")
        let answers = try NPY.decode(project.scratch.read("p.npy"), source: "p.npy").floats()
        #expect(answers.count == example.outputs.count)
        let difference = zip(answers, example.outputs).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < 1e-5, "\(difference)")
        try project.expectCleanStore()
        return try #require(report["tensors"] as? [[String: Any]])
    }

    @Test("Networks of PyTorch answer as they did there", arguments: Case.read("pytorch"))
    func pyTorch(example: Case) throws { _ = try expectEqualAnswers(example, "pytorch") }

    @Test("Networks of Keras answer as they did there", arguments: Case.read("keras"))
    func keras(example: Case) throws {
        let lines = try expectEqualAnswers(example, "keras")
        #expect(lines.allSatisfy { $0["is_transposed"] as? Bool == false && $0["change"] == nil })
    }

    @Test func allFixturesAreThere() {
        #expect(Case.read("pytorch").map(\.name) == ["cnn", "residual", "cnn1d", "lstm", "gru", "text"])
        #expect(Case.read("keras").count == 4)
    }

    @Test func theReportSaysWhatWasDone() throws {
        let example = try #require(Case.read("pytorch").first { $0.name == "gru" })
        let project = try project(example.network)
        let file = Case.folder.appending(path: "pytorch-gru.safetensors").path()
        try project.shell("cp '\(file)' w.safetensors")
        let text = try project.succeed("\(line) --dry-run")
        #expect(text.contains("12 tensors, "), "\(text)")
        for expected in [
            #/gru.weight_ih_l0 +F32 \[18, 6\] +-> gru/kernel +transposed, gates reordered/#,
            #/gru.bias_hh_l1 +F32 \[18\] +-> gru_1/bias +gates reordered, one of two rows/#,
            #/rnn.weight_hh_l0 +F32 \[3, 3\] +-> simple_rnn/recurrent_kernel +transposed/#,
        ] { #expect(text.contains(expected), "\(text)") }
        let lines = try #require(try project.json("\(line) --dry-run")["tensors"] as? [[String: Any]])
        #expect(lines.first?["change"] as? String == "gates reordered")
    }

    @Test func epsilonsThatDifferAreNamed() throws {
        let project = try project("\n  - dense: 3\n  - batch_normalization\n")
        let norm = ["weight", "bias", "running_mean", "running_var"].map { ("1.\($0)", [3]) }
        try write([("0.weight", [3, 2]), ("0.bias", [3])] + norm, to: project)
        let warned = try project.mlops("\(line) --dry-run")
        #expect(warned.errors.contains("`batch_normalization` has the epsilon 0.001, as in Keras"), "\(warned)")
        #expect(warned.errors.contains("batch_normalization: {epsilon: 1e-5}"))
        try project.shell("sed -i 's/- batch_normalization/- batch_normalization: {epsilon: 1e-5}/' mlops.yaml")
        #expect(try project.mlops("\(line) --dry-run").errors.isEmpty)
    }

    @Test(
        "What does not fit is named with its layer, and shown side by side",
        arguments: [
            (
                "  - reshape: [5, 5, 2]\n  - conv2d: {filters: 4, kernel_size: 3}\n  - flatten\n  - dense: 2",
                [("0.weight", [4, 2, 3, 3]), ("0.bias", [4]), ("3.weight", [2, 40]), ("3.bias", [2])],
                ["are not those of the network, from `dense` on", "dense/kernel [36, 2]", "3.weight F32 [2, 40]"]
            ),
            (
                "  - reshape: [5, 5, 2]\n  - conv2d: {filters: 4, kernel_size: 3, use_bias: false}\n  - batch_normalization",
                [("0.weight", [4, 2, 3, 3]), ("1.weight", [4]), ("1.bias", [4])],
                ["from `batch_normalization` on", "batch_normalization/moving_mean [4]"]
            ),
            (
                "  - reshape: [5, 3]\n  - gru: {units: 2, reset_after: false}",
                [
                    ("g.weight_ih_l0", [6, 3]), ("g.weight_hh_l0", [6, 2]), ("g.bias_ih_l0", [6]),
                    ("g.bias_hh_l0", [6]),
                ], ["from `gru` on", "gru/bias [6]", "g.bias_ih_l0 F32 [6]"]
            ),
            (
                "  - reshape: [5, 3]\n  - lstm: 2",
                [
                    ("r.weight_ih_l0", [8, 3]), ("r.weight_hh_l0", [8, 2]), ("r.bias_ih_l0", [8]),
                    ("r.bias_hh_l0", [8]), ("r.weight_hr_l0", [1, 2]),
                ], ["expected 1 layer with weights, found 2", "r.weight_hr_l0"]
            ),
            (
                "  - reshape: [5, 3]\n  - bidirectional: {lstm: 2}",
                [
                    ("r.weight_ih_l0", [8, 3]), ("r.weight_hh_l0", [8, 2]), ("r.bias_ih_l0", [8]),
                    ("r.bias_hh_l0", [8]),
                ], ["from `bidirectional` on", "bidirectional/backward/kernel [3, 8]"]
            ),
        ] as [(String, [(String, [Int])], [String])]
    )
    func whatDoesNotFit(network: String, tensors: [(String, [Int])], expected: [String]) throws {
        let project = try project("\n\(network)\n")
        try write(tensors, to: project)
        let errors = try project.fail(line, with: 15)
        for part in expected { #expect(errors.contains(part), "\(part)\n\(errors)") }
    }

    @Test func withoutDataTheShapeOfARowIsAskedFor() throws {
        let project = try project("\n  - embedding: {input_dim: 5, output_dim: 2}\n  - flatten\n  - dense: 1\n")
        try write([("0.weight", [5, 2]), ("2.weight", [1, 6]), ("2.bias", [1])], to: project)
        let errors = try project.fail(line, with: 64)
        #expect(errors.contains("mlops.yaml:4: without `data`, nothing says how many numbers a row has"), "\(errors)")
        #expect(errors.contains("hint: begin with their shape, such as `reshape: [28, 28, 1]`"))
    }

    /// A map that no convolution has made lies as the rows do.
    @Test func rowsThatAreMadeFlatLieAsTheyDo() throws {
        let project = try project("\n  - reshape: [2, 3]\n  - flatten\n  - dense: {units: 1, use_bias: false}\n")
        try write([("weight", [1, 6])], to: project)
        try project.succeed(line)
        try project.scratch.write("x.npy", NumPyFile.bytes([0, 0, 0, 64, 0, 0], columns: 6))
        try project.succeed("predict x.npy --model net --output p.npy")
        #expect(try NPY.decode(project.scratch.read("p.npy"), source: "p.npy").floats() == [3])
    }
}
