import Archiving
import TestSupport
import Testing

/// An archive that may not be read, and what it is.
struct HostileArchive: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]

    init(_ description: String, _ bytes: [UInt8]) {
        testDescription = description
        self.bytes = bytes + TarBytes.end
    }

    static let all: [HostileArchive] = [
        .init("a symbolic link", TarBytes.entry(Array("link".utf8), type: "2", link: "/etc/passwd")),
        .init("a hard link", TarBytes.entry(Array("link".utf8), type: "1", link: "other")),
        .init("a character device", TarBytes.entry(Array("device".utf8), type: "3")),
        .init("a block device", TarBytes.entry(Array("device".utf8), type: "4")),
        .init("a directory", TarBytes.entry(Array("folder/".utf8), type: "5")),
        .init("a fifo", TarBytes.entry(Array("pipe".utf8), type: "6")),
        .init("a way up", TarBytes.entry(Array("../escape".utf8), content: [1])),
        .init("a hidden way up", TarBytes.entry(Array("a/../../escape".utf8), content: [1])),
        .init("an absolute name", TarBytes.entry(Array("/etc/escape".utf8), content: [1])),
        .init("a doubled slash", TarBytes.entry(Array("a//b".utf8), content: [1])),
        .init("a dot", TarBytes.entry(Array("./a".utf8), content: [1])),
        .init("a backslash", TarBytes.entry(Array("a\\b".utf8), content: [1])),
        .init("a line break", TarBytes.entry(Array("a\nb".utf8), content: [1])),
        .init("a name that is not UTF-8", TarBytes.entry([0xFF, 0xFE, 0x41], content: [1])),
        .init("a size beyond the end", TarBytes.entry(Array("short".utf8), content: [1, 2], size: 1 << 30)),
        .init("a wrong checksum", Array(TarBytes.entry(Array("sum".utf8)).enumerated().map { $0 == 3 ? 0x58 : $1 })),
        .init("no archive at all", Array("this is no tar archive".utf8)),
    ]
}

struct TarReaderTests {
    private func readAll(_ bytes: [UInt8]) throws -> [(String, [UInt8])] {
        var pieces = [bytes]
        var reader = try TarReader { pieces.popLast() ?? [] }
        var found: [(String, [UInt8])] = []
        while let member = try reader.nextMember() {
            found.append((member.path, try reader.readContent(limit: 1 << 20)))
        }
        return found
    }

    @Test func readsWhatTheWriterWrote() throws {
        let members: [(String, [UInt8])] = [
            ("a", []), ("b/c.txt", Array("hello".utf8)), ("grüße/\(String(repeating: "n", count: 120))", [1, 2, 3]),
        ]
        let output = Collected()
        var writer = try TarWriter { bytes in output.append(bytes) }
        for (path, content) in members {
            let offset = try writer.beginMember(path, size: content.count)
            try writer.write(content.span.bytes)
            #expect(offset == output.bytes.count - content.count)
        }
        try writer.finish()
        let found = try readAll(output.bytes)
        #expect(found.map(\.0) == members.map(\.0))
        #expect(found.map(\.1) == members.map(\.1))
    }

    @Test(arguments: HostileArchive.all)
    func refuses(archive: HostileArchive) {
        #expect(throws: ArchiveError.self) { try readAll(archive.bytes) }
    }

    @Test func aTruncatedMemberIsAnError() {
        let whole = TarBytes.entry(Array("a".utf8), content: [UInt8](repeating: 7, count: 2000))
        #expect(throws: ArchiveError.self) { try readAll(Array(whole.prefix(1500))) }
    }

    @Test func aMemberThatGrowsOrShrinksWhileItIsReadIsAnError() throws {
        #expect(throws: ArchiveError.self) {
            var writer = try TarWriter { _ in }
            _ = try writer.beginMember("a", size: 1)
            let two: [UInt8] = [1, 2]
            try writer.write(two.span.bytes)
        }
        #expect(throws: ArchiveError.self) {
            var writer = try TarWriter { _ in }
            _ = try writer.beginMember("a", size: 2)
            try writer.finish()
        }
    }

    @Test func theOutputsErrorComesThrough() {
        struct Full: Error {}
        #expect(throws: Full.self) {
            var writer = try TarWriter { _ in throw Full() }
            _ = try writer.beginMember("a", size: 1)
        }
    }
}

/// Bytes that a closure gathers.
final class Collected {
    private(set) var bytes: [UInt8] = []
    func append(_ more: RawSpan) {
        for index in 0..<more.byteCount { bytes.append(unsafe more.unsafeLoad(fromByteOffset: index, as: UInt8.self)) }
    }
}
