import Lifecycle
import Support
import Testing

struct HistoryTests {
    /// The bytes of a package must be those that the general encoder would have written.
    @Test(arguments: [
        ["loss": 0.5, "accuracy": 1, "val_loss": 0.1 + 0.2, "val_accuracy": 0],
        ["loss": 1e-7, "mae": 1e22, "learning_rate": 0.001], ["loss": -0.0, "mae": 12_345_678_901_234_568],
        ["loss": .leastNonzeroMagnitude, "mae": .greatestFiniteMagnitude], [:],
    ])
    func linesAreThoseOfTheEncoder(metrics: [String: Double]) throws {
        let figures = EpochFigures(epoch: 12, metrics: metrics)
        let lines = HistoryLines([figures, figures])
        let expected = try JSON.encode(figures, pretty: false) + [UInt8(ascii: "\n")]
        #expect(lines.bytes == expected + expected)
        #expect(try HistoryLines.epochs(in: lines.bytes, source: "test") == [figures, figures])
    }

    @Test func epochsMayHaveOtherFiguresThanThoseBefore() throws {
        let epochs = [["loss": 1.0], ["loss": 2, "val_loss": 3], ["mae": 4], ["loss": .nan, "mae": 5]].enumerated()
            .map { EpochFigures(epoch: $0.offset, metrics: $0.element) }
        let read = try HistoryLines.epochs(in: HistoryLines(epochs).bytes, source: "test")
        #expect(read == epochs.dropLast() + [EpochFigures(epoch: 3, metrics: ["mae": 5])])
    }

    @Test func aTornLineIsNoEpoch() throws {
        let lines = HistoryLines((0..<3).map { EpochFigures(epoch: $0, metrics: ["loss": 0.5]) }).bytes
        for torn in 0..<lines.count {
            let whole = lines[..<torn].count { $0 == UInt8(ascii: "\n") }
            #expect(try HistoryLines.epochs(in: Array(lines[..<torn]), source: "test").count == whole)
        }
    }

    @Test(arguments: [("val_loss", 2), ("val_accuracy", 1), ("nothing", nil)] as [(String, Int?)])
    func theBestEpochIsTheFirstOfEqualOnes(name: String, expected: Int?) {
        let figures = [(0.5, 0.7), (0.4, 0.9), (0.3, 0.9), (0.3, 0.8)].enumerated()
            .map { EpochFigures(epoch: $0.offset, metrics: ["val_loss": $0.element.0, "val_accuracy": $0.element.1]) }
        #expect(figures.best(by: name) == expected)
    }
}
