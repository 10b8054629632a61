import Foundation
import TestSupport
import Testing

/// `monitor`: rows of today against those that a model was made from, or against another table.
@Suite(.timeLimit(.minutes(60)))
struct MonitoringTests {
    /// A project with a registered model, and tables of other days.
    private func project() throws -> Project {
        let project = try Project()
        try project.scratch.write("process.csv", ProcessTable().text)
        try project.scratch.write("same.csv", ProcessTable(seed: 2).text)
        try project.scratch.write("warmer.csv", ProcessTable(seed: 3, shift: 6).text)
        try project.succeed("init --from process.csv --target defect")
        try project.succeed("train -q")
        return project
    }

    @Test func aModelRemembersTheRowsItWasMadeFrom() throws {
        let project = try project()
        let same = try project.json("monitor defect --current same.csv")
        let dataset = try #require(same["dataset"] as? [String: Any])
        #expect(dataset["verdict"] as? String == "no_drift")
        #expect(dataset["judged_columns"] as? Int == 5)
        let drifted = try project.mlops("monitor defect --current warmer.csv --json")
        #expect(drifted.status == 3)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(drifted.output.utf8)) as? [String: Any]
        )
        let columns = try #require(document["columns"] as? [String: [String: Any]])
        #expect(columns.keys.sorted() == ["machine", "sensor_1", "sensor_2", "sensor_3", "temperature"])
        #expect(columns["temperature"]?["verdict"] as? String == "drift")
        for key in ["ks_stat", "ks_p", "wasserstein", "wasserstein_norm", "psi"] {
            #expect(columns["temperature"]?[key] is Double, "\(key)")
        }
        #expect(columns["machine"]?["chi2"] is Double && columns["machine"]?["chi2_p"] is Double)
        #expect((document["dataset"] as? [String: Any])?["drifted_columns"] as? [String] == ["temperature"])
    }

    @Test func whatBreaksBeforeTheDistributionIsNamed() throws {
        let project = try project()
        try project.shell(
            """
            awk -F, -v OFS=, 'NR > 1 { if (NR % 3 == 0) $4 = "M9"; if (NR % 4) $6 = ""; if (NR % 50 == 0) $7 = "ERR" } \
            { print }' same.csv > broken.csv
            cut -d, -f1-7,9-10 same.csv > short.csv
            """
        )
        let broken = try project.mlops("monitor defect --current broken.csv")
        #expect(broken.status == 3)
        #expect(broken.output.contains("new: M9 (33.3 %)"))
        #expect(broken.output.contains("sensor_1"))
        #expect(broken.output.contains("texts where numbers were: 32"))
        #expect(broken.output.contains("DRIFT   1 of 5 judged columns drift; data quality: sensor_1, sensor_2"))
        let short = try project.mlops("monitor defect --current short.csv")
        #expect(short.status == 3)
        #expect(short.output.contains("the column is missing"))
    }

    @Test func fewRowsAreNeverCalledFreeOfDrift() throws {
        let project = try project()
        try project.shell("head -60 warmer.csv > few.csv")
        #expect(try project.succeed("monitor defect --current few.csv").contains("not enough data"))
        let lower = try project.mlops("monitor defect --current few.csv --minimum-rows 30")
        #expect(lower.output.contains("no drift in") || lower.status == 3)
    }

    @Test func twoTablesAreComparedWithoutAProject() throws {
        let project = try Project()
        try project.scratch.write("a.csv", ProcessTable().text)
        try project.scratch.write("b.csv", ProcessTable(seed: 2, delimiter: ";").text)
        try project.scratch.write("c.csv", ProcessTable(seed: 4, shift: 9).text)
        let same = try project.succeed("monitor --reference a.csv --current b.csv --ignore 'batch*'")
        #expect(same.contains("no drift in"))
        #expect(same.contains("left out: row_id, batch_id, timestamp"))
        let other = try project.mlops("monitor --reference a.csv --current c.csv --ignore batch_id")
        #expect(other.status == 3)
        #expect(other.output.contains("temperature  DRIFT"))
        #expect(
            try project.mlops("monitor --reference a.csv --current c.csv --ignore 'batch*' --ignore temperature").status
                == 0
        )
        #expect(try project.shell("ls -A").output == "a.csv\nb.csv\nc.csv\n")
    }

    @Test func rowsOfJSONAreRead() throws {
        let project = try project()
        try project.shell(
            """
            awk -F, 'NR > 1 { printf "{\\"machine\\":\\"%s\\"", $4; \
            split("temperature sensor_1 sensor_2 sensor_3", n, " "); \
            for (i = 1; i <= 4; i++) { v = $(4 + i); if (v == "" || v == "NA" || v == "-999") v = "null"; \
            printf ",\\"%s\\":%s", n[i], v }; print "}" }' same.csv > same.jsonl
            """
        )
        #expect(try project.succeed("monitor defect --current same.jsonl").contains("no drift in 5 columns"))
    }

    /// Lines of JSON are known by their content, and have a decimal point also where the reference has a comma.
    @Test func linesOfJSONAreKnownByTheirContent() throws {
        let project = try Project()
        try project.scratch.write("a.csv", ProcessTable(delimiter: ";", decimal: ",").text)
        try project.scratch.write("b.csv", ProcessTable(seed: 2).text)
        try project.shell(
            """
            awk -F, 'NR > 1 { printf "{\\"temperature\\": \\"%s\\", \\"machine\\": \\"%s\\"}\\n", $5, $4 }' b.csv > quoted
            sed 's/"temperature": "\\(-*[0-9][0-9.]*\\)"/"temperature": \\1/' quoted > rows
            awk -F, '{ print $5 "," $4 }' b.csv > part.csv
            """
        )
        let ignored =
            "--ignore 'sensor*' --ignore line --ignore defect --ignore 'batch*' --ignore timestamp --ignore row_id"
        let lines = try project.json("monitor --reference a.csv --current rows \(ignored)")
        try project.shell("sed 's/,/;/; s/\\./,/' part.csv > comma.csv")
        let table = try project.json("monitor --reference a.csv --current comma.csv \(ignored)")
        let (left, right) = (lines["columns"] as? [String: [String: Any]], table["columns"] as? [String: [String: Any]])
        let statistic = try #require(left?["temperature"]?["ks_stat"] as? Double)
        #expect(statistic == right?["temperature"]?["ks_stat"] as? Double)
        #expect(left?["temperature"]?["invalid_current"] as? Int == 0, "\(left?["temperature"] ?? [:])")
    }

    @Test func whatCannotBeComparedIsSaid() throws {
        let project = try project()
        #expect(try project.fail("monitor defect@v9.9.9 --current same.csv", with: 14).contains("v9.9.9"))
        #expect(try project.fail("monitor defect --current nowhere.csv", with: 14).contains("nowhere.csv"))
        #expect(try project.fail("monitor defect --reference same.csv --current same.csv", with: 64).contains("either"))
        #expect(try project.fail("monitor defect --current same.csv --alpha 2", with: 64).contains("alpha"))
        #expect(try project.fail("monitor defect --current same.csv --critical nothing", with: 14).contains("nothing"))
        try project.scratch.write("model.bin", "weights")
        try project.succeed("register model.bin --model other")
        let errors = try project.fail("monitor other --current same.csv", with: 15)
        #expect(errors.contains("remembers nothing of the rows"))
        #expect(errors.contains("mlops monitor --reference FILE"))
    }
}
