import Foundation
import TestSupport
import Testing

/// Models that go to Python and come from PyTorch, judged by their own libraries.
@Suite(.enabled(if: Frameworks.areInstalled), .timeLimit(.minutes(60)))
struct MigrationFrameworkTests {
    private func python(_ program: String, in project: Project) throws -> String {
        try project.scratch.write("program.py", program)
        let finished = try project.shell("'\(Frameworks.path)/python3' program.py")
        #expect(finished.status == 0, "\(finished)")
        return finished.output
    }

    /// NumPy comes to the scores and the figures of an anomaly task from the weights and the raw rows alone.
    @Test func numPyComputesTheScoresOfAnAnomalyTask() throws {
        let project = try Project(template: "anomaly")
        try project.succeed("train -q")
        try project.succeed("migrate export pump --to directory --output out")
        try project.succeed("predict test.csv --output p.npy")
        try project.scratch.write("judged.json", try project.succeed("evaluate pump --json"))
        let output = try python(
            """
            import csv, json, numpy
            from safetensors.numpy import load_file
            weights = load_file("out/weights.safetensors")
            rows = list(csv.DictReader(open("test.csv")))
            columns = []
            for column in json.load(open("out/features.json"))["columns"]:
                step = column["steps"][0]["standardize"]
                values = numpy.array([row[column["field"]["name"]] for row in rows], float)
                columns.append((values - step["means"][0]) / step["deviations"][0])
            features = x = numpy.array(columns).T
            for name, function in [("dense", numpy.tanh), ("dense_1", None), ("dense_2", numpy.tanh), ("dense_3", None)]:
                x = x @ weights[name + "/kernel"].astype(float) + weights[name + "/bias"]
                x = function(x) if function else x
            scores = ((x - features) ** 2).mean(axis=1)
            answers = numpy.load("p.npy")
            assert answers.shape == (580, 2)
            error = (abs(answers[:, 0] - scores) / (1e-3 + scores)).max()
            assert error < 1e-4, error
            threshold = json.load(open("out/decision.json"))["anomaly"]["score"]
            said = answers[:, 0].astype(float) > threshold
            assert (said == answers[:, 1]).all()
            faulty = numpy.array([row["state"] != "normal" for row in rows])
            metrics = json.load(open("judged.json"))["metrics"]
            above = answers[:, 0][faulty][:, None] - answers[:, 0][~faulty][None, :]
            area = ((above > 0) + 0.5 * (above == 0)).mean()
            assert abs(area - metrics["roc_auc"]) < 1e-12
            assert abs(said[~faulty].mean() - metrics["false_alarm_rate"]) < 1e-12
            assert abs(said[faulty].mean() - metrics["recall"]) < 1e-12
            print("the same")
            """,
            in: project
        )
        #expect(output == "the same\n")
    }

    /// The reference library reads the file, and NumPy computes what mlops predicts, features and all.
    @Test func numPyComputesWhatAnExportedNetworkPredicts() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("migrate export penguins --to safetensors --output w.safetensors")
        try project.succeed("predict penguins.csv --output p.npy")
        let output = try python(
            """
            import csv, json, numpy
            from safetensors import safe_open
            with safe_open("w.safetensors", framework="numpy") as file:
                metadata = file.metadata()
                weights = {name: file.get_tensor(name) for name in file.keys()}
            assert metadata["format"] == "mlops" and metadata["version"] == "v1.0.0"
            assert all(array.dtype == numpy.float32 for array in weights.values())
            columns = []
            rows = list(csv.DictReader(open("penguins.csv")))
            for column in json.loads(metadata["features"])["columns"]:
                values = [row[column["field"]["name"]] for row in rows]
                (name, step), = column["steps"][0].items()
                if name == "one_hot":
                    columns += [[float(value == category) for value in values] for category in step["categories"]]
                else:
                    assert name == "standardize"
                    columns.append((numpy.array(values, float) - step["means"][0]) / step["deviations"][0])
            x = numpy.array(columns, dtype=numpy.float32).T
            layers = json.loads(metadata["network"])["layers"]
            assert [layer["activation"] for layer in layers] == ["relu", "softmax"]
            x = numpy.maximum(x @ weights["dense/kernel"] + weights["dense/bias"], 0)
            x = x @ weights["dense_1/kernel"] + weights["dense_1/bias"]
            x = numpy.exp(x - x.max(axis=1, keepdims=True))
            x = x / x.sum(axis=1, keepdims=True)
            expected = numpy.load("p.npy")
            assert x.shape == expected.shape == (333, 3)
            print(abs(x - expected).max())
            """,
            in: project
        )
        #expect(try #require(Double(output.dropLast())) < 1e-5)
    }

    /// The program in the page of an exported directory, typed off as it stands, for every activation.
    @Test(arguments: [
        "relu", "sigmoid", "tanh", "softmax", "softplus", "elu", "{elu: {alpha: 0.5}}", "leaky_relu",
        "{leaky_relu: {negative_slope: 0.1}}", "gelu", "{gelu: {approximate: true}}", "linear",
    ])
    func theProgramInThePageRuns(activation: String) throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write(
            "mlops.yaml",
            """
            model: net
            task: regression
            network:
              - dense: {units: 7, activation: \(activation)}
              - dropout: 0.5
              - activation: \(activation)
              - dense: {units: 2, use_bias: false}
            """
        )
        _ = try python(
            """
            import numpy
            from safetensors.numpy import save_file
            random = numpy.random.default_rng(3)
            save_file({"a.kernel": random.normal(size=(5, 7)), "a.bias": random.normal(size=7),
                       "b.kernel": random.normal(size=(7, 2))}, "w.safetensors")
            """,
            in: project
        )
        let imported = try project.succeed("migrate import w.safetensors --network mlops.yaml")
        #expect(imported.contains("35 numbers rounded to 32-bit floats"), "\(imported)")
        try project.succeed("migrate export net --to directory --output out")
        let page = try project.shell("cat out/README.md").output
        let program = try #require(
            page.components(separatedBy: "```python\n").last?.components(separatedBy: "```").first
        )
        try project.scratch.write("out/program.py", program)
        let finished = try project.shell("cd out && '\(Frameworks.path)/python3' program.py")
        let difference = finished.output.split(separator: " ").last.flatMap { Double($0.dropLast()) }
        #expect(try #require(difference, "\(finished)") < 1e-5)
        try project.expectCleanStore()
    }

    /// A `state_dict` of PyTorch, with square kernels that fit either way round and more than ten modules.
    @Test func pyTorchAnswersAsItDidWhereItCameFrom() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write(
            "mlops.yaml",
            """
            model: torch
            task: classification
            network:
              - dense: {units: 8, activation: relu}
              - dense: {units: 8, activation: tanh}
              - dense: {units: 8, activation: gelu}
              - dense: {units: 8, activation: relu}
              - dense: {units: 8, activation: sigmoid}
              - dense: {units: 3, activation: softmax}
            """
        )
        _ = try python(
            """
            import numpy, torch
            from safetensors.torch import save_file
            torch.manual_seed(1)
            n = torch.nn
            net = n.Sequential(n.Linear(8, 8), n.ReLU(), n.Linear(8, 8), n.Tanh(), n.Linear(8, 8), n.GELU(),
                               n.Linear(8, 8), n.ReLU(), n.Linear(8, 8), n.Sigmoid(), n.Linear(8, 3))
            x = torch.randn(500, 8)
            y = x[:, :3].argmax(dim=1)
            optimizer = torch.optim.Adam(net.parameters(), 0.01)
            for _ in range(60):
                optimizer.zero_grad()
                n.functional.cross_entropy(net(x), y).backward()
                optimizer.step()
            save_file(net.state_dict(), "w.safetensors")
            numpy.save("x.npy", x.numpy())
            numpy.save("expected.npy", torch.softmax(net(x), dim=1).detach().numpy())
            """,
            in: project
        )
        let report = try project.json("migrate import w.safetensors --network mlops.yaml")
        let lines = try #require(report["tensors"] as? [[String: Any]])
        #expect(lines.compactMap { $0["from"] as? String }.last == "10.bias")
        #expect(lines.count { $0["is_transposed"] as? Bool == true } == 6)
        try project.succeed("predict x.npy --model torch --output p.npy")
        let compare =
            "import numpy; a, b = numpy.load('p.npy'), numpy.load('expected.npy'); assert a.shape == b.shape; "
        let difference = try python(
            "\(compare)print(abs(a - b).max(), (a.argmax(1) == b.argmax(1)).all())",
            in: project
        )
        let words = difference.split(separator: " ")
        #expect(try #require(Double(words[0])) < 1e-5)
        #expect(words[1] == "True\n")
        try project.expectCleanStore()
    }

    /// Weights for the features of a project: PyTorch learns from what mlops makes of the raw rows.
    @Test func pyTorchLearnsFromTheFeaturesOfAProject() throws {
        let project = try Project(template: "tabular")
        try project.shell(
            "sed -i 's/units: 3, activation: softmax/units: 3/; s/loss: .*/loss: {sparse_categorical_crossentropy: {from_logits: true}}/' mlops.yaml"
        )
        try project.succeed("train -q --set training.epochs=1", allowing: [3])
        _ = try python(
            """
            import csv, json, numpy, torch
            from safetensors.torch import save_file
            torch.manual_seed(1)
            features = json.load(open(".mlops/runs/1/package/features.json"))
            rows = list(csv.DictReader(open("penguins.csv")))
            columns = []
            for column in features["columns"]:
                values = [row[column["field"]["name"]] for row in rows]
                (name, step), = column["steps"][0].items()
                if name == "one_hot":
                    columns += [[float(value == category) for value in values] for category in step["categories"]]
                else:
                    columns.append((numpy.array(values, float) - step["means"][0]) / step["deviations"][0])
            x = torch.tensor(numpy.array(columns, dtype=numpy.float32).T)
            names = sorted({row["species"] for row in rows})
            y = torch.tensor([names.index(row["species"]) for row in rows])
            class Net(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.hidden, self.head = torch.nn.Linear(9, 16), torch.nn.Linear(16, 3)
                def forward(self, x):
                    return self.head(torch.relu(self.hidden(x)))
            net = Net()
            optimizer = torch.optim.Adam(net.parameters(), 0.02)
            for _ in range(100):
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(net(x), y).backward()
                optimizer.step()
            save_file(net.state_dict(), "w.safetensors")
            numpy.save("expected.npy", torch.softmax(net(x), dim=1).detach().numpy())
            """,
            in: project
        )
        let imported = try project.mlops("migrate import w.safetensors --network mlops.yaml")
        #expect(imported.status == 0, "\(imported)")
        #expect(imported.output.contains("head.weight    F32 [3, 16]  -> dense_1/kernel  transposed"), "\(imported)")
        #expect(imported.output.contains("gate accuracy"))
        try project.succeed("predict penguins.csv --output p.npy")
        let program = "import numpy; print(abs(numpy.load('p.npy') - numpy.load('expected.npy')).max())"
        #expect(try #require(Double(try python(program, in: project).dropLast())) < 1e-5)
        try project.expectCleanStore()
    }
}
