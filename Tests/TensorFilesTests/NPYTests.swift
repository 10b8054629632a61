import Support
import TensorFiles
import TestSupport
import Testing

/// NumPy is the judge: see `Fixtures/make.py`.
struct NPYTests {
    static let codes = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]
    static let names = codes.map { "little-\($0)" } + codes.filter { !$0.hasSuffix("1") }.map { "big-\($0)" }

    /// What the fixtures hold: 0...23 minus 7.5, cut to whole numbers, without sign in unsigned types.
    private func expected(_ name: String) -> [Double] {
        (0..<24).map { index in
            let value = Double(index) - 7.5
            if name.contains("-f") { return value }
            return name.contains("-u") ? abs(value).rounded(.towardZero) : value.rounded(.towardZero)
        }
    }

    @Test(arguments: names)
    func readsEveryTypeAndByteOrder(name: String) throws {
        let tensor = try NPY.decode(Fixtures.bytes("\(name).npy"), source: name)
        #expect(tensor.shape == [2, 3, 4])
        #expect(try tensor.doubles() == expected(name))
        #expect(try tensor.floats() == expected(name).map { Float($0) })
    }

    @Test(arguments: ["version-2", "version-3", "fortran"])
    func readsEveryVersionAndOrder(name: String) throws {
        let tensor = try NPY.decode(Fixtures.bytes("\(name).npy"), source: name)
        #expect(tensor == Tensor((0..<24).map { Float($0) - 7.5 }, shape: [2, 3, 4]))
    }

    @Test(arguments: codes.map { "little-\($0)" } + ["bool", "scalar", "empty", "vector"])
    func writesTheBytesThatNumPyWrites(name: String) throws {
        let bytes = try Fixtures.bytes("\(name).npy")
        #expect(try NPY.encode(NPY.decode(bytes, source: name)) == bytes)
    }

    @Test(arguments: [("fortran-rows", 1), ("fortran-rows", 3), ("fortran-rows", 7), ("fortran", 1), ("little-f4", 1)])
    func blocksOfRowsGiveTheWholeArray(name: String, block: Int) throws {
        let whole = try NPY.decode(Fixtures.bytes("\(name).npy"), source: name)
        var reader = try NPYReader(path: Fixtures.path("\(name).npy"))
        var bytes: [UInt8] = []
        while let rows = try reader.rows(upTo: block) {
            #expect(rows.shape[0] <= block)
            bytes += rows.bytes
        }
        #expect(bytes == whole.bytes)
        if name == "fortran-rows" { #expect(try whole.doubles() == (0..<35).map { Double($0) }) }
    }

    @Test func rowsWrittenOneByOneGiveWhatNumPyWrites() throws {
        let directory = try Scratch()
        let path = "\(directory.path)/out.npy"
        var writer = try NPYWriter(path: path, rowShape: [])
        for value in 0..<5 { try writer.write([Float(value)], rows: 1) }
        try writer.finish(durable: false)
        #expect(try FileSystem.read(path) == Fixtures.bytes("vector.npy"))
    }

    @Test func aDroppedWriterLeavesNothing() throws {
        let directory = try Scratch()
        do {
            var writer = try NPYWriter(path: "\(directory.path)/out.npy", rowShape: [2])
            try writer.write([1, 2], rows: 1)
        }
        #expect(try FileSystem.names(in: directory.path) == [])
    }

    @Test("A file that ends early, or goes on, is refused", arguments: Array(0..<152) + [153])
    func wrongLength(length: Int) throws {
        let bytes = try Fixtures.bytes("little-i1.npy") + [0]
        let directory = try Scratch()
        let path = try directory.write("cut.npy", Array(bytes.prefix(length)))
        #expect(throws: TensorFileError.self) { try NPY.decode(Array(bytes.prefix(length)), source: "cut") }
        #expect(throws: TensorFileError.self) { _ = try NPYReader(path: path) }
    }

    @Test(arguments: ["text", "objects", "fields"])
    func whatIsNoArrayOfNumbersIsNotRead(name: String) throws {
        let bytes = try Fixtures.bytes("\(name).npy")
        let error = #expect(throws: TensorFileError.self) { try NPY.decode(bytes, source: name) }
        #expect(error?.hints.isEmpty == false)
    }

    @Test(
        "Nothing in a header is believed",
        arguments: [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
            "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }",
            "{'descr': '<f4', 'fortran_order': False}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 'x'}",
            "{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }",
            "{'descr': '<f4, 'fortran_order': False, 'shape': (1,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } + 1",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1",
            "",
        ]
    )
    func brokenHeader(text: String) {
        let length = UInt8(text.utf8.count)
        let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, length, 0] + Array(text.utf8) + [0, 0, 0, 0]
        #expect(throws: TensorFileError.self) { try NPY.decode(bytes, source: "broken") }
    }

    @Test(arguments: [
        "{\"shape\": (1,), \"fortran_order\": False, \"descr\": \"<f4\"}",
        "{'descr':'<f4','fortran_order':False,'shape':(1L,)}",
    ])
    func otherSpellingsOfAHeaderAreRead(text: String) throws {
        let bytes =
            [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + [0, 0, 128, 63]
        #expect(try NPY.decode(bytes, source: "spelled") == Tensor([Float(1)], shape: [1]))
    }
}
