internal import Glibc
internal import ModelStore
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// The folder of one run: `.mlops/runs/<number>` in the project.
struct RunDirectory {
    let number: Int
    let path: String

    private init(number: Int, in project: String) {
        self.number = number
        path = "\(RunDirectory.all(in: project))/\(number)"
    }

    private init(number: Int, at path: String) {
        self.number = number
        self.path = path
    }

    /// The folder of one fold of this run, counted from 1, which holds a checkpoint and a history as that of the run does.
    func folder(ofFold fold: Int) -> RunDirectory {
        RunDirectory(number: number, at: "\(path)/folds/\(fold)")
    }

    private static func all(in project: String) -> String { "\(project)/.mlops/runs" }

    /// The numbers of the runs, ascending.
    static func numbers(in project: String) -> [Int] {
        ((try? FileSystem.names(in: all(in: project))) ?? []).compactMap { Int($0) }.sorted()
    }

    /// Makes the folder of a new run; two at once get two numbers.
    static func create(in project: String) throws -> RunDirectory {
        try FileSystem.createDirectory(all(in: project))
        var number = (numbers(in: project).last ?? 0) + 1
        while true {
            let directory = RunDirectory(number: number, in: project)
            if unsafe mkdir(directory.path, 0o755) == 0 { return directory }
            guard errno == EEXIST else { throw SystemError.last("create", directory.path) }
            number += 1
        }
    }

    /// The folder of run `number`; throws ``StoreError`` (14) when there is none.
    static func open(_ number: Int, in project: String) throws -> RunDirectory {
        let directory = RunDirectory(number: number, in: project)
        guard FileSystem.exists("\(directory.path)/run.json") else {
            let known = numbers(in: project)
            throw StoreError(
                .notFound,
                "there is no run \(number)",
                hints: known.isEmpty
                    ? ["train one: mlops train"]
                    : ["runs: \(known.suffix(10).map(String.init).joined(separator: ", "))"]
            )
        }
        return directory
    }

    /// The record of a run that has come to its end.
    ///
    /// Throws ``StoreError`` (15) for any other.
    func finishedRecord() throws -> RunRecord {
        let record = try record()
        guard record.status == .finished else {
            throw StoreError(
                .refused,
                "run \(number) is \(record.status.rawValue), not finished",
                hints: record.status == .diverged
                    ? ["mlops runs shows the finished ones"]
                    : record.isResumable ? ["finish it: mlops train --resume-run \(number)"] : ["it begins anew"]
            )
        }
        return record
    }

    func record() throws -> RunRecord {
        try JSON.decode(RunRecord.self, from: FileSystem.read("\(path)/run.json"), source: "run \(number)")
    }

    func write(_ record: RunRecord) throws {
        try AtomicFile.write(JSON.encode(record), to: "\(path)/run.json")
    }

    /// Whether a living process trains this run: it holds a lock on the folder, which the kernel takes back.
    func isBusy() -> Bool {
        guard let file = try? File(reading: path) else { return false }
        return (try? FileLock.take(file, .exclusive)) == nil
    }

    /// Takes the run for this process, for as long as the result lives.
    func claim() throws -> RunClaim {
        // Somebody who only looks whether the run is busy has the lock for a moment.
        guard let lock = try FileLock.take(File(reading: path), .exclusive, patience: 0.1) else {
            throw StoreError(
                .conflict,
                "another process is training run \(number)",
                hints: ["wait for it, or train another run"]
            )
        }
        return RunClaim(lock)
    }
}

/// The right to work on a run, for as long as it lives.
final class RunClaim {
    private let lock: FileLock

    fileprivate init(_ lock: consuming FileLock) { self.lock = lock }
}

/// The checkpoint of a run: one safetensors file, so that numbers and position cannot come from different moments.
extension RunDirectory {
    private var checkpoint: String { "\(path)/checkpoint.safetensors" }

    var hasCheckpoint: Bool { FileSystem.exists(checkpoint) }

    func write(_ state: TrainingState) throws {
        let position = String(decoding: try JSON.encode(state.position), as: UTF8.self)
        let bytes = try Safetensors.encode(state.tensors.map(\.named), metadata: ["position": position])
        try AtomicFile.write(bytes, to: checkpoint)
    }

    /// The bytes of the checkpoint; `nil` when there is none.
    func readCheckpoint() throws -> [UInt8]? {
        try hasCheckpoint ? FileSystem.read(checkpoint, limit: 1 << 36) : nil
    }

    /// Removes what a killed process left of unfinished files, if it is older than a moment; returns how many files.
    @discardableResult
    func removeTemporaries(olderThan limit: Int?) throws -> Int {
        let folds = ((try? FileSystem.names(in: "\(path)/folds")) ?? []).map { "\(path)/folds/\($0)" }
        return try FileSystem.removeTemporaries(
            in: [path, "\(path)/package"] + folds,
            withPrefix: ".tmp-",
            olderThan: limit
        )
    }

    func removeCheckpoint() throws { try FileSystem.removeFile(checkpoint) }
}

extension TrainingState {
    /// The state in the bytes of a checkpoint.
    init(checkpoint bytes: [UInt8], of network: NetworkDescription) throws {
        let source = "the checkpoint"
        let (tensors, metadata) = try Safetensors.decode(bytes, source: source)
        let position = try JSON.decode(
            TrainingPosition.self,
            from: Array((metadata["position"] ?? "").utf8),
            source: source
        )
        let named = try tensors.map { name, tensor in
            NamedTensor(name: name, shape: tensor.shape, values: try tensor.floats())
        }
        try self.init(position: position, tensors: named, of: network)
    }
}

extension NamedTensor {
    /// The tensor as a file holds it.
    var named: (name: String, tensor: Tensor) { (name, Tensor(values, shape: shape)) }
}
