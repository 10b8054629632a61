import Datasets
import Inference
import Support
import TensorFiles

/// How long a model takes to answer, from rows of features to outputs, in a process that has it loaded.
struct AnswerTimes {
    private let predictor: NetworkPredictor
    private let rows: Matrix

    /// Loads a model from its unpacked package, and the first rows of an NPY file of features.
    init(package folder: String, rows path: String, batch: Int, threads: Int) throws {
        predictor = try NetworkPredictor(ModelFiles(folder: folder, source: folder), threads: threads)
        var reader = try NPYReader(path: path)
        guard let tensor = try reader.rows(upTo: batch), tensor.shape[0] == batch else {
            throw TooFewRows(wanted: batch)
        }
        rows = Matrix(rows: batch, columns: tensor.count / batch, values: try tensor.floats())
    }

    struct TooFewRows: Error { let wanted: Int }

    /// The median time of a call in microseconds, after a third of the time for warming up.
    ///
    /// Calls that take less than the clock can tell are timed together.
    func medianMicroseconds(seconds: Double) throws -> Double {
        let warmUp = Stopwatch()
        var calls = 0
        while calls < 3 || warmUp.seconds < seconds / 3 {
            _ = try predictor.predict(rows)
            calls += 1
        }
        let together = max(1, Int(20e-6 * Double(calls) / warmUp.seconds))
        var times: [Double] = []
        let all = Stopwatch()
        while times.count < 5 || all.seconds < seconds {
            let stopwatch = Stopwatch()
            for _ in 0..<together { _ = try predictor.predict(rows) }
            times.append(stopwatch.seconds / Double(together))
        }
        return times.sorted()[times.count / 2] * 1e6
    }

    /// Writes the answers into an NPY file.
    func write(to path: String) throws {
        let outputs = try predictor.predict(rows)
        var writer = try NPYWriter(path: path, rowShape: [outputs.columns])
        try writer.write(outputs.values, rows: outputs.rows)
        try writer.finish(durable: false)
    }
}
