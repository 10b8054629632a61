internal import Datasets
internal import Inference
internal import ModelStore
internal import Support

/// Puts raw rows to a model and writes its answers, in memory that does not depend on their number.
package struct Predict: Sendable {
    /// Where the answers go.
    package enum Output: Sendable {
        case file(String)
        /// Pieces of text, as they come.
        case stream(@Sendable ([UInt8]) throws -> Void)
    }

    package var source: ModelSource
    package var input: String
    package var output: Output
    /// `csv`, `jsonl`, `json` or `npy`; `nil` for what the output's name says, else CSV.
    package var format: String?
    package var threads: Int
    /// Columns of the rows that are written before the answers, as names or patterns with `*`.
    package var keeping: [String] = []

    package init(source: ModelSource, input: String, output: Output, format: String?, threads: Int) {
        self.source = source
        self.input = input
        self.output = output
        self.format = format
        self.threads = threads
    }

    /// What was done.
    package struct Report: Encodable, Sendable {
        package let model: String
        package let title: String
        package let rows: Int
        package let output: String?
        package let seconds: Double
    }

    /// Reads, answers and writes batch by batch.
    package func run(in invocation: Invocation) async throws -> Report {
        let model = try await LoadedModel(source, threads: threads, in: invocation)
        let predictor = model.predictor
        let stopwatch = Stopwatch()
        let reader = try predictor.reader(of: invocation.resolve(input))
        var writer = try openWriter(model, reader, invocation)
        var rows = 0
        try await predictor.predict(reader, cancellation: invocation.cancellation) { outputs in
            try writer.write(outputs)
            rows += outputs.rows
            invocation.progress.advance("predicting", done: rows, total: nil, unit: .rows, details: "")
        }
        try writer.finish()
        invocation.progress.finish()
        var path: String?
        if case .file(let name) = output { path = name }
        return Report(
            model: model.model,
            title: model.title,
            rows: rows,
            output: path,
            seconds: stopwatch.seconds
        )
    }

    /// The format that the name of the output says.
    private var formatOfFile: PredictionFormat? {
        guard case .file(let path) = output else { return nil }
        return PredictionFormat(path: path)
    }

    private func openWriter(
        _ model: LoadedModel,
        _ reader: any RowReader,
        _ invocation: Invocation
    ) throws -> PredictionWriter {
        let kind = model.predictor.outputKind
        let chosen = try format.map { name in
            guard let format = PredictionFormat(rawValue: name) else {
                throw StoreError(
                    .usage,
                    "`\(name)` is no format of predictions",
                    hints: ["formats: \(PredictionFormat.allCases.map(\.rawValue).joined(separator: ", "))"]
                )
            }
            return format
        }
        let path = invocation.resolve(input)
        var kept: KeptColumns?
        let identifying = reader.origins == nil ? [] : model.predictor.identifyingColumns
        let isArray = (chosen ?? formatOfFile) == .npy
        if !keeping.isEmpty || (!identifying.isEmpty && !isArray) {
            kept = try KeptColumns(
                keeping.isEmpty ? identifying : keeping,
                of: path,
                format: model.table?.format ?? CSVFormat(),
                origins: reader.origins
            )
        } else if !isArray, let labels = reader.labels {
            kept = KeptColumns(labels: labels, of: path)
        } else if !isArray, try KeptColumns.arePictures(at: path) {
            kept = try KeptColumns(pictures: path)
        }
        switch output {
        case .file(let path):
            guard let format = chosen ?? PredictionFormat(path: path) else {
                throw StoreError(
                    .usage,
                    "the name `\(path)` does not say in which format to write",
                    hints: ["end it in .csv, .jsonl, .json or .npy, or add: --output-format csv"]
                )
            }
            return try PredictionWriter(
                path: invocation.resolve(path),
                format: format,
                kind: kind,
                model: model.reference,
                keeping: kept
            )
        case .stream(let emit):
            return try PredictionWriter(
                format: chosen ?? .csv,
                kind: kind,
                model: model.reference,
                keeping: kept,
                emit: emit
            )
        }
    }
}
