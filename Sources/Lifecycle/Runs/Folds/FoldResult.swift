internal import Datasets
internal import Evaluation
internal import ModelStore
internal import NeuralNetwork
internal import Support
internal import TensorFiles

/// What the network of one fold, and simple models beside it, answer to the rows that were held out.
struct FoldResult {
    let line: FoldLine
    /// A row for each held-out row, in their order.
    let outputs: Matrix
    let baselines: [(name: String, outputs: Matrix)]

    init(line: FoldLine, outputs: Matrix, baselines: [(name: String, outputs: Matrix)]) {
        self.line = line
        self.outputs = outputs
        self.baselines = baselines
    }
}

/// The result of a fold: one safetensors file, written at once, which says that the fold is finished.
extension RunDirectory {
    private var result: String { "\(path)/result.safetensors" }

    func write(_ result: FoldResult) throws {
        func tensor(_ matrix: Matrix) -> Tensor { Tensor(matrix.values, shape: [matrix.rows, matrix.columns]) }
        let bytes = try Safetensors.encode(
            [("outputs", tensor(result.outputs))]
                + result.baselines.enumerated().map { ("baselines/\($0)/\($1.name)", tensor($1.outputs)) },
            metadata: ["fold": String(decoding: try JSON.encode(result.line, pretty: false), as: UTF8.self)]
        )
        try AtomicFile.write(bytes, to: self.result)
    }

    /// The result of this fold, which holds out so many rows; `nil` when it is not finished.
    ///
    /// Throws ``StoreError`` (12) when it is about other rows.
    func readResult(rows: Int) throws -> FoldResult? {
        guard FileSystem.exists(result) else { return nil }
        let (tensors, metadata) = try Safetensors.decode(FileSystem.read(result, limit: 1 << 36), source: result)
        let line = try JSON.decodePlain(FoldLine.self, from: Array((metadata["fold"] ?? "").utf8), source: result)
        func matrix(_ tensor: Tensor) throws -> Matrix {
            guard tensor.shape.count == 2, tensor.shape[0] == rows else {
                throw StoreError(.integrity, "\(result): expected answers to \(rows) rows, found \(tensor.shape)")
            }
            return Matrix(rows: rows, columns: tensor.shape[1], values: try tensor.floats())
        }
        guard let outputs = tensors["outputs"] else {
            throw StoreError(.integrity, "\(result): the answers are missing")
        }
        let baselines = tensors.filter { $0.key.hasPrefix("baselines/") }.sorted { $0.key < $1.key }
        return FoldResult(
            line: line,
            outputs: try matrix(outputs),
            baselines: try baselines.map { name, tensor in
                (String(name.split(separator: "/", maxSplits: 2).last ?? ""), try matrix(tensor))
            }
        )
    }
}
