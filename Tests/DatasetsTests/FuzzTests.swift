import Datasets
import Support
import TensorFiles
import TestSupport
import Testing

/// Files with a few bytes changed at random: each is read, or ends in a failure that a person can act on.
struct FuzzTests {
    /// Copies of a file with up to eight changes: bytes replaced, removed or inserted.
    private func mutations(_ bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
        (0..<count).map { copy in
            let random = CounterRandom(seed: seed, stream: UInt64(copy))
            var bytes = bytes
            for change in 0..<UInt64(random.integer(at: 0, below: 8) + 1) where !bytes.isEmpty {
                let place = random.integer(at: 3 * change + 1, below: bytes.count)
                let choices: [UInt8] = [
                    0, 255, 0x0A, 0x0D, 0x22, 0x2C, 0x7F, UInt8(random.integer(at: change, below: 256)),
                ]
                let byte = choices[random.integer(at: 3 * change + 2, below: choices.count)]
                switch random.integer(at: 3 * change + 3, below: 3) {
                case 0: bytes[place] = byte
                case 1: bytes.remove(at: place)
                default: bytes.insert(byte, at: place)
                }
            }
            return bytes
        }
    }

    private func readAll(_ reader: any RowReader) throws { while try reader.read(upTo: 3) != nil {} }

    /// What reads a file, by the end of its name; the path is that of a changed copy.
    private func read(_ path: String, bytes: [UInt8]) throws {
        if path.hasSuffix(".csv") {
            let reader = try CSVRowReader(path: path, blockSize: 16)
            try reader.select(reader.header.map { Field($0, .text) })
            try readAll(reader)
        } else if path.hasSuffix(".npy") {
            try readAll(NPYRowReader(path: path))
        } else if path.hasSuffix(".safetensors") {
            _ = try Safetensors.decode(bytes, source: path)
        } else {
            try readAll(IDXReader(path: path))
        }
    }

    @Test(arguments: [
        "DatasetsTests/Fixtures/csv/random.csv", "DatasetsTests/Fixtures/csv/multi-line.csv",
        "DatasetsTests/Fixtures/csv/crlf.csv", "DatasetsTests/Fixtures/images.idx",
        "DatasetsTests/Fixtures/images.idx.gz",
        "TensorFilesTests/Fixtures/little-f4.npy", "TensorFilesTests/Fixtures/fortran-rows.npy",
        "TensorFilesTests/Fixtures/mixed.safetensors",
    ])
    func changedFilesDoNoHarm(name: String) throws {
        let bytes = try FileSystem.read("\(Path.parent(#filePath))/../\(name)")
        let directory = try Scratch()
        var refused = 0
        for copy in mutations(bytes, count: 400, seed: 11) {
            let path = try directory.write(Path.name(name), copy)
            do {
                try read(path, bytes: copy)
            } catch {
                #expect(error is any Failure, "\(error)")
                refused += 1
            }
        }
        #expect(refused > 40)
    }
}
