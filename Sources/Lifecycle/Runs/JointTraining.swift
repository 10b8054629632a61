internal import NeuralNetwork
internal import Support

/// What processes that train together tell each other before the first step; alone, nothing.
///
/// Process 0 leads: it reads what the others may not see, writes, and speaks. The others follow.
struct JointTraining {
    let processes: (any ProcessGroup)?

    init(_ processes: (any ProcessGroup)?) { self.processes = processes }

    /// The number of processes for the recipe, which does not mention one.
    var count: Int? { processes?.count }

    /// Ends a process that follows: what there is to say is said by process 0.
    struct Dismissed: Error {}

    /// Does on process 0 what only it can do, and tells the others; when it fails they are dismissed.
    func lead<Result>(
        _ work: () async throws -> Result,
        telling message: (Result) throws -> [UInt8]
    ) async throws -> Result {
        guard let processes else { return try await work() }
        let (result, bytes): (Result, [UInt8])
        do {
            result = try await work()
            bytes = try message(result)
        } catch {
            _ = try processes.broadcast([0])
            processes.dissolve()
            throw error
        }
        _ = try processes.broadcast([1] + bytes)
        return result
    }

    /// Hears what process 0 tells.
    ///
    /// Throws ``Dismissed`` when there is nothing more to do.
    func follow() throws -> [UInt8] {
        guard let processes else { throw Dismissed() }
        let message = try processes.broadcast([])
        guard message.first == 1 else {
            processes.dissolve()
            throw Dismissed()
        }
        return Array(message.dropFirst())
    }

    /// Does the same on every process, and throws on all where it fails on one or gives another digest.
    func agree<Result>(
        _ work: () async throws -> Result,
        on digest: (Result) throws -> Digest
    ) async throws -> Result {
        guard let processes else { return try await work() }
        var block = Block()
        let own: Swift.Result<Result, any Error>
        do {
            let result = try await work()
            block.digest = Array(try digest(result).hexadecimal.utf8)
            own = .success(result)
        } catch {
            block.failure = "\(error)"
            own = .failure(error)
        }
        let blocks = try processes.gather(block.bytes).map { Block($0) }
        let failed = blocks.firstIndex { $0.failure != nil }
        let other = blocks.firstIndex { $0.digest != blocks[0].digest }
        guard let odd = failed ?? other else { return try own.get() }
        processes.dissolve()
        if processes.rank > 0 { throw Dismissed() }
        _ = try own.get()
        throw JointFailure(process: odd, problem: blocks[odd].failure)
    }

    /// What a process says of its preparation, in as many bytes as the others.
    private struct Block {
        static let characters = 1024
        var digest: [UInt8]
        var failure: String?

        init() { digest = [UInt8](repeating: 0, count: 64) }

        init(_ bytes: [UInt8]) {
            digest = Array(bytes[1..<65])
            failure = bytes[0] == 0 ? nil : String(decoding: bytes[65...].prefix { $0 != 0 }, as: UTF8.self)
        }

        var bytes: [UInt8] {
            let text = (failure ?? "").utf8.prefix(Block.characters)
            return [failure == nil ? 0 : 1] + digest + Array(text)
                + [UInt8](repeating: 0, count: Block.characters - text.count)
        }
    }
}

/// One of several processes could not begin, or would learn something else than the others.
struct JointFailure: Failure {
    let process: Int
    /// What it says; `nil` when it has another recipe or other rows.
    let problem: String?

    var description: String {
        problem.map { "process \(process): \($0)" }
            ?? "process \(process) reads another project or other rows than process 0"
    }

    var kind: FailureKind { problem == nil ? .refused : .failed }

    var hints: [String] {
        ["every host needs the project and its data at the same place, as on a file system that they share"]
    }
}
