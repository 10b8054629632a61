import Support
import TestSupport
import Testing

struct FileReplacementTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func theOldContentStaysUntilTheNewOneIsComplete() throws {
        let path = try scratch.write("out", "old")
        let replacement = try FileReplacement(of: path)
        try replacement.write(Array("new content".utf8))
        try replacement.overwrite(Array("NEW".utf8), at: 0)
        try replacement.write(Array(", more".utf8))
        #expect(try FileSystem.read(path) == Array("old".utf8))
        try replacement.commit()
        #expect(try FileSystem.read(path) == Array("NEW content, more".utf8))
        #expect(try FileSystem.names(in: scratch.path) == ["out"])
    }

    @Test func whatIsDroppedLeavesNothing() throws {
        let path = try scratch.write("out", "old")
        do {
            let replacement = try FileReplacement(of: path)
            try replacement.write(Array("half".utf8))
        }
        #expect(try FileSystem.read(path) == Array("old".utf8))
        #expect(try FileSystem.names(in: scratch.path) == ["out"])
    }

    @Test func aLinkIsWrittenThrough() throws {
        let target = try scratch.write("target", "old")
        try FileSystem.createSymbolicLink(scratch("link"), to: target)
        let replacement = try FileReplacement(of: scratch("link"))
        try replacement.write(Array("new".utf8))
        try replacement.commit()
        #expect(FileSystem.entryKind(at: scratch("link")) == .symbolicLink)
        #expect(try FileSystem.read(target) == Array("new".utf8))
    }

    @Test func aMissingDirectoryIsNamed() {
        #expect(failure { _ = try FileReplacement(of: scratch("none/out")) }?.kind == .notFound)
    }
}
