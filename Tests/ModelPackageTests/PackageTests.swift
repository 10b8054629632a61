import Archiving
import Foundation
import ModelPackage
import Support
import TestSupport
import Testing

struct PackageTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private static let small: [(String, [UInt8])] = [
        ("weights.safetensors", Array("weights".utf8)), ("network.json", Array("{}".utf8)),
        ("golden/inputs.npy", []), ("grüße.txt", Array("hello".utf8)),
    ]

    /// The bytes before compression are the format; the golden file was checked with GNU tar and bsdtar.
    @Test func theTarIsTheGoldenFile() throws {
        let (chunks, manifest) = try MemoryChunks.pack(Self.small)
        var decompressor = try FrameDecompressor()
        let tar = try zip(chunks.frames, manifest.chunks).flatMap { frame, chunk in
            try decompressor.decompress(frame.span.bytes, size: chunk.size)
        }
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/package.tar")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(tar).write(to: golden)
            Issue.record("the golden file was written; run again without UPDATE_GOLDEN")
        }
        #expect(try Data(contentsOf: golden) == Data(tar))
        #expect(manifest.digest == Digest(of: tar))
        let list = try Shell.run("tar tvf '\(golden.path())'")
        #expect(list.status == 0)
        #expect(list.output.split(separator: "\n").count == Self.small.count)
    }

    @Test func theOrderOfTheMembersDoesNotMatter() throws {
        let (_, first) = try MemoryChunks.pack(Self.small)
        let (_, second) = try MemoryChunks.pack(Self.small.reversed())
        #expect(first == second)
        #expect(
            first.members.map(\.path) == first.members.map(\.path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
    }

    @Test func filesAndBytesGiveTheSamePackage() throws {
        let bytes = CounterRandom(seed: 3, stream: 3).bytes(3 << 20)
        let path = try scratch.write("file", bytes)
        let (_, fromBytes) = try MemoryChunks.pack([("w", bytes)])
        let fromFile = try PackageWriter.write(
            [MemberSource(path: "w", content: .file(path))],
            kind: .files,
            lineage: Lineage(),
            produced: fromBytes.produced,
            to: MemoryChunks()
        )
        #expect(fromFile == fromBytes)
    }

    @Test(arguments: ["../a", "/a", "a//b", ""])
    func aNameThatLeadsOutCannotBePacked(name: String) {
        #expect(throws: PackageError.self) { try MemoryChunks.pack([(name, [1])]) }
    }

    @Test func aNameThatIsThereTwiceCannotBePacked() {
        #expect(throws: PackageError.self) { try MemoryChunks.pack([("a", [1]), ("a", [2])]) }
    }

    /// Every byte of a frame, flipped: what is read is what was packed, or an error that names the member.
    ///
    /// A few bits of a zstd frame mean nothing; in a store, git's own check of the blob finds those too.
    @Test func aFlippedByteNeverChangesWhatIsRead() throws {
        let (chunks, manifest) = try MemoryChunks.pack([("a.txt", Array("some words".utf8)), ("b.txt", [1, 2, 3])])
        #expect(chunks.frames.count == 1)
        let whole = chunks.frames[0]
        var found = 0
        for index in whole.indices {
            chunks.frames[0] = whole
            chunks.frames[0][index] ^= 0x10
            do {
                #expect(try PackageReader(manifest, from: chunks).read("a.txt") == Array("some words".utf8))
            } catch let error as PackageError {
                #expect(error.description.contains("`a.txt`"), "byte \(index)")
                #expect(error.kind == .integrity)
                found += 1
            }
        }
        #expect(found > whole.count * 9 / 10)
        chunks.frames[0] = whole
        #expect(throws: Never.self) { try PackageReader(manifest, from: chunks).verify() }
    }

    @Test func aPackageTruncatedAtEveryByteIsRefused() throws {
        let (chunks, manifest) = try MemoryChunks.pack([("a.txt", Array("some words".utf8))])
        let whole = chunks.frames[0]
        for count in 0..<whole.count {
            chunks.frames[0] = Array(whole.prefix(count))
            #expect(throws: PackageError.self) { try PackageReader(manifest, from: chunks).verify() }
        }
    }

    @Test func aFailedExtractionLeavesNothing() throws {
        let bytes = CounterRandom(seed: 4, stream: 4).bytes(12 << 20)
        let (chunks, manifest) = try MemoryChunks.pack([("a", [1]), ("w", bytes)])
        chunks.frames[chunks.frames.count - 1][100] ^= 1
        let error = #expect(throws: PackageError.self) {
            try PackageReader(manifest, from: chunks).extract(to: scratch("out"))
        }
        #expect(error?.description.contains("`w`") == true)
        #expect(!FileManager.default.fileExists(atPath: scratch("out")))
    }

    @Test func oneMemberIsReadWithoutTheRest() throws {
        let bytes = CounterRandom(seed: 5, stream: 5).bytes(12 << 20)
        let (chunks, manifest) = try MemoryChunks.pack([("a.json", Array("{}".utf8)), ("w", bytes)])
        // Whatever lies behind the first chunk may be gone.
        for index in 1..<chunks.frames.count { chunks.frames[index] = [] }
        #expect(try PackageReader(manifest, from: chunks).read("a.json") == Array("{}".utf8))
        #expect(throws: PackageError.self) { try PackageReader(manifest, from: chunks).read("w") }
        #expect(throws: PackageError.self) { try PackageReader(manifest, from: chunks).read("none") }
    }

    @Test func aTarThatTheManifestDoesNotDescribeIsRefused() throws {
        let (_, honest) = try MemoryChunks.pack([("a", [1, 2, 3])])
        let (other, otherManifest) = try MemoryChunks.pack([("b", [1, 2, 3])])
        let forged = Manifest(
            digest: otherManifest.digest,
            size: otherManifest.size,
            kind: .files,
            chunks: otherManifest.chunks,
            members: honest.members,
            lineage: Lineage(),
            produced: honest.produced
        )
        #expect(throws: PackageError.self) { try PackageReader(forged, from: other).verify() }
    }
}

struct ManifestTests {
    private func json(_ change: (String) -> String) throws -> [UInt8] {
        let (_, manifest) = try MemoryChunks.pack([("a", [1, 2, 3]), ("b", [4])])
        return Array(change(String(decoding: try JSON.encode(manifest), as: UTF8.self)).utf8)
    }

    @Test func comesBackAsItWas() throws {
        let (_, manifest) = try MemoryChunks.pack([("a", [1, 2, 3])])
        #expect(try Manifest(reading: JSON.encode(manifest), source: "test") == manifest)
    }

    @Test(
        "Numbers that cannot be are refused before anything is allocated",
        arguments: [
            (#""path" : "a""#, #""path" : "../a""#), (#""path" : "a""#, #""path" : "c""#),
            (#""path" : "a""#, #""path" : "b""#), (#""size" : 3"#, #""size" : -3"#),
            (#""size" : 3"#, #""size" : 9223372036854775807"#),
            (#""offset" : 512"#, #""offset" : 9223372036854775807"#),
            (#""schema" : "model/1""#, #""schema" : "model/2""#), (#""schema" : "model/1""#, #""schema" : "other/1""#),
            ("}", ""),
        ]
    )
    func refuses(from: String, to: String) throws {
        #expect(throws: (any Error).self) {
            try Manifest(reading: json { $0.replacingOccurrences(of: from, with: to) }, source: "test")
        }
    }

    @Test func aNewerFormatIsNamed() throws {
        let error = #expect(throws: JSONError.self) {
            try Manifest(
                reading: json { $0.replacingOccurrences(of: "model/1", with: "model/7") },
                source: "fashion v1.0.0"
            )
        }
        #expect(error?.kind == .integrity)
        #expect(error?.description == "fashion v1.0.0: written in format model/7; this mlops reads up to model/1")
    }

    @Test func unknownFieldsAreIgnored() throws {
        let bytes = try json { $0.replacingOccurrences(of: #""kind""#, with: #""added_later" : 1, "kind""#) }
        #expect(throws: Never.self) { try Manifest(reading: bytes, source: "test") }
    }
}
