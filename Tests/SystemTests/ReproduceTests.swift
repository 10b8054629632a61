import Foundation
import TestSupport
import Testing

/// `mlops reproduce`: the same recipe and rows, the same bits.
@Suite(.timeLimit(.minutes(60)))
struct ReproduceTests {
    private func members(_ report: [String: Any]) throws -> [String: [String: Any]] {
        let members = try #require(report["members"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: members.map { ($0["name"] as? String ?? "", $0) })
    }

    @Test func aTableIsReproducedWhateverTheProjectSaysByNow() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q --threads 1")
        let report = try project.json("reproduce penguins -q --threads 2")
        #expect(report["is_reproduced"] as? Bool == true)
        let all = try members(report)
        for name in ["weights.safetensors", "golden/outputs.npy", "training/optimizer.safetensors", "profile.json"] {
            #expect(all[name]?["expected"] as? String == all[name]?["found"] as? String && all[name] != nil, "\(name)")
        }
        // Another recipe in the project is not that of the version.
        try project.shell("sed -i 's/units: [0-9]*/units: 7/; s/seed: [0-9]*/seed: 5/' mlops.yaml")
        #expect(try project.succeed("reproduce penguins@v1.0.0").contains("is reproduced"))
        #expect(try project.shell("ls -A .mlops/work").output == "")
        #expect(try project.shell("ls .mlops/runs").output == "1\n")
    }

    @Test func rowsThatMovedAreFoundByTheirDigest() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.shell("mkdir archive; mv *.csv archive/")
        let errors = try project.fail("reproduce penguins", with: 14)
        #expect(errors.contains("are not here: their digest is ") && errors.contains("data: {keep: copy}"), "\(errors)")
        #expect(try project.succeed("reproduce penguins --data archive").contains("is reproduced"))
        let file = try project.shell("ls archive/*.csv").output.split(separator: "\n")[0]
        #expect(try project.succeed("reproduce penguins --data \(file)").contains("is reproduced"))
        // Outside of the project the package knows how its table was written.
        let away = try Project()
        let command = "reproduce penguins --store '\(project.store)' --data '\(project.path)/\(file)'"
        #expect(try away.succeed(command).contains("is reproduced"))
        try project.shell("sed -i '2s/.*/x/' \(file)")
        #expect(try project.fail("reproduce penguins --data \(file)", with: 14).contains("is another: "))
    }

    @Test func copiesThatAreKeptOutliveTheFiles() throws {
        let project = try Project(template: "tabular")
        try project.shell("sed -i 's/^data:/data:\\n  keep: copy/' mlops.yaml")
        try project.succeed("train -q")
        try project.succeed("train -q")
        let file = try project.shell("ls *.csv").output.split(separator: "\n")[0]
        try project.shell("head -50 \(file) > x && mv x \(file)")
        #expect(try project.succeed("reproduce penguins").contains("is reproduced"))
        #expect(try project.shell("ls .mlops/data | wc -l").output == "1\n")
    }

    @Test func anUpdateIsReproduced() throws {
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable(rows: 600).text)
        try project.scratch.write("april.csv", ProcessTable(rows: 2000, seed: 5).text)
        try project.succeed("init --from process.csv --target defect")
        try project.shell("sed -i 's/^data:/data:\\n  keep: copy/' mlops.yaml")
        try project.succeed("train -q --register", allowing: [3])
        try project.succeed("update defect --data april.csv --epochs 2 -q --register", allowing: [3])
        try project.shell("rm april.csv process.csv")
        #expect(try project.succeed("reproduce defect@v1.0.1 --threads 1").contains("is reproduced"))
        #expect(try project.succeed("reproduce defect@v1.0.0").contains("is reproduced"))
    }

    @Test func whatDiffersIsNamedAndEndsWithThree() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        // A version that says it was trained by another seed than it was.
        try project.shell(
            "mlops='\(Binary.path)'; $mlops get penguins@v1.0.0 --to package -q && cp -r .mlops/runs/1 .mlops/runs/2"
        )
        try project.shell("sed -i 's/\"seed\" : [0-9]*/\"seed\" : 7/' .mlops/runs/2/package/training/recipe.json")
        try project.shell("sed -i 's/\"run\" : 1/\"run\" : 2/; /\"registered\"/d' .mlops/runs/2/run.json")
        try project.succeed("register --run 2 -q")
        let finished = try project.mlops("reproduce penguins@latest -q --json")
        #expect(finished.status == 3, "\(finished)")
        let data = Data(finished.output.utf8)
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(report["is_reproduced"] as? Bool == false)
        let all = try members(report)
        let difference = try #require(all["weights.safetensors"]?["difference"] as? String)
        #expect(difference.contains("`dense/bias`: number 1: expected"), "\(difference)")
        #expect((all["training/history.jsonl"]?["difference"] as? String)?.contains("line 1: expected {") == true)
        #expect(all["network.json"]?["difference"] == nil)
    }

    @Test func filesAndImportsHaveNoRecipe() throws {
        let project = try Project(template: "tabular")
        try project.scratch.write("model.bin", "weights")
        try project.succeed("register model.bin --model other -q")
        let errors = try project.fail("reproduce other@latest", with: 15)
        #expect(errors.contains("is a model of another framework: no recipe says how mlops would make it"), "\(errors)")
    }
}
