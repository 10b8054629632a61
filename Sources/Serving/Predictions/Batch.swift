internal import Datasets
internal import NIOCore

/// Rows of several requests that one turn of an event loop has brought, answered in one call of the model.
///
/// Nobody waits for company: the call is made after all sockets that were ready have been read, so that a batch holds what had arrived
/// already. A row gets the same bits in any company.
final class Batch {
    private let version: LoadedVersion
    private unowned let state: LoopState
    private var waiting: [(rows: Matrix, prediction: Prediction)] = []
    private var rows = 0

    /// Rows beyond which a batch is answered at once.
    private static let rowLimit = 64

    init(_ version: LoadedVersion, _ state: LoopState) {
        self.version = version
        self.state = state
    }

    var isEmpty: Bool { waiting.isEmpty }

    func add(_ rows: Matrix, _ prediction: Prediction) {
        waiting.append((rows, prediction))
        self.rows += rows.rows
        if self.rows >= Self.rowLimit { return flush() }
        if waiting.count == 1 { state.loop.assumeIsolated().execute { self.flush() } }
    }

    private func flush() {
        guard !waiting.isEmpty else { return }
        let batch = waiting
        let joined = batch.count == 1 ? batch[0].rows : Matrix(joining: batch.map(\.rows))
        waiting.removeAll(keepingCapacity: true)
        rows = 0
        let started = NIODeadline.now()
        let result = Result { try version.servable.answer(joined) }
        let finished = NIODeadline.now()
        state.count(version.name) { $0.call() }
        var place = 0
        for (rows, prediction) in batch {
            let answer = result.map { batch.count == 1 ? $0 : $0.slice(place..<place + rows.rows) }
            prediction.answered(answer, started: started, finished: finished)
            place += rows.rows
        }
    }
}

extension Matrix {
    /// Rows one behind the other.
    init(joining parts: [Matrix]) {
        var values: [Float] = []
        values.reserveCapacity(parts.reduce(0) { $0 + $1.values.count })
        for part in parts { values += part.values }
        self.init(rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0, values: values)
    }

    /// Some of the rows.
    func slice(_ rows: Range<Int>) -> Matrix {
        let values = self.values[rows.lowerBound * columns..<rows.upperBound * columns]
        return Matrix(rows: rows.count, columns: columns, values: Array(values))
    }
}
