package import Datasets
package import ModelPackage
package import Support

/// A model of another framework, which a program of the project puts rows to.
package struct ExternalPredictor: Predictor {
    package let signature: Signature
    package let outputKind: PredictionKind
    private let command: ExternalCommand
    private let job: ExternalJob
    /// The folder of the model.
    private let model: String
    /// Where folders for rows and answers are made.
    private let workspace: String
    private let table: Table?
    private let onLine: @Sendable (String) -> Void

    /// How tables are written that the model takes.
    package struct Table: Sendable {
        package let format: CSVFormat
        package let target: String
        /// Columns that may stand in a table, and are not handed on.
        package let ignored: [String]

        package init(format: CSVFormat, target: String, ignored: [String]) {
            self.format = format
            self.target = target
            self.ignored = ignored
        }
    }

    /// A model in a folder; `onLine` gets what the program prints.
    package init(
        command: ExternalCommand,
        job: ExternalJob,
        signature: Signature,
        decision: Decision?,
        table: Table?,
        model: String,
        workspace: String,
        onLine: @escaping @Sendable (String) -> Void
    ) throws {
        self.command = command
        self.job = job
        self.signature = signature
        self.table = table
        self.model = model
        self.workspace = workspace
        self.onLine = onLine
        if let classes = signature.classes {
            outputKind = .probabilities(try ClassNames(classes), decision: decision)
        } else {
            outputKind = .values(count: signature.outputs.first?.shape.reduce(1, *) ?? 1)
        }
    }

    /// Which ones only its program knows.
    package var optionalColumns: [String] { [] }

    package func reader(of path: String) throws -> any RowReader {
        guard let table else { return try ArrayFile.reader(of: path, fields: inputs) }
        return try TableFile.reader(
            of: path,
            fields: inputs,
            format: table.format,
            target: table.target,
            ignored: table.ignored
        )
    }

    /// Opens golden rows: a table as mlops writes it, or an array, whose numbers are dealt out to the columns.
    package func goldenReader(of path: String) throws -> any RowReader {
        guard path.hasSuffix(".csv") else {
            return try ArrayFile.reader(
                of: path,
                fields: signature.inputs.map { Field($0.name, .number, shape: $0.shape) }
            )
        }
        return try TableFile.reader(of: path, fields: inputs, format: CSVFormat(), target: nil, ignored: [])
    }

    /// The columns, as text, or the array that a row is.
    private var inputs: [Field] {
        signature.inputs.map { port in
            table == nil ? Field(port.name, .number, shape: port.shape) : Field(port.name, .text)
        }
    }

    package func fields(of source: DataSource) throws -> [Field] {
        try source.check(fields: inputs, ignored: table?.ignored ?? [])
        return inputs
    }

    package func predict(
        _ rows: any RowReader,
        cancellation: Cancellation,
        each: (Matrix) throws -> Void
    ) async throws {
        try FileSystem.createDirectory(workspace)
        let folder = try FileSystem.createTemporaryDirectory(withPrefix: "\(workspace)/predict-")
        defer { try? FileSystem.remove(folder) }
        let (input, count) = try RowFile.write(
            rows,
            to: folder,
            decimal: table?.format.decimal ?? UInt8(ascii: ".")
        )
        let output = "\(folder)/predictions.csv"
        try AtomicFile.write(JSON.encode(job), to: "\(folder)/job.json", durable: false)
        try await command.run(
            environment: [
                ExternalContract.job: "\(folder)/job.json",
                ExternalContract.model: model,
                ExternalContract.input: input,
                ExternalContract.output: output,
                ExternalContract.seed: "\(job.seed)",
                ExternalContract.target: job.target ?? "",
            ],
            cancellation: cancellation,
            onLine: onLine
        )
        guard FileSystem.entryKind(at: output) == .file else {
            throw ExternalCommandError(
                command,
                .unusable("it ended well, and has written no predictions to \(ExternalContract.output)")
            )
        }
        try read(output, count: count, each)
    }

    private func read(_ path: String, count: Int, _ each: (Matrix) throws -> Void) throws {
        var answered = 0
        do {
            let table = try ProgramPredictions(path: path, kind: outputKind)
            while let batch = try table.read(upTo: 4096) {
                answered += batch.rows
                if answered > count { break }
                try each(batch)
            }
        } catch let error as DatasetError where error.place.source == path {
            // Its folder is gone in a moment: the program is what the person knows.
            throw ExternalCommandError(command, .unusable("predictions\(error.placeInFile): \(error.message)"))
        }
        guard answered == count else {
            throw ExternalCommandError(
                command,
                .unusable(
                    "expected \(count) predictions, one for each row, found \(answered > count ? "more" : "\(answered)")"
                )
            )
        }
    }
}

extension DatasetError {
    /// `, line 3, column `p_yes``.
    fileprivate var placeInFile: String {
        (place.line.map { ", line \($0)" } ?? "") + (place.column.map { ", column `\($0)`" } ?? "")
    }
}
