import Archiving
import Support
import TestSupport
import Testing

struct GzipTests {
    private func contents(_ path: String, block: Int = 7) throws -> [UInt8] {
        var reader = try GzipReader(path: path)
        var all: [UInt8] = []
        while true {
            var buffer = [UInt8](repeating: 0, count: block)
            var span = buffer.mutableSpan
            var target = span.mutableBytes
            let count = try reader.read(into: &target)
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }

    @Test func compressedAndPlainFilesGiveTheSame() throws {
        let plain = try Fixtures.bytes("images.idx")
        #expect(try contents(Fixtures.path("images.idx")) == plain)
        #expect(try contents(Fixtures.path("images.idx.gz")) == plain)
        let directory = try Scratch()
        #expect(try contents(directory.write("empty", "")) == [])
    }

    @Test(arguments: 3..<63)
    func aTruncatedFileIsRefused(length: Int) throws {
        let whole = try Fixtures.bytes("images.idx.gz")
        try #require(whole.count == 63)
        let directory = try Scratch()
        let path = try directory.write("cut.gz", Array(whole.prefix(length)))
        // A file that ends within its header is no gzip file, and is given as it is; its reader will refuse it.
        let result = Result { try contents(path) }
        switch result {
        case .success(let bytes): #expect(length < 19 && bytes == Array(whole.prefix(length)), "\(length)")
        case .failure(let error): #expect(error is GzipError)
        }
    }

    /// Byte 54 is left out: the bit that is changed there stands behind the end of the data, and means nothing.
    @Test(arguments: Array(10..<54) + Array(55..<63))
    func aDamagedFileIsRefused(position: Int) throws {
        var bytes = try Fixtures.bytes("images.idx.gz")
        bytes[position] ^= 0x10
        let directory = try Scratch()
        let path = try directory.write("bad.gz", bytes)
        #expect(throws: GzipError.self) { try contents(path) }
    }

    @Test(arguments: ["checksum.gz", "twice.gz"])
    func theChecksumIsCompared(name: String) {
        let error = #expect(throws: GzipError.self) { try contents(Fixtures.path(name)) }
        #expect(error?.kind == .integrity)
    }
}
