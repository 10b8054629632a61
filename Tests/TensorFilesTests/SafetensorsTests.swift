import Support
import TensorFiles
import TestSupport
import Testing

/// The `safetensors` library of Python is the judge: see `Fixtures/make.py`.
struct SafetensorsTests {
    static let kernel = Tensor((0..<24).map { Float($0) - 7.5 }, shape: [4, 6])

    @Test func readsWhatTheLibraryWrites() throws {
        let (tensors, metadata) = try Safetensors.decode(Fixtures.bytes("mixed.safetensors"), source: "mixed")
        #expect(metadata == ["format": "np"])
        #expect(tensors.count == 7)
        #expect(tensors["dense/kernel"] == Self.kernel)
        #expect(try tensors["dense/bias"]?.floats() == [1.5, -2, 65504, 0x1p-24])
        #expect(try tensors["steps"]?.doubles() == [0x1p40, -3])
        #expect(try tensors["mask"]?.floats() == [1, 0, 1])
        #expect(tensors["empty"]?.shape == [0, 3])
        #expect(tensors["scalar"]?.shape == [])
        #expect(try tensors["scalar"]?.doubles() == [3.25])
        #expect(try tensors["größe \"x\"\n"]?.floats() == [7])
    }

    @Test(arguments: ["mixed", "types"])
    func writesTheBytesThatTheLibraryWrites(name: String) throws {
        let bytes = try Fixtures.bytes("\(name).safetensors")
        let (tensors, metadata) = try Safetensors.decode(bytes, source: name)
        #expect(try Safetensors.encode(tensors.map { ($0.key, $0.value) }, metadata: metadata) == bytes)
        let backwards = tensors.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
        #expect(try Safetensors.encode(backwards, metadata: metadata) == bytes)
    }

    @Test func oneTensorAtATimeGivesTheSameFile() throws {
        let directory = try Scratch()
        let bytes = try Fixtures.bytes("mixed.safetensors")
        let reader = try SafetensorsReader(path: Fixtures.path("mixed.safetensors"))
        let layout = try SafetensorsLayout(
            reader.layout.entries.reversed().map { ($0.name, $0.elementType, $0.shape) },
            metadata: reader.layout.metadata
        )
        var writer = try SafetensorsWriter(path: "\(directory.path)/copy", layout: layout)
        for entry in layout.entries { try writer.write(reader.tensor(entry.name)) }
        #expect(try FileSystem.names(in: directory.path).filter { !$0.hasPrefix(".tmp-") } == [])
        try writer.finish(durable: false)
        #expect(try FileSystem.read("\(directory.path)/copy") == bytes)
        #expect(try FileSystem.names(in: directory.path) == ["copy"])
    }

    /// Five million bytes are several pieces, and an empty tensor is none.
    @Test func tensorsAreCopiedPieceByPiece() throws {
        let directory = try Scratch()
        let large = Tensor((0..<1_250_000).map { Float($0) }, shape: [1250, 1000])
        let bytes = try Safetensors.encode([("large", large), ("none", Tensor([Float](), shape: [0, 3]))])
        let reader = try SafetensorsReader(path: directory.write("original", bytes))
        var writer = try SafetensorsWriter(path: "\(directory.path)/copy", layout: reader.layout)
        for entry in reader.layout.entries { try writer.write(entry.name, from: reader) }
        try writer.finish(durable: false)
        #expect(try directory.read("copy") == bytes)
    }

    @Test func aMissingTensorIsNamed() throws {
        let reader = try SafetensorsReader(path: Fixtures.path("mixed.safetensors"))
        let error = #expect(throws: TensorFileError.self) { _ = try reader.tensor("dense/kernels") }
        #expect(error?.kind == .notFound)
        #expect(error?.message.contains("dense/kernels") == true)
    }

    @Test("A file that ends early is refused", arguments: 0..<620)
    func truncation(length: Int) throws {
        let bytes = try Fixtures.bytes("mixed.safetensors")
        try #require(bytes.count == 620)
        let directory = try Scratch()
        let short = try directory.write("short", Array(bytes.prefix(length)))
        #expect(failure(of: { _ = try Safetensors.decode(Array(bytes.prefix(length)), source: "short") }) != nil)
        #expect(failure(of: { _ = try SafetensorsReader(path: short) }) != nil)
    }

    struct Broken: CustomTestStringConvertible {
        let testDescription: String
        let header: String
        var data = 8
        var claimedLength: UInt64?

        var bytes: [UInt8] {
            let length = claimedLength ?? UInt64(header.utf8.count)
            return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
                + [UInt8](repeating: 0, count: data)
        }
    }

    @Test(
        "Nothing in a header is believed",
        arguments: [
            Broken(testDescription: "longest length", header: "{}", claimedLength: .max),
            Broken(testDescription: "length beyond the limit", header: "{}", claimedLength: 100_000_001),
            Broken(testDescription: "no object", header: "[]      ", data: 0),
            Broken(testDescription: "bytes of no tensor", header: "{}"),
            Broken(testDescription: "gap", header: #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#),
            Broken(
                testDescription: "overlap",
                header: """
                    {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
                    """
            ),
            Broken(testDescription: "beyond", header: #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#),
            Broken(testDescription: "backwards", header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#),
            Broken(
                testDescription: "three offsets",
                header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#
            ),
            Broken(
                testDescription: "negative length",
                header: #"{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#
            ),
            Broken(
                testDescription: "overflow",
                header: #"{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#
            ),
            Broken(testDescription: "wrong size", header: #"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#),
            Broken(testDescription: "unknown type", header: #"{"x":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#),
            Broken(testDescription: "missing shape", header: #"{"x":{"dtype":"F32","data_offsets":[0,8]}}"#),
            Broken(
                testDescription: "number too large",
                header: #"{"x":{"dtype":"F32","shape":[1e99],"data_offsets":[0,8]}}"#
            ),
            Broken(testDescription: "metadata no text", header: #"{"__metadata__":{"a":1}}"#, data: 0),
        ]
    )
    func brokenHeader(broken: Broken) throws {
        #expect(failure(of: { _ = try Safetensors.decode(broken.bytes, source: "broken") }) != nil)
    }

    @Test func aNameIsGivenOnce() {
        let one = Tensor([Float(1)], shape: [1])
        #expect(throws: TensorFileError.self) { try Safetensors.encode([("a", one), ("a", one)]) }
        #expect(throws: TensorFileError.self) { try Safetensors.encode([("__metadata__", one)]) }
    }

    @Test func namesAreComparedByTheirBytes() throws {
        // One spelling of é is two scalars, the other is one: two names in every tool but Swift's String.
        let one = Tensor([Float(1)], shape: [1])
        let bytes = try Safetensors.encode([("caf\u{e9}", one), ("cafe\u{301}", one)])
        #expect(failure(of: { _ = try Safetensors.decode(bytes, source: "accents") }) != nil)
        let directory = try Scratch()
        let path = try directory.write("accents", bytes)
        #expect(failure(of: { _ = try SafetensorsReader(path: path) }) != nil)
    }
}
