import Datasets
import Support
import TestSupport
import Testing

struct FeatureRowsTests {
    private let matrix = Matrix(rows: 5000, columns: 7, values: (0..<35_000).map { Float($0) })

    private func rows(limit: Int) throws -> FeatureRows {
        try FeatureRows(count: 5000, columns: 7, memoryLimit: limit) { store in
            for start in stride(from: 0, to: 5000, by: 999) {
                let end = min(start + 999, 5000)
                store(Matrix(rows: end - start, columns: 7, values: Array(matrix.values[(start * 7)..<(end * 7)])))
            }
        }
    }

    @Test func rowsAreTheSameInMemoryAndInAFile() throws {
        let (memory, file) = (try rows(limit: 140_000), try rows(limit: 139_999))
        #expect(!memory.isFile && file.isFile)
        #expect(memory == file)
        #expect(file.all == matrix)
        #expect(file.matrix(4998..<5000).values == Array(matrix.values[34_986...]))
        for row in [0, 1, 584, 585, 4999] { file.prefetch(row: row) }
        #expect(file[4999, 6] == 34_999)
    }

    @Test func chosenRowsArePlaces() throws {
        let rows = try rows(limit: 0).selecting([4999, 3, 3])
        #expect(rows.count == 3 && rows.isFile)
        #expect(
            rows.all.values == [34_993, 34_994, 34_995, 34_996, 34_997, 34_998, 34_999] + [21, 22, 23, 24, 25, 26, 27]
                + [21, 22, 23, 24, 25, 26, 27]
        )
        #expect(rows.selecting([2, 0])[1, 0] == 34_993)
        let joined = try rows.joined(with: rows.selecting([0]))
        #expect(joined.count == 4 && joined[3, 6] == 34_999)
        #expect(joined != rows && joined.selecting([0, 1, 2]) == rows)
    }

    @Test func noRowsAndNoNumbers() throws {
        #expect(FeatureRows(Matrix(rows: 0, columns: 3)).all == Matrix(rows: 0, columns: 3))
        #expect(FeatureRows(Matrix(rows: 3, columns: 0)).prefix(2) == Matrix(rows: 2, columns: 0))
    }

    @Test func roomThatIsMissingIsAnError() throws {
        #expect(throws: DatasetError.self) { try FeatureRows(count: .max / 2, columns: 8) { _ in } }
        #expect(throws: SystemError.self) { try ScratchMemory(bytes: 1 << 50, limit: 0) }
        #expect(throws: SystemError.self) { try ScratchMemory(bytes: 100, limit: 0, folder: "/nowhere") }
    }
}
