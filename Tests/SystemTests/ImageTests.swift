import Foundation
import TestSupport
import Testing

/// Pictures in folders: from the template to answers about files.
@Suite(.timeLimit(.minutes(60)))
struct ImageTests {
    @Test func theInspectionTemplateLivesItsWholeLife() throws {
        let project = try Project(template: "inspection")
        let report = try project.json("train -q --threads 1")
        #expect(report["passed"] as? Bool == true)
        let again = try project.json("train -q --threads 2")["registration"] as? [String: Any]
        #expect(again?["changed"] as? Bool == false, "other bits with two threads")
        try project.succeed("deploy inspection --env staging -q")
        // A folder gives the names of its files; a file is one row; other sizes are brought to that of the model.
        let answers = try project.succeed("predict parts/scratch").split(separator: "\n")
        #expect(answers.count == 161 && answers[0].hasPrefix("file,"))
        #expect(answers[1].hasPrefix("000.png,") && answers[4].hasPrefix("003.jpg,"))
        #expect(answers.dropFirst().count { $0.contains("scratch") } > 120)
        #expect(try project.succeed("predict parts/ok/003.jpg").split(separator: "\n").count == 2)
        #expect(try project.succeed("predict parts").contains("\nstain/159.jpg,"))
        #expect(try project.succeed("evaluate inspection").contains("on the test rows of the project"))
        #expect(try project.succeed("reproduce inspection").contains("is reproduced"))
        // The digest is that of names and bytes.
        try project.shell("mv parts/ok/000.png parts/ok/000a.png")
        #expect(try project.fail("reproduce inspection", with: 14).contains("are not here: their digest is "))
    }

    @Test func aCopyOfAFolderOutlivesIt() throws {
        let project = try Project(template: "inspection")
        try project.succeed(
            "train -q --register --set data.keep=copy --set training.epochs=1",
            allowing: [3]
        )
        try project.shell("rm -r parts")
        #expect(try project.succeed("reproduce inspection").contains("is reproduced"))
    }

    private func project(_ features: String, source: String = "folder: parts") throws -> Project {
        let project = try Project(template: "inspection")
        try project.shell(
            "sed -i 's/  image: .*/  \(features)/; s/{folder: parts, channels: 1}/{\(source)}/' mlops.yaml"
        )
        return project
    }

    @Test func coloursAndSizesAreWhatTheFileSays() throws {
        let project = try project("image: [resize: [24, 40], crop: [20, 20], rescale: 1\\/255]")
        try project.succeed("train -q --register --set training.epochs=1", allowing: [3])
        try project.succeed("get inspection@v1.0.0 --to out -q")
        #expect(try project.shell("tr -d ' \\n' < out/features.json").output.contains(#""shape":[20,20,3]"#))
    }

    @Test(arguments: [
        ("image: [rescale: 1\\/255, resize: [8, 8]]", "folder: parts", 64 as Int32, "stands before every other step"),
        ("image: [crop: [40, 8], rescale: 1\\/255]", "folder: parts", 1, "smaller than what is to be cut out"),
        ("image: {resize: 8}", "folder: parts", 64, "resize"),
        ("image: {rescale: 1\\/255}", "folder: nowhere", 14, "there is no such file or folder"),
        ("image: {rescale: 1\\/255}", "folder: parts\\/ok", 1, "the picture is in no folder of a class"),
        ("image: {rescale: 1\\/255}", "folder: parts, channels: 2", 64, "expected 1 for gray or 3 for colours"),
    ])
    func whatCannotBeIsNamed(features: String, source: String, status: Int32, message: String) throws {
        let errors = try project(features, source: source).fail("train", with: status)
        #expect(errors.contains(message), "\(errors)")
    }

    @Test func aPictureThatIsDamagedOrOfAnotherSizeIsNamed() throws {
        let project = try project("image: {rescale: 1\\/255}")
        try project.shell(
            "cp '\(URL(filePath: #filePath).deletingLastPathComponent().path())../ImagesTests/Fixtures/rgb.png' parts/ok/zz.png"
        )
        var errors = try project.fail("train", with: 1)
        #expect(errors.contains("parts/ok/zz.png: expected a picture of 32 x 32 pixels"), "\(errors)")
        try project.shell("head -c 300 parts/ok/001.png > parts/ok/zz.png")
        errors = try project.fail("train", with: 12)
        #expect(errors.contains("parts/ok/zz.png: the PNG file is damaged"), "\(errors)")
        try project.shell("echo no picture > parts/ok/zz.png")
        errors = try project.fail("train", with: 12)
        #expect(errors.contains("this is neither a PNG nor a JPEG file"), "\(errors)")
    }
}
