import Foundation
import TensorFiles
import TestSupport
import Testing

/// `migrate export` and `migrate import`, without tools of others.
@Suite(.timeLimit(.minutes(60)))
struct MigrationTests {
    /// A project without data: the network takes a plain vector.
    private func project(network: String, task: String = "regression", more: String = "") throws -> Project {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("mlops.yaml", "model: net\ntask: \(task)\nnetwork:\n\(network)\n\(more)\n")
        return project
    }

    private static func tensor(_ shape: [Int], from first: Float = 1) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { first + Float($0) / 8 }, shape: shape)
    }

    private func write(_ tensors: [(String, Tensor)], to project: Project) throws {
        try project.scratch.write("w.safetensors", try Safetensors.encode(tensors.map { (name: $0.0, tensor: $0.1) }))
    }

    private func mapping(_ project: Project) throws -> [String: String] {
        let report = try project.json("migrate import w.safetensors --network mlops.yaml --dry-run")
        let lines = try #require(report["tensors"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let turned = line["is_transposed"] as? Bool == true ? " transposed" : ""
                return (line["to"] as? String ?? "", (line["from"] as? String ?? "") + turned)
            }
        )
    }

    @Test func whatGoesOutComesBackToTheBit() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        let before = try project.succeed("predict penguins.csv")
        let exported = try project.succeed("migrate export penguins --to safetensors")
        #expect(exported.contains("wrote penguins v1.0.0 to penguins-v1.0.0.safetensors: 4 tensors"), "\(exported)")
        // With the project, whose features are fitted on its data again.
        let line = "migrate import penguins-v1.0.0.safetensors --network mlops.yaml"
        let plan = try project.json("\(line) --dry-run")
        #expect(plan["dry_run"] as? Bool == true && plan["registration"] == nil && plan["passed"] as? Bool == true)
        #expect(!(try project.succeed("list")).contains("v1.1.0"))
        let report = try project.json(line)
        #expect(report["matched_by"] as? String == "name")
        #expect((report["registration"] as? [String: Any])?["version"] as? String == "v1.1.0")
        #expect(report["measured_on"] as? String == "validation")
        #expect(try project.succeed("predict penguins.csv --model penguins@v1.1.0") == before)
        #expect(try project.succeed(line).contains("already penguins@v1.1.0"))
        // Into another store, without the project: the file says it all.
        let other = try Project()
        try other.succeed("init .")
        try other.shell("rm mlops.yaml; cp '\(project.path)'/*.safetensors '\(project.path)/penguins.csv' .")
        try other.succeed("migrate import penguins-v1.0.0.safetensors --model birds")
        #expect(try other.succeed("predict penguins.csv --model birds") == before)
        // And out again: the same weights for the same network.
        try other.succeed("migrate export birds --to safetensors --output again.safetensors")
        let (first, _) = try Safetensors.decode(project.scratch.read("penguins-v1.0.0.safetensors"), source: "first")
        let (second, metadata) = try Safetensors.decode(other.scratch.read("again.safetensors"), source: "second")
        #expect(first == second)
        #expect(metadata["format"] == "mlops" && metadata["model"] == "birds" && metadata["version"] == "v1.0.0")
        try project.expectCleanStore()
        try other.expectCleanStore()
    }

    @Test func anImportLivesTheLifeOfAVersion() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("migrate export penguins --to safetensors --output w.safetensors")
        try project.succeed("migrate import w.safetensors --network mlops.yaml")
        let shown = try project.json("show penguins@v1.1.0")
        let lineage = try #require((shown["version"] as? [String: Any])?["lineage"] as? [String: Any])
        let digest = try project.shell("sha256sum w.safetensors | cut -d' ' -f1").output.dropLast()
        #expect(lineage["imported"] as? String == "sha256:\(digest)")
        #expect(lineage["recipe"] == nil && lineage["data"] == nil)
        let members = try #require(shown["members"] as? [[String: Any]]).compactMap { $0["path"] as? String }
        #expect(
            members == [
                "features.json", "golden/inputs.npy", "golden/outputs.npy", "network.json", "profile.json",
                "signature.json", "weights.safetensors",
            ]
        )
        #expect(try project.succeed("evaluate penguins@v1.1.0").contains("gate accuracy"))
        try project.succeed("test penguins@v1.1.0")
        try project.succeed("deploy penguins@v1.0.0 --env production")
        #expect(try project.succeed("deploy penguins@v1.1.0 --env production").contains("golden rows 67/67"))
        #expect(try project.succeed("validate penguins@v1.1.0 --env production").contains("valid"))
        try project.succeed("rollback production")
        // What is asked of it today is asked of an import, too.
        try project.shell("sed -i 's/at_least: 0.9/at_least: 0.8/' mlops.yaml")
        #expect(try project.succeed("show penguins@v1.1.0").contains("stale: the gates of mlops.yaml are others since"))
        try project.expectCleanStore()
    }

    @Test func gatesJudgeAnImportLikeARun() throws {
        let project = try Project(template: "tabular")
        // Weights that always say the same.
        try write(
            [
                ("0.weight", Tensor([Float](repeating: 0, count: 144), shape: [16, 9])),
                ("0.bias", Tensor([Float](repeating: 0, count: 16), shape: [16])),
                ("2.weight", Tensor([Float](repeating: 0, count: 48), shape: [3, 16])),
                ("2.bias", Tensor([Float](repeating: 0, count: 3), shape: [3])),
            ],
            to: project
        )
        let line = "migrate import w.safetensors --network mlops.yaml"
        let refused = try project.mlops(line)
        #expect(refused.status == 3 && refused.output.contains("FAIL"), "\(refused)")
        #expect(refused.output.contains("not registered; the same with --register does it anyway"))
        #expect(!(try project.succeed("list")).contains("v1.0.0"))
        let anyway = try project.mlops("\(line) --register")
        #expect(anyway.status == 3 && anyway.output.contains("registered penguins@v1.0.0"), "\(anyway)")
        try project.expectCleanStore()
    }

    @Test func tensorsAreMatchedByOrderAndShape() throws {
        let square = "  - dense: {units: 4}\n  - dense: {units: 4}\n  - dense: {units: 4}"
        let project = try project(network: square)
        func layers(_ names: [String], kernel: String, bias: String) throws -> [String: String] {
            try write(
                names.enumerated().flatMap { index, name in
                    [
                        ("\(name)\(kernel)", Self.tensor([4, 4], from: Float(index))),
                        ("\(name)\(bias)", Self.tensor([4])),
                    ]
                },
                to: project
            )
            return try mapping(project)
        }
        // Bytewise 10 stands before 2 and 8.
        #expect(
            try layers(["net.2", "net.8", "net.10"], kernel: ".weight", bias: ".bias") == [
                "dense/kernel": "net.2.weight transposed", "dense/bias": "net.2.bias",
                "dense_1/kernel": "net.8.weight transposed", "dense_1/bias": "net.8.bias",
                "dense_2/kernel": "net.10.weight transposed", "dense_2/bias": "net.10.bias",
            ]
        )
        let keras = try layers(["s/dense_7", "s/dense_8", "s/dense_21"], kernel: "/kernel:0", bias: "/bias:0")
        #expect(keras["dense/kernel"] == "s/dense_7/kernel:0" && keras["dense_2/bias"] == "s/dense_21/bias:0")
        let first = try layers(["dense", "dense_1", "dense_2"], kernel: ".kernel", bias: ".bias")
        #expect(first["dense/kernel"] == "dense.kernel" && first["dense_2/kernel"] == "dense_2.kernel")
        // Names without numbers do not tell the order of layers of one shape.
        try write(
            ["in", "mid", "out"].flatMap {
                [("\($0).weight", Self.tensor([4, 4])), ("\($0).bias", Self.tensor([4]))]
            },
            to: project
        )
        let ambiguous = try project.fail("migrate import w.safetensors --network mlops.yaml", with: 15)
        #expect(ambiguous.contains("fit in more than one order, and their names do not tell which"), "\(ambiguous)")
        // Names that do not say how a kernel lies do not tell that of a square one.
        try write(
            ["1", "2", "3"].flatMap { [("W\($0)", Self.tensor([4, 4])), ("b\($0)", Self.tensor([4]))] },
            to: project
        )
        let unclear = try project.fail("migrate import w.safetensors --network mlops.yaml", with: 15)
        #expect(unclear.contains("fit as [inputs, units] and as [units, inputs]"), "\(unclear)")
    }

    @Test func shapesTellWhatNamesDoNot() throws {
        let project = try project(network: "  - dense: {units: 5}\n  - dense: {units: 3, use_bias: false}")
        // In the order of the alphabet the head comes last, and here it is first.
        try write(
            [("a_head.w", Self.tensor([3, 5])), ("body.w", Self.tensor([5, 2])), ("body.b", Self.tensor([5]))],
            to: project
        )
        #expect(
            try mapping(project) == [
                "dense/kernel": "body.w transposed", "dense/bias": "body.b", "dense_1/kernel": "a_head.w transposed",
            ]
        )
        try write([("W1", Self.tensor([2, 5])), ("b1", Self.tensor([5])), ("W2", Self.tensor([5, 3]))], to: project)
        #expect(try mapping(project) == ["dense/kernel": "W1", "dense/bias": "b1", "dense_1/kernel": "W2"])
        try write(
            [("d/vars/0", Self.tensor([2, 5])), ("d/vars/1", Self.tensor([5])), ("e/vars/0", Self.tensor([5, 3]))],
            to: project
        )
        #expect(try mapping(project)["dense_1/kernel"] == "e/vars/0")
    }

    @Test func whatDoesNotFitIsShownSideBySide() throws {
        let project = try project(network: "  - dense: {units: 5}\n  - dense: {units: 3}")
        let line = "migrate import w.safetensors --network mlops.yaml"
        try write(
            [
                ("0.weight", Self.tensor([5, 2])), ("0.bias", Self.tensor([5])), ("2.weight", Self.tensor([4, 5])),
                ("2.bias", Self.tensor([4])),
            ],
            to: project
        )
        let errors = try project.fail(line, with: 15)
        #expect(
            errors == """
                error: w.safetensors does not fit the network: the shapes are not those of the network, from `dense_1` on
                  EXPECTED               FOUND
                  dense/kernel [any, 5]  0.weight F32 [5, 2]
                  dense/bias [5]         0.bias F32 [5]
                  dense_1/kernel [5, 3]  2.weight F32 [4, 5]
                  dense_1/bias [3]       2.bias F32 [4]
                hint: change `network:` to the layers that the weights are from

                """
        )
        try write([("0.weight", Self.tensor([5, 2]))], to: project)
        #expect(try project.fail(line, with: 15).contains("expected 2 layers with weights, found 1"))
        try write(
            [
                ("dense/kernel", Self.tensor([2, 5])), ("dense/bias", Self.tensor([5])),
                ("dense_1/kernel", Self.tensor([3, 5])), ("dense_1/bias", Self.tensor([3])),
            ],
            to: project
        )
        #expect(try project.fail(line, with: 15).contains("the shapes are not those of the network"))
        try write(
            ["a", "b", "c", "d"].map { ($0, Self.tensor([1, 1, 1, 1])) },
            to: project
        )
        #expect(try project.fail(line, with: 15).contains("expected 2 layers with weights, found 4"))
        #expect(try project.succeed("list").contains("no models yet"))
    }

    @Test func numbersOfOtherTypesAreConverted() throws {
        let project = try project(network: "  - dense: {units: 1, use_bias: false}")
        // 1 and 0.1 as a double; 2^24 + 1, which no 32-bit float is; 0.5 as a half (0x3800) and a bfloat16 (0x3F00).
        let cases: [(Tensor, type: String, rounded: Int, sum: Double)] = [
            (Tensor([Float(1), 0.5], shape: [2, 1]), "F32", 0, 1.5),
            (Tensor([1.0, 0.1], shape: [2, 1]), "F64", 1, 1.1),
            (Tensor([Int64(1), 16_777_217], shape: [2, 1]), "I64", 1, 16_777_217),
            (Tensor(elementType: .float16, shape: [2, 1], bytes: [0, 0x38, 0, 0x38]), "F16", 0, 1),
            (Tensor(elementType: .bfloat16, shape: [2, 1], bytes: [0, 0x3F, 0, 0x3F]), "BF16", 0, 1),
            (Tensor(elementType: .int8, shape: [2, 1], bytes: [0xFF, 3]), "I8", 0, 2),
        ]
        for (tensor, type, rounded, sum) in cases {
            try write([("only/kernel", tensor)], to: project)
            let report = try project.json(
                "migrate import w.safetensors --network mlops.yaml --model m-\(type.lowercased())"
            )
            let line = try #require((report["tensors"] as? [[String: Any]])?.first)
            #expect(line["type"] as? String == type && line["rounded"] as? Int == rounded)
            try project.scratch.write("ones.csv", "inputs_0,inputs_1\n1,1\n")
            let answer = try project.succeed("predict ones.csv --model m-\(type.lowercased())")
            let value = try #require(answer.split(separator: "\n").last.flatMap { Double($0) })
            #expect(abs(value - sum) <= 1e-7 * sum, "\(type): \(answer)")
        }
        let text = try project.mlops("migrate import w.safetensors --network mlops.yaml --model other")
        #expect(text.output.contains("not judged: there are no rows to judge it by"), "\(text)")
        try project.expectCleanStore()
    }

    @Test(
        "A weight that is no number is refused by name",
        arguments: [
            (Tensor([1, Float.nan, 1, 1], shape: [2, 2]), "tensor `only/kernel` holds nan, at [0, 1]"),
            (Tensor([1, 1, -Float.infinity, 1], shape: [2, 2]), "tensor `only/kernel` holds -inf, at [1, 0]"),
            (
                Tensor([1, 1, 1, 1e300], shape: [2, 2]),
                "holds 1e+300, which is too large for a 32-bit float, at [1, 1]"
            ),
            (
                Tensor(elementType: .float8e4m3, shape: [2, 2], bytes: [0, 0, 0, 0]),
                "has the type F8_E4M3, which is not computed with"
            ),
        ]
    )
    func weightsThatAreNoNumbers(tensor: Tensor, expected: String) throws {
        let project = try project(network: "  - dense: {units: 2, use_bias: false}")
        try write([("only/kernel", tensor)], to: project)
        let errors = try project.fail("migrate import w.safetensors --network mlops.yaml", with: 15)
        #expect(errors.contains(expected), "\(errors)")
        #expect(try project.succeed("list").contains("no models yet"))
    }

    struct Broken: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]

        init(_ description: String, header: String, data: Int) {
            testDescription = description
            bytes =
                (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8)
                + [UInt8](repeating: 0, count: data)
        }

        init(_ description: String, bytes: [UInt8]) { (testDescription, self.bytes) = (description, bytes) }
    }

    @Test(
        "A damaged file is 12, and nothing is written",
        arguments: [
            Broken("a header that is no JSON", header: "{\"a\": ", data: 4),
            Broken(
                "overlapping offsets",
                header: """
                    {"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
                    """,
                data: 8
            ),
            Broken(
                "trailing bytes",
                header: #"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#,
                data: 9
            ),
            Broken("cut off", header: #"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#, data: 7),
            Broken(
                "a shape that needs other bytes",
                header: #"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,8]}}"#,
                data: 8
            ),
            Broken("a picture", bytes: [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + [UInt8](repeating: 7, count: 99)),
            Broken("nothing", bytes: []),
        ]
    )
    func damagedFiles(broken: Broken) throws {
        let project = try project(network: "  - dense: {units: 1, use_bias: false}")
        try project.scratch.write("w.safetensors", broken.bytes)
        let errors = try project.fail("migrate import w.safetensors --network mlops.yaml", with: 12)
        #expect(errors.contains("w.safetensors: "), "\(errors)")
        #expect(errors.split(separator: "\n").count { $0.hasPrefix("error: ") } == 1)
        #expect(try project.succeed("list").contains("no models yet"))
        try project.expectCleanStore()
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        let project = try project(
            network: "  - dense: {units: 1, use_bias: false}",
            more: "environments: {production: {directory: live}}"
        )
        try write([("only/kernel", Self.tensor([2, 1]))], to: project)
        let line = "migrate import w.safetensors"
        #expect(
            try project.fail("migrate import nothing.safetensors --network mlops.yaml", with: 14).contains("nothing")
        )
        #expect(try project.fail("\(line) --network nothing.yaml", with: 64).contains("nothing.yaml"))
        #expect(try project.fail("\(line) --model m", with: 64).contains("does not say what network they are for"))
        #expect(try project.fail(line, with: 64).contains("--model NAME"))
        #expect(try project.fail("\(line) --network mlops.yaml --model 'No Name'", with: 64).contains("`no-name`"))
        try project.succeed("environment apply")
        #expect(
            try project.fail("\(line) --network mlops.yaml --model production", with: 15).contains("is an environment")
        )
        #expect(try project.fail("\(line) --network mlops.yaml --from v9.0.0", with: 14).contains("net"))
        try project.scratch.write("empty.yaml", "model: net\ntask: regression\n")
        #expect(try project.fail("\(line) --network empty.yaml", with: 64).contains("needs the key `network`"))
        try project.scratch.write("mute.yaml", "model: net\nnetwork: [dense: {units: 1, use_bias: false}]\n")
        #expect(try project.fail("\(line) --network mute.yaml", with: 64).contains("needs the key `task`"))
        try project.scratch.write(
            "linear.yaml",
            "model: net\ntask: classification\nnetwork: [dense: {units: 1, use_bias: false}]\n"
        )
        #expect(
            try project.fail("\(line) --network linear.yaml", with: 64).contains("hint: add: activation: sigmoid")
        )
        let written = try project.shell("ls -A; git --git-dir .mlops/store.git for-each-ref refs/tags").output
        #expect(!written.contains(".tmp-") && !written.contains("refs/tags"), "\(written)")
    }

    /// A file of ours that somebody has changed: what it says about itself is not believed.
    @Test(arguments: [
        (#"\"means\": \[[^]]*\]"#, #"\"means\": []"#, "has not learned 1 values"),
        (#"\"units\": 16"#, #"\"units\": 4611686018427387904"#, "the sizes are impossible"),
        (#"\"units\": 16"#, #"\"units\": 15"#, "the shapes are not those of the network"),
        (#"\"kind\": \"text\""#, #"\"kind\": \"number\""#, "takes text"),
        (#"network\/1"#, "network/9", "written in format network/9"),
    ])
    func metadataIsNotBelieved(pattern: String, replacement: String, expected: String) throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("migrate export penguins --to safetensors --output w.safetensors")
        let (tensors, metadata) = try Safetensors.decode(project.scratch.read("w.safetensors"), source: "w")
        let changed = try metadata.mapValues { text in
            // The same text as a person would write it, whatever the blanks are.
            let spaced = text.replacingOccurrences(of: "\" : ", with: "\": ")
            return try NSRegularExpression(pattern: pattern.replacingOccurrences(of: "\\\"", with: "\""))
                .stringByReplacingMatches(
                    in: spaced,
                    range: NSRange(spaced.startIndex..., in: spaced),
                    withTemplate: replacement.replacingOccurrences(of: "\\\"", with: "\"")
                )
        }
        try #require(changed != metadata)
        let bytes = try Safetensors.encode(tensors.map { (name: $0.key, tensor: $0.value) }, metadata: changed)
        try project.scratch.write("w.safetensors", bytes)
        let finished = try project.mlops("migrate import w.safetensors --model other")
        #expect([12, 15].contains(finished.status), "\(finished)")
        #expect(finished.errors.contains(expected), "\(finished)")
    }

    @Test func aDirectoryHasEverythingAndItsPage() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        #expect(try project.succeed("migrate export penguins --to directory --dry-run").contains("would write"))
        #expect(try project.shell("ls").output.contains("penguins-v1.0.0") == false)
        try project.succeed("migrate export penguins --to directory")
        try project.succeed("get penguins --to got")
        #expect(try project.shell("diff -r got penguins-v1.0.0").output == "Only in penguins-v1.0.0: README.md\n")
        let page = try project.shell("cat penguins-v1.0.0/README.md").output
        #expect(
            page.contains(
                "| `island` | text | `{\"one_hot\":{\"categories\":[\"Biscoe\",\"Dream\",\"Torgersen\"]}}` | 3 |"
            )
        )
        #expect(page.contains("`Adelie`, `Chinstrap`, `Gentoo`"))
        #expect(page.contains("x = x @ weights[\"dense_1/kernel\"] + weights[\"dense_1/bias\"]"))
        // Nothing is overwritten, whatever it is.
        try project.shell("ln -s nowhere link; touch file")
        for place in ["penguins-v1.0.0", "link", "file"] {
            for form in ["directory", "safetensors"] {
                let errors = try project.fail("migrate export penguins --to \(form) --output \(place)", with: 15)
                #expect(errors.contains("there is something at `\(place)` already"))
            }
        }
        #expect(try project.shell("ls -A").output.contains(".tmp-") == false)
        try project.fail("migrate export penguins@v9.0.0 --to directory", with: 14)
        try project.fail("migrate export penguins --to onnx", with: 64)
    }

    @Test func aModelOfAnotherFrameworkGoesOutAsItsFiles() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write("model/weights.bin", "abc")
        try project.scratch.write("model/README.md", "theirs")
        try project.succeed("register model --model other")
        let errors = try project.fail("migrate export other --to safetensors", with: 15)
        #expect(errors.contains("hint: take its files as they are: mlops migrate export other@v1.0.0 --to directory"))
        try project.succeed("migrate export other --to directory --output out")
        #expect(
            try project.shell("ls out; cat out/README.md").output == "README-mlops.md\nREADME.md\nweights.bin\ntheirs"
        )
        #expect(try project.shell("cat out/README-mlops.md").output.contains("| `weights.bin` | a file of the model |"))
    }
}
