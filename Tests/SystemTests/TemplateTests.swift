import Foundation
import Templates
import Testing

struct TemplateTests {
    private static let folder = URL(filePath: #filePath).appending(path: "../../../templates").standardized

    /// What the binary carries is what the folder holds; `make templates` brings them together.
    @Test func theArchiveHoldsTheFolder() throws {
        let carried = try Templates.files()
        let names = try FileManager.default.subpathsOfDirectory(atPath: Self.folder.path()).filter { name in
            var isDirectory: ObjCBool = false
            let path = Self.folder.appending(path: name).path()
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
        }
        #expect(carried.map(\.path).sorted() == names.sorted())
        for file in carried {
            let content = try Data(contentsOf: Self.folder.appending(path: file.path))
            #expect(Data(file.content) == content, "\(file.path) differs: run make templates")
        }
    }
}
