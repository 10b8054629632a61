import Foundation
import Monitoring
import Support
import TestSupport
import Testing

/// What the prediction log keeps, and what it lets go.
struct PredictionLogTests {
    private static let version = AskedVersion(model: "fashion", version: "v1.2.0", digest: "ab", revision: 3)

    private func prediction(_ number: Int, at time: Double, size: Int = 10) -> RecordedPrediction {
        RecordedPrediction(
            version: Self.version,
            time: time,
            request: number.isMultiple(of: 2) ? "\(number)" : nil,
            weight: 2.5,
            inputs: #"{"text":"\#(String(repeating: "x", count: size))"}"#,
            outputs: #"{"number":\#(number)}"#
        )
    }

    @Test func whatIsWrittenIsRead() async throws {
        let scratch = try Scratch()
        let path = scratch("deep/er/production.sqlite")
        #expect(try PredictionHistory(at: path) == nil)
        let log = try PredictionLog(at: path)
        let counts = [Self.version: RequestCounts(answered: 4, failed: 1, refused: 2)]
        try await log.record((0..<3).map { prediction($0, at: 1000 + Double($0)) }, counts, at: 1010)
        try await log.record([], counts, at: 1015)
        let other = AskedVersion(model: "fashion", version: "v1.3.0", digest: "cd", revision: 4)
        try await log.record([], [other: RequestCounts(answered: 7)], at: 2000)
        let history = try #require(try PredictionHistory(at: path))
        #expect(
            try history.predictions(of: "fashion", limit: 2) == [prediction(2, at: 1002), prediction(1, at: 1001)]
        )
        #expect(try history.predictions(of: "penguins", limit: 2) == [])
        #expect(
            try history.requests(of: "fashion")
                == [3: RequestCounts(answered: 8, failed: 2, refused: 4), 4: RequestCounts(answered: 7)]
        )
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600, "what people ask is nobody else's business")
    }

    @Test func whatIsOldGoes() async throws {
        let scratch = try Scratch()
        var limits = PredictionLog.Limits()
        limits.seconds = 100
        limits.countSeconds = 1000
        let log = try PredictionLog(at: scratch("a.sqlite"), limits: limits)
        let counts = [Self.version: RequestCounts(answered: 1)]
        try await log.record([prediction(1, at: 0)], counts, at: 0)
        try await log.record([prediction(2, at: 50)], counts, at: 600)
        try await log.record([prediction(3, at: 595)], [:], at: 600)
        let history = try #require(try PredictionHistory(at: scratch("a.sqlite")))
        #expect(try history.predictions(of: "fashion", limit: 9).map(\.time) == [595])
        #expect(try history.requests(of: "fashion")[3]?.answered == 2)
        try await log.record([], counts, at: 1200)
        #expect(try history.requests(of: "fashion")[3]?.answered == 2, "the first has gone, the last has come")
    }

    /// However much is written, the files stay within the limit, and what is newest is there.
    @Test func theDiskIsNotFilled() async throws {
        let scratch = try Scratch()
        var limits = PredictionLog.Limits()
        limits.bytes = 16_000_000
        let log = try PredictionLog(at: scratch("a.sqlite"), limits: limits)
        var largest = 0
        for round in 0..<60 {
            let rows = (0..<100).map { prediction($0, at: Double(round * 100 + $0), size: 8000) }
            try await log.record(rows, [:], at: Double(round * 100 + 100))
            let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
            let sizes = try files.map {
                try FileManager.default.attributesOfItem(atPath: scratch($0))[.size] as? Int ?? 0
            }
            largest = max(largest, sizes.reduce(0, +))
        }
        #expect(largest < 16_000_000 && largest > 8_000_000, "\(largest) bytes, of 48,000,000 that were written")
        let history = try #require(try PredictionHistory(at: scratch("a.sqlite")))
        let kept = try history.predictions(of: "fashion", limit: 10_000)
        #expect(kept.first?.time == 5999 && kept.count > 500 && kept.count < 2000, "\(kept.count)")
        #expect(kept.map(\.time) == (0..<kept.count).map { 5999 - Double($0) }, "none is missing between")
        // Who lowers the limit gets the room back.
        limits.bytes = 4_000_000
        try await PredictionLog(at: scratch("a.sqlite"), limits: limits).record([], [:], at: 6001)
        #expect(try history.predictions(of: "fashion", limit: 10_000).count < kept.count / 2)
    }

    /// Two servers of one machine write to one log.
    @Test func twoWriteAtOnce() async throws {
        let scratch = try Scratch()
        let logs = try (0..<2).map { _ in try PredictionLog(at: scratch("a.sqlite")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for log in logs {
                group.addTask {
                    for number in 0..<50 {
                        let counts = [Self.version: RequestCounts(answered: 1)]
                        try await log.record([prediction(number, at: Double(number))], counts, at: 60)
                    }
                }
            }
            try await group.waitForAll()
        }
        let history = try #require(try PredictionHistory(at: scratch("a.sqlite")))
        #expect(try history.requests(of: "fashion")[3]?.answered == 100)
        #expect(try history.predictions(of: "fashion", limit: 1000).count == 100)
    }

    @Test func whatIsNoLogIsLeftAlone() throws {
        let scratch = try Scratch()
        try scratch.write("a.sqlite", String(repeating: "This is a diary, and no database. ", count: 100))
        let problem = failure { _ = try PredictionLog(at: scratch("a.sqlite")) }
        #expect(problem?.kind == .integrity && problem?.hints.isEmpty == false, "\(String(describing: problem))")
        #expect(try scratch.read("a.sqlite").starts(with: "This is a diary".utf8))
        let problemOfReader = failure { _ = try PredictionHistory(at: scratch("a.sqlite")) }
        #expect(problemOfReader?.kind == .integrity)
    }
}
