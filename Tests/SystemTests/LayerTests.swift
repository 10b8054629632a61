import Foundation
import Support
import TestSupport
import Testing

/// Layers as the project file writes them.
@Suite(.timeLimit(.minutes(60)))
struct LayerTests {
    private func project(_ network: String, inputs: Int = 48) throws -> Project {
        let project = try Project()
        try project.scratch.write(
            "mlops.yaml",
            """
            model: shapes
            task: classification
            data:
              train: {synthetic: {classification: {rows: 400, inputs: \(inputs), classes: 3, seed: 5}}}
              split: {validation: 0.2, test: 0.2}
            network:
            \(network)
            training: {loss: sparse_categorical_crossentropy, optimizer: adam, epochs: 4, batch_size: 32, seed: 1}
            gates: {accuracy: {at_least: 0}}
            """
        )
        try project.succeed("init .")
        return project
    }

    private let everyLayer = """
          - reshape: [4, 6, 2]
          - conv2d: {filters: 8, kernel_size: 3, padding: same, activation: relu, kernel_regularizer: {l2: 0.0001}}
          - batch_normalization
          - zero_padding2d: [[1, 0], [0, 1]]
          - depthwise_conv2d: {kernel_size: [3, 3], activation: {leaky_relu: {negative_slope: 0.1}}}
          - residual:
              - conv2d: {filters: 8, kernel_size: [1, 3], padding: same, use_bias: false}
              - batch_normalization: {momentum: 0.9}
          - residual:
              layers: [{conv2d: {filters: 6, kernel_size: 1}}, {activation: relu}]
              shortcut: [{conv2d: {filters: 6, kernel_size: 1, strides: 1, dilation_rate: 1}}]
              activation: relu
          - max_pooling2d: {pool_size: [2, 1], strides: 1}
          - average_pooling2d: 1
          - reshape: [-1, 6]
          - conv1d: {filters: 12, kernel_size: 2, padding: causal, kernel_initializer: he_normal}
          - layer_normalization: {epsilon: 0.00001}
          - max_pooling1d
          - bidirectional: {gru: {units: 6, return_sequences: true, reset_after: false}}
          - average_pooling1d: 2
          - bidirectional: {layer: {simple_rnn: {units: 4, return_sequences: true}}, merge_mode: ave}
          - lstm: {units: 10, return_sequences: true, recurrent_initializer: {orthogonal: {gain: 0.5}}}
          - gru: {units: 9, return_sequences: true, go_backwards: true}
          - global_average_pooling1d
          - flatten
          - dropout: 0.1
          - dense: {units: 3, activation: softmax, bias_regularizer: {l1: 0.001}}
        """

    @Test func everyNetworkOfThePageTrains() throws {
        let page = try String(contentsOfFile: "\(Path.parent(#filePath))/../../docs/layers.md", encoding: .utf8)
        let networks = page.components(separatedBy: "```yaml\nnetwork:").dropFirst().map { block in
            block.components(separatedBy: "```")[0].split(separator: "\n").dropFirst().joined(separator: "\n")
        }
        #expect(networks.count == 6)
        for network in networks {
            let project = try project(network)
            if network.contains("embedding") {
                let rows = (0..<300).map { row in
                    (0..<5).map { "\((row * 7 + $0 * row) % 10)" }.joined(separator: ",")
                        + ",\(["a", "b", "c"][row % 3])"
                }
                try project.scratch.write("words.csv", (["p,q,r,s,t,kind"] + rows).joined(separator: "\n"))
                let path = "\(project.path)/mlops.yaml"
                let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
                    line.contains("synthetic") ? "  train: {csv: words.csv}\n  target: kind" : String(line)
                }
                try project.scratch.write("mlops.yaml", lines.joined(separator: "\n"))
            }
            try project.succeed("train -q --no-register")
        }
        // The page leaves no layer out.
        let errors = try project("- qqqq").fail("train -q", with: 64)
        let known = errors.components(separatedBy: "the layers are: ").last ?? ""
        let names = known.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        #expect(names.count > 20, "\(errors)")
        for name in names { #expect(networks.contains { $0.contains("\(name)") }, "\(name)") }
    }

    @Test func everyLayerLivesItsWholeLife() throws {
        let project = try project(everyLayer)
        try project.succeed("train -q --threads 1")
        // The same bits on two threads.
        #expect(try project.succeed("train --threads 2").contains("already shapes@v1.0.0"))
        try project.succeed("evaluate shapes")
        try project.succeed("test shapes")
        try project.succeed("migrate export shapes@v1.0.0 --to safetensors --output weights.safetensors")
        let imported = try project.succeed("migrate import weights.safetensors --network mlops.yaml --model again")
        #expect(imported.contains("registered again@v1.0.0"), "\(imported)")
        #expect(try project.succeed("diff shapes@v1.0.0 again@v1.0.0").contains("answers: the same to the bit"))
        try project.succeed("migrate export shapes@v1.0.0 --to directory --output out")
        try project.expectCleanStore()
    }

    /// An optimizer remembers nothing of moving averages, which an update moves on as well.
    @Test func aNetworkWithMovingAveragesIsUpdated() throws {
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable().text)
        try project.scratch.write("april.csv", ProcessTable(seed: 9).text)
        try project.succeed("init --from process.csv --target defect")
        try project.shell("sed -i '0,/^  - dense/s//  - batch_normalization\\n  - dense/' mlops.yaml")
        try project.succeed("train -q --register --set training.epochs=3", allowing: [3])
        try project.succeed("update defect@v1.0.0 --data april.csv --epochs 1 --register", allowing: [3])
        try project.succeed("migrate export defect@v1.0.0 --to safetensors --output old.safetensors")
        try project.succeed("migrate export defect@v1.0.1 --to safetensors --output new.safetensors")
        #expect(try project.shell("grep -aq moving_mean new.safetensors").status == 0)
        #expect(try project.shell("cmp -s old.safetensors new.safetensors").status != 0)
    }

    @Test(arguments: [
        (
            "- conv2d: {filters: 4, kernel_size: 3}",
            "expected an input of shape [height, width, channels], received shape [48]"
        ),
        ("- reshape: [7, 7]", "expected a target shape of 48 numbers"),
        (
            "- reshape: [4, 6, 2]\n  - conv2d: {filters: 4, kernel_size: 5}",
            "expected at least 5 inputs along each axis"
        ),
        (
            "- reshape: [4, 6, 2]\n  - conv2d: {filters: 4, kernel_size: 3, padding: causal}",
            "expected one of valid, same"
        ),
        ("- reshape: [4, 6, 2]\n  - conv2d: {filters: 4, kernal_size: 3}", "unknown key `kernal_size`"),
        ("- reshape: [4, 6, 2]\n  - conv2d: {filters: 4, kernel_size: 3, stride: 2}", "unknown key `stride`"),
        ("- reshape: [4, 6, 2]\n  - conv2d: 4", "`conv2d`: expected a group of options"),
        ("- conv3d: {filters: 4}", "unknown layer `conv3d`"),
        ("- lstm: 4", "expected an input of shape [steps, values], received shape [48]"),
        ("- reshape: [12, 4]\n  - lstm: {units: 4, activation: gelu}", "expected activations out of linear, relu"),
        ("- reshape: [12, 4]\n  - bidirectional: {merge_mode: sum}", "`bidirectional` needs a layer"),
        ("- reshape: [12, 4]\n  - bidirectional: {lstm: {units: 3, go_backwards: true}}", "goes forwards"),
        ("- residual: [{dense: 5}]", "expected layers and shortcut of one shape, received [5] and [48]"),
        ("- residual: [{conv2d: {filters: 1, kernel_size: 1}}]", "(`residual/conv2d`): expected an input of shape"),
        ("- embedding: {input_dim: 5, output_dim: 0}", "expected a whole number"),
        ("- dense: 134217728\n  - dense: 134217728", "fewer than 2,147,483,648 numbers"),
        ("- global_max_pooling2d: 2", "`global_max_pooling2d` has no options"),
        ("- dense: {units: 3, kernel_regularizer: {l3: 1}}", "unknown key `l3`"),
        ("- zero_padding2d: [1, 2, 3]", "expected zeros such as 1, [1, 2] or [[1, 1], [2, 2]]"),
    ])
    func aLayerThatCannotBeIsNamedWithItsLine(layers: String, expected: String) throws {
        let project = try project("  \(layers)\n  - flatten\n  - dense: {units: 3, activation: softmax}")
        let errors = try project.fail("train", with: 64)
        #expect(errors.contains("mlops.yaml:") && errors.contains(expected), "\(errors)")
    }
}
