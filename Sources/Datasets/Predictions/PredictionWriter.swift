internal import Support
internal import TensorFiles

/// Writes predictions batch by batch, in memory that does not depend on their number.
///
/// A file appears under its name with ``finish(durable:)``; a writer that is dropped before leaves nothing.
package struct PredictionWriter: ~Copyable {
    private let text: PredictionText
    private let kind: PredictionKind
    private var file: FileReplacement?
    private var array: NPYWriter?
    private let emit: (@Sendable ([UInt8]) throws -> Void)?
    private let kept: KeptColumns?
    private var rows = 0

    /// Begins a file; `model` is named in a JSON document.
    package init(
        path: String,
        format: PredictionFormat,
        kind: PredictionKind,
        model: String,
        keeping kept: KeptColumns? = nil
    ) throws {
        if format == .npy, kept != nil {
            throw DatasetError(
                .init(path),
                "a .npy file holds numbers, and no columns of the rows",
                kind: .usage,
                hint: "write another format, or drop --keep"
            )
        }
        let text = try PredictionText(
            format: format,
            kind: kind,
            model: model,
            keeping: kept?.names(besides: kind) ?? []
        )
        var file: FileReplacement?
        var array: NPYWriter?
        if format == .npy {
            // A column of numbers is an array of one dimension.
            array = try NPYWriter(path: path, rowShape: kind.outputs == 1 ? [] : [kind.outputs])
        } else {
            let new = try FileReplacement(of: path)
            try new.write(Array(text.header.utf8))
            file = consume new
        }
        self.text = text
        self.kind = kind
        self.file = file
        self.array = array
        self.kept = kept
        emit = nil
    }

    /// Begins a stream of text, such as that of standard output; NPY needs a file.
    package init(
        format: PredictionFormat,
        kind: PredictionKind,
        model: String,
        keeping kept: KeptColumns? = nil,
        emit: @escaping @Sendable ([UInt8]) throws -> Void
    ) throws {
        guard format != .npy else {
            throw DatasetError(
                .init("predictions"),
                "a .npy file holds the number of its rows, and cannot be streamed",
                kind: .usage,
                hint: "give --output FILE.npy, or another format"
            )
        }
        let text = try PredictionText(
            format: format,
            kind: kind,
            model: model,
            keeping: kept?.names(besides: kind) ?? []
        )
        if !text.header.isEmpty { try emit(Array(text.header.utf8)) }
        self.text = text
        self.kind = kind
        file = nil
        array = nil
        self.kept = kept
        self.emit = emit
    }

    /// Writes the outputs of a batch of rows.
    ///
    /// - Throws: ``DatasetError`` for an output that is no number.
    package mutating func write(_ outputs: Matrix) throws {
        if let bad = outputs.values.firstIndex(where: { !$0.isFinite }) {
            throw DatasetError(
                .init("predictions", row: rows + bad / outputs.columns + 1),
                "the model gives \(outputs.values[bad]), which is no number"
            )
        }
        if array != nil {
            let numbers = numbers(outputs)
            try array?.write(numbers, rows: outputs.rows)
        } else {
            let texts = try kept?.read(outputs.rows)
            var bytes: [UInt8] = []
            for row in 0..<outputs.rows {
                let numbers = outputs.values[row * outputs.columns..<(row + 1) * outputs.columns]
                bytes += try text.row(numbers, number: rows + row, keeping: texts?[row] ?? []).utf8
            }
            try file?.write(bytes)
            try emit?(bytes)
        }
        rows += outputs.rows
    }

    /// What an array holds of some rows.
    private func numbers(_ outputs: Matrix) -> [Float] {
        switch kind {
        case .probabilities(let classes, _): outputs.withAllClasses(classes).values
        case .values: outputs.values
        case .scores: outputs.values.flatMap { [$0, kind.scoreThreshold?.isExceeded(by: $0) == true ? 1 : 0] }
        }
    }

    /// Makes the file durable and puts it in place.
    package consuming func finish(durable: Bool = true) throws {
        let footer = Array(text.footer(rows: rows).utf8)
        if !footer.isEmpty {
            try file?.write(footer)
            try emit?(footer)
        }
        try array.take()?.finish(durable: durable)
        try file.take()?.commit(durable: durable)
    }
}

extension PredictionKind {
    /// The numbers per row.
    var outputs: Int {
        switch self {
        case .probabilities(let classes, _): classes.names.count
        case .values(let count): count
        case .scores: 2
        }
    }
}
