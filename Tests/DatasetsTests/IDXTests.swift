import Datasets
import Support
import TestSupport
import Testing

struct IDXTests {
    @Test(arguments: ["images.idx", "images.idx.gz"], [1, 2, 100])
    func imagesAreReadInBatches(name: String, limit: Int) throws {
        let reader = try IDXReader(path: Fixtures.path(name))
        #expect(reader.fields == [Field("image", .number, shape: [2, 3])])
        var all: [Double] = []
        while let rows = try reader.read(upTo: limit) { all += rows.columns[0].numbers() }
        #expect(all == (0..<30).map { Double($0) })
    }

    @Test("A file that ends early is refused", arguments: 0..<46)
    func truncation(length: Int) throws {
        let directory = try Scratch()
        let path = try directory.write("cut.idx", Array(Fixtures.bytes("images.idx").prefix(length)))
        let error = failure { _ = try IDXReader(path: path).readAll() }
        #expect(error is DatasetError)
    }

    @Test(
        arguments: [
            [0, 0, 9, 1, 0, 0, 0, 1, 0], [0, 0, 8, 0, 0, 0, 0, 1, 0], [1, 0, 8, 1, 0, 0, 0, 1, 0],
            [0, 0, 8, 9, 0, 0, 0, 1, 0],
            [0, 0, 8, 1, 0, 0, 0, 1, 0, 0], [0, 0, 8, 3, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0],
            [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 0], [0, 0, 8, 1, 255, 255, 255, 255, 0],
        ] as [[UInt8]]
    )
    func nothingInAHeaderIsBelieved(bytes: [UInt8]) throws {
        let directory = try Scratch()
        let path = try directory.write("bad.idx", bytes)
        let error = failure { _ = try IDXReader(path: path).readAll() }
        #expect(error is DatasetError)
    }
}
