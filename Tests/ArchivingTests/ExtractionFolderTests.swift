import Archiving
import Foundation
import Support
import TestSupport
import Testing

struct ExtractionFolderTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func writesBelowItself() throws {
        let folder = try ExtractionFolder(creatingAt: scratch("new/folder"))
        try folder.createFile("a/b/c.txt").write("hello")
        #expect(try scratch.read("new/folder/a/b/c.txt") == Array("hello".utf8))
    }

    @Test func anExistingFolderIsRefused() throws {
        try FileManager.default.createDirectory(atPath: scratch("there"), withIntermediateDirectories: true)
        #expect(throws: SystemError.self) { _ = try ExtractionFolder(creatingAt: scratch("there")) }
    }

    @Test func aLinkPutInPlaceMeanwhileIsNotFollowed() throws {
        try FileManager.default.createDirectory(atPath: scratch("outside"), withIntermediateDirectories: true)
        let folder = try ExtractionFolder(creatingAt: scratch("folder"))
        try FileManager.default.createSymbolicLink(
            atPath: scratch("folder/sub"),
            withDestinationPath: scratch("outside")
        )
        #expect(throws: SystemError.self) { _ = try folder.createFile("sub/escape.txt") }
        try FileManager.default.createSymbolicLink(
            atPath: scratch("folder/file"),
            withDestinationPath: scratch("outside/file")
        )
        #expect(throws: SystemError.self) { _ = try folder.createFile("file") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("outside")) == [])
    }

    @Test func aFileIsCreatedOnce() throws {
        let folder = try ExtractionFolder(creatingAt: scratch("folder"))
        _ = try folder.createFile("a")
        #expect(throws: SystemError.self) { _ = try folder.createFile("a") }
        #expect(throws: ArchiveError.self) { _ = try folder.createFile("../a") }
    }
}
