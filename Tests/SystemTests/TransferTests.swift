import TestSupport
import Testing

/// `training.transfer`: a network that begins with the weights of a version.
@Suite(.timeLimit(.minutes(60)))
struct TransferTests {
    private let network = "[dense: {units: 12, activation: relu}, dense: {units: 8, activation: relu}"

    private func write(_ project: Project, _ name: String, classes: Int, _ training: String = "") throws {
        try project.scratch.write(
            "mlops.yaml",
            """
            model: \(name)
            task: classification
            data:
              train: {synthetic: {classification: {rows: 300, inputs: 8, classes: \(classes), seed: 5}}}
              split: {validation: 0.2}
            network: \(network), dense: {units: \(classes), activation: softmax}]
            training: {loss: sparse_categorical_crossentropy, epochs: 3, batch_size: 32, seed: 1\(training)}
            gates: {accuracy: {at_least: 0}}
            """
        )
    }

    private func project() throws -> Project {
        let project = try Project()
        try write(project, "base", classes: 3)
        try project.succeed("init .")
        try project.succeed("train -q")
        return project
    }

    @Test func theLayersOfAVersionAreTakenOverAndFrozen() throws {
        let project = try project()
        try write(project, "tuned", classes: 5, ", transfer: {from: base@v1.0.0, freeze: [dense]}")
        try project.succeed("train -q")
        try project.succeed("get base@v1.0.0 --to base -q")
        try project.succeed("get tuned@v1.0.0 --to tuned -q")
        let recipe = try project.shell("tr -d ' \\n' < tuned/training/recipe.json").output
        #expect(recipe.contains(#""frozen":["dense"]"#))
        #expect(recipe.contains(#""transfer":{"layers":["dense","dense_1"],"parent":""#))
        let same = try project.shell(
            """
            for name in base tuned; do head -c 8 $name/weights.safetensors > /dev/null; \
            python3 - $name/weights.safetensors <<'END'
            import json, struct, sys
            data = open(sys.argv[1], "rb").read()
            length = struct.unpack("<Q", data[:8])[0]
            header = json.loads(data[8:8 + length])
            for tensor in ["dense/kernel", "dense_1/kernel"]:
                start, end = header[tensor]["data_offsets"]
                print(tensor, data[8 + length + start:8 + length + end].hex())
            END
            done | sort | uniq | cut -d' ' -f1 | uniq -c | awk '{print $1, $2}'
            """
        ).output
        #expect(same == "1 dense/kernel\n2 dense_1/kernel\n")
        // The recipe alone tells how it was made.
        try write(project, "tuned", classes: 5)
        #expect(try project.succeed("reproduce tuned").contains("is reproduced"))
    }

    @Test(arguments: [
        (", transfer: {from: base@v9.0.0}", 14 as Int32, "`training.transfer.from`"),
        (", transfer: {freeze: [dense]}", 64, "needs the key `from`"),
        (", transfer: {from: base@v1.0.0, freeze: [densa]}", 64, "did you mean `dense`?"),
        (", transfer: {from: base@v1.0.0, freeze: [dense_2]}", 64, "would be frozen with random weights"),
    ])
    func whatCannotBeIsNamed(training: String, status: Int32, message: String) throws {
        let project = try project()
        try write(project, "tuned", classes: 5, training)
        let errors = try project.fail("train", with: status)
        #expect(errors.contains(message), "\(errors)")
    }
}
