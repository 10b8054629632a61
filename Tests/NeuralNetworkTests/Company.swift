import Foundation
import NeuralNetwork

/// Processes that are threads of this one, to see what those of a cluster compute.
final class Company: @unchecked Sendable {
    let count: Int
    private let condition = NSCondition()
    private var blocks: [[UInt8]]
    private var (arrived, generation) = (0, 0)
    private var isBroken = false

    struct Broken: Error {}

    private init(count: Int) {
        self.count = count
        blocks = [[UInt8]](repeating: [], count: count)
    }

    /// Runs the function on so many processes at once, and returns what each gives, in the order of their ranks.
    static func run<Result: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable (any ProcessGroup) throws -> Result
    ) -> [Swift.Result<Result, any Error>] {
        let company = Company(count: count)
        let results = Results<Result>(count: count)
        let group = DispatchGroup()
        for rank in 0..<count {
            group.enter()
            let thread = Thread {
                let result = Swift.Result { try body(Member(company: company, rank: rank)) }
                if case .failure = result { company.leaveBroken() }
                results.set(result, at: rank)
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        return results.all
    }

    /// What the processes give, set by one thread each.
    private final class Results<Value>: @unchecked Sendable {
        private let lock = NSLock()
        private var values: [Int: Swift.Result<Value, any Error>] = [:]
        private let count: Int

        init(count: Int) { self.count = count }
        func set(_ value: Swift.Result<Value, any Error>, at rank: Int) { lock.withLock { values[rank] = value } }
        var all: [Swift.Result<Value, any Error>] { lock.withLock { (0..<count).compactMap { values[$0] } } }
    }

    /// The others need not wait for one that has failed.
    private func leaveBroken() {
        condition.withLock {
            isBroken = true
            condition.broadcast()
        }
    }

    fileprivate func gather(_ bytes: [UInt8], rank: Int) throws -> [[UInt8]] {
        try condition.withLock {
            blocks[rank] = bytes
            try meet()
            let all = blocks
            try meet()
            return all
        }
    }

    private func meet() throws {
        let current = generation
        arrived += 1
        if arrived == count {
            (arrived, generation) = (0, generation + 1)
            condition.broadcast()
        }
        while generation == current, !isBroken { condition.wait() }
        if generation == current { throw Broken() }
    }
}

/// One of them.
private struct Member: ProcessGroup {
    let company: Company
    let rank: Int
    var count: Int { company.count }
    var host: String { "here" }

    func scatter(
        _ floats: UnsafePointer<Float>,
        _ ranges: [Range<Int>],
        into pieces: UnsafeMutablePointer<Float>
    ) throws {
        let all = try gather(floats: Array(UnsafeBufferPointer(start: floats, count: ranges[count - 1].upperBound)))
        for (number, values) in all.enumerated() {
            for (index, value) in values[ranges[rank]].enumerated() {
                pieces[number * ranges[rank].count + index] = value
            }
        }
    }

    func share(_ floats: UnsafeMutablePointer<Float>, _ ranges: [Range<Int>]) throws {
        let own = ranges[rank]
        let all = try gather(floats: Array(UnsafeBufferPointer(start: floats + own.lowerBound, count: own.count)))
        for (range, values) in zip(ranges, all) {
            for (place, value) in zip(range, values) { floats[place] = value }
        }
    }

    private func gather(floats: [Float]) throws -> [[Float]] {
        try gather(floats.withUnsafeBytes { Array($0) }).map { bytes in
            bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        }
    }

    func gather(_ bytes: [UInt8]) throws -> [[UInt8]] { try company.gather(bytes, rank: rank) }
    func broadcast(_ bytes: [UInt8]) throws -> [UInt8] { try company.gather(bytes, rank: rank)[0] }
    func dissolve() {}
}
