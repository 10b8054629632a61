import Foundation
import TestSupport
import Testing

/// What reports look like on a page of 80 columns, and that they leave nothing out.
@Suite(.timeLimit(.minutes(60)))
struct PageTests {
    private static let width = 80

    private func expectNarrow(_ text: String) {
        for line in text.split(separator: "\n") { #expect(line.count <= Self.width, "\(line)") }
    }

    /// A network of many inputs under a long name, twice trained, with long reasons.
    @Test func noLineIsWiderThanAPage() throws {
        let project = try Project()
        let names = (1...33).map { "sensor_number_\($0)" }
        let rows = (0..<60).map { row in
            names.indices.map { "\((row * 7 + $0 * 3) % 11)" }.joined(separator: ",")
                + ",\(row % 2 == 0 ? "yes" : "no")"
        }
        try project.scratch.write(
            "t.csv",
            ([(names + ["defect"]).joined(separator: ",")] + rows).joined(separator: "\n")
        )
        try project.succeed("init --from t.csv --target defect --model long-name-of-a-model")
        let settings = "--set training.epochs=2 --set training.batch_size=16 --set training.seed="
        for seed in [1, 2] { try project.succeed("train -q --register \(settings)\(seed)", allowing: [3]) }
        let reason = "--reason 'the customer on the line wants to see the new one today, and nobody else has answered'"
        for version in ["v1.0.0", "v1.0.1"] {
            try project.succeed("deploy @\(version) --env production --skip-checks \(reason)")
        }
        try project.succeed("mark @production good \(reason)")
        try project.succeed("rollback production --incident INC-42 \(reason)")
        let pages = try ["show", "show @v1.0.0", "status", "list", "runs"].map { try project.succeed($0) }
        for page in pages { expectNarrow(page) }
        #expect(pages[0].contains("inputs: 33 numbers: sensor_number_1, sensor_number_2"), "\(pages[0])")
        #expect(pages[0].contains("(all with --json)") && !pages[0].contains("sensor_number_33"), "\(pages[0])")
        #expect(
            pages[2].contains("\n  last good: none; there is nothing to roll back to\n"),
            "\(pages[2])"
        )
        #expect(pages[4].contains("\n     "), "\(pages[4])")
    }

    @Test func theListSaysWhatIsKnownOfAVersion() throws {
        let project = try Project()
        try project.succeed("init .")
        try project.scratch.write(
            "mlops.yaml",
            "model: m\nenvironments: {production: {directory: live}, staging: {directory: next}}\n"
        )
        for content in ["one", "two", "three"] {
            try project.scratch.write("file.txt", content)
            try project.succeed("register file.txt --model m")
        }
        for version in ["v1.0.0", "v1.1.0"] { try project.succeed("deploy m@\(version) --env production") }
        try project.succeed("deploy m@v1.0.0 --env staging")
        try project.succeed("mark m@v1.0.0 good --env production")
        try project.succeed("mark m@v1.1.0 bad --env production")
        try project.succeed("hold m@v1.2.0 --env production")
        let list = try project.succeed("list")
        #expect(list.contains("production: good; staging: live\n"), "\(list)")
        #expect(list.contains("production: live, held, bad") && list.contains("production: held\n"), "\(list)")
        let models = try #require(try project.json("list")["models"] as? [[String: Any]])
        let versions = try #require(models.first?["versions"] as? [[String: Any]])
        let places = try #require(
            versions.first { $0["version"] as? String == "v1.1.0" }?["places"] as? [[String: Any]]
        )
        #expect(places.first?["verdict"] as? String == "bad" && places.first?["is_held"] as? Bool == true)
    }

    @Test func theStatusSaysHowLongAgoItWas() throws {
        let project = try Project(template: "tabular")
        try project.succeed("train -q")
        try project.succeed("deploy penguins --env production")
        #expect(try project.succeed("status").contains(/since \S+Z \(\d+ s ago\)\n/))
        #expect(try project.json("status")["time"] is String)
    }
}
