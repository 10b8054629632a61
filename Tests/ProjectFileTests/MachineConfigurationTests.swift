import Foundation
import ProjectFile
import Testing

struct MachineConfigurationTests {
    @Test(arguments: ["/srv/models/store.git", "git@host:ml/store.git", "https://host/ml/store.git"])
    func namesAStore(_ store: String) throws {
        #expect(try read("store: '\(store)'\n")?.store == store)
    }

    @Test func aPathMustBeAbsolute() throws {
        let error = #expect(throws: ProjectError.self) { try read("store: models/store.git\n") }
        #expect("\(try #require(error))".contains("expected an absolute path or the address of a repository"))
    }

    @Test func isNotNeeded() throws {
        #expect(try MachineConfiguration.read("/nowhere/config.yaml") == nil)
    }

    private func read(_ text: String) throws -> MachineConfiguration? {
        let file = FileManager.default.temporaryDirectory.appending(path: "mlops-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try MachineConfiguration.read(file.path())
    }
}
