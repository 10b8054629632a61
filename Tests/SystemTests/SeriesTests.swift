import Foundation
import TestSupport
import Testing

/// Series in tables: from the template to answers about windows.
@Suite(.timeLimit(.minutes(60)))
struct SeriesTests {
    @Test func theSeriesTemplateLivesItsWholeLife() throws {
        let project = try Project(template: "series")
        #expect(try project.json("train -q --threads 1")["passed"] as? Bool == true)
        let again = try project.json("train -q --threads 2")["registration"] as? [String: Any]
        #expect(again?["changed"] as? Bool == false, "other bits with two threads")
        try project.succeed("deploy ovens --env staging -q")
        // Each answer says by itself what it is about: the last row of its window.
        let answers = try project.succeed("predict ovens.csv").split(separator: "\n")
        #expect(answers[0] == "oven,time,y_pred" && answers.count > 2000)
        #expect(answers[1].hasPrefix("oven-1,2026-03-02 06:59,"))
        try project.shell("awk -F, 'NR == 1 || $1 == \"oven-1\"' ovens.csv | head -61 > hour.csv")
        let alone = try project.succeed("predict hour.csv --keep zone").split(separator: "\n")
        #expect(alone.count == 2 && alone[0] == "zone,y_pred")
        #expect(try project.succeed("evaluate ovens").contains("on the test rows of the project"))
        #expect(try project.succeed("validate ovens").contains("validation rows fit the model"))
        #expect(try project.succeed("test ovens").contains("golden rows"))
        #expect(try project.succeed("reproduce ovens").contains("is reproduced"))
        #expect(try project.succeed("show ovens").contains("zone: float32[60]"))
        #expect(
            try project.fail("update ovens --data ovens.csv", with: 15).contains("learned from windows over a series")
        )
        try project.shell("head -21 ovens.csv > few.csv")
        #expect(try project.fail("predict few.csv", with: 1).contains("no window of 60 rows fits"))
    }

    @Test(arguments: [
        ("data.windows.length=3000", "no window of 3000 rows and 10 ahead fits"),
        ("data.windows.horizon=0", "cannot be among its features as well"),
        ("data.windows.group_by=oen", "there is no column `oen`"),
        ("data.windows.lenth=4", "did you mean `length`?"),
        ("data.windows.time=core", "windows cannot be cut by the target `core`"),
        ("data.split.validation=0.02", "cannot be dealt out by time to every part"),
    ])
    func whatCannotBeCutIsSaid(setting: String, message: String) throws {
        let project = try Project(template: "series")
        let finished = try project.mlops("train -q --set \(setting)")
        #expect(finished.status != 0 && finished.errors.contains(message), "\(finished)")
    }
}
