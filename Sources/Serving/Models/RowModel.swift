package import Datasets
package import Inference
internal import ModelPackage

/// A model of a package: raw columns go in, as tensors of their names; the package's features are computed here.
package struct RowModel: ServableModel {
    package let inputs: [TensorDescription]
    package let outputs: [TensorDescription]
    package let platform: String
    package let classes: [String]?

    private let predictor: any ImmediatePredictor
    private let fields: [Field]
    /// Which of the fields may be left out, or hold nothing.
    private let isOptional: [Bool]
    private let answers: RowAnswers
    private let allowsNonFinite: Bool

    /// Puts a model behind its signature; `allowsNonFinite` lets numbers in and out that are none.
    package init(_ predictor: any ImmediatePredictor, platform: String, allowsNonFinite: Bool = false) {
        self.predictor = predictor
        self.platform = platform
        self.allowsNonFinite = allowsNonFinite
        fields = predictor.fields
        let optional = Set(predictor.optionalColumns)
        isOptional = fields.map { field in field.columnNames.allSatisfy(optional.contains) }
        inputs = fields.map { field in
            TensorDescription(
                name: field.name,
                type: field.kind == .text ? .bytes : .float32,
                shape: [-1] + field.shape
            )
        }
        answers = RowAnswers(predictor, allowsNonFinite: allowsNonFinite)
        outputs = answers.outputs
        classes = predictor.classes?.names
    }

    package func prepare(_ inputs: [InputTensor]) throws(RequestError) -> PreparedInput {
        let rows = try rawRows(of: inputs)
        do {
            return .rows(try predictor.features(of: rows))
        } catch let error as DatasetError {
            throw .invalid(error.messageForCaller)
        } catch {
            throw RequestError(500, "the features of the rows cannot be computed")
        }
    }

    package func answer(_ rows: Matrix) throws -> Matrix { try predictor.predict(rows) }

    package func meaning(of answer: Matrix) throws(RequestError) -> ModelAnswer {
        try answers.meaning(of: answer)
    }

    /// The values of all rows of a request, those that are missing among them.
    private static let valueLimit = 1 << 24

    /// The columns that a request's tensors are, in the order of the model's fields.
    private func rawRows(of inputs: [InputTensor]) throws(RequestError) -> RawRows {
        for (index, input) in inputs.enumerated() {
            guard fields.contains(where: { $0.name == input.name }) else {
                throw .invalid(
                    "the model has no input `\(input.name.prefix(64))`; it takes \(list(fields.map(\.name)))"
                )
            }
            guard !inputs[..<index].contains(where: { $0.name == input.name }) else {
                throw .invalid("input `\(input.name)` is there twice")
            }
        }
        guard let count = inputs.first?.shape.first else {
            throw .invalid("expected inputs with the number of rows as their first dimension")
        }
        // Before memory is given to columns that are missing, those that are there must have the rows that they claim.
        for field in fields {
            guard let input = inputs.first(where: { $0.name == field.name }) else { continue }
            try check(input, field, rows: count)
        }
        let width = fields.reduce(0) { $0 + $1.width }
        let (values, isTooMany) = count.multipliedReportingOverflow(by: width)
        guard !isTooMany, values <= Self.valueLimit else {
            throw RequestError(413, "\(count) rows of \(width) values are more than one request may hold")
        }
        var columns: [RawColumn] = []
        columns.reserveCapacity(fields.count)
        for index in fields.indices {
            let field = fields[index]
            guard let input = inputs.first(where: { $0.name == field.name }) else {
                guard isOptional[index] else { throw .invalid("input `\(field.name)` is missing") }
                columns.append(field.missing(rows: count))
                continue
            }
            columns.append(try column(field, input, rows: count, isOptional: isOptional[index]))
        }
        return RawRows(count: count, columns: columns)
    }

    /// Throws ``RequestError`` (400) for an input that has not the shape of its field in every row.
    private func check(_ input: InputTensor, _ field: Field, rows: Int) throws(RequestError) {
        // A vector may come for a picture, and a column for single values.
        guard input.shape == [rows] + field.shape || input.shape == [rows, field.width] else {
            guard input.shape.first == rows else {
                throw .invalid("input `\(field.name)` has \(input.shape.first ?? 0) rows, others have \(rows)")
            }
            throw .invalid("input `\(field.name)`: expected the shape \(described(field.shape)), found \(input.shape)")
        }
    }

    private func column(
        _ field: Field,
        _ input: InputTensor,
        rows: Int,
        isOptional: Bool
    ) throws(RequestError) -> RawColumn {
        if case .texts(let texts) = input.values {
            guard field.kind == .text else { throw .invalid("input `\(field.name)`: expected numbers, found BYTES") }
            var column = TextColumn()
            for text in texts { column.append(text.span) }
            return RawColumn(field, .text(column))
        }
        guard field.kind == .number else {
            throw .invalid("input `\(field.name)`: expected BYTES, found \(input.type.rawValue)")
        }
        if !allowsNonFinite, !input.values.areFinite {
            guard isOptional, case .numbers(let numbers) = input.values, !numbers.contains(where: \.isInfinite) else {
                throw .invalid("input `\(field.name)` holds a number that is not finite")
            }
        }
        return RawColumn(field, input.values.raw)
    }

    private func described(_ shape: [Int]) -> String { "[rows\(shape.map { ", \($0)" }.joined())]" }

    private func list(_ names: [String]) -> String {
        names.count <= 8
            ? names.map { "`\($0)`" }.joined(separator: ", ")
            : names.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + " and \(names.count - 8) more"
    }
}

extension TensorValues {
    /// As a column holds them.
    fileprivate var raw: RawColumn.Values {
        switch self {
        case .numbers(let values): .doubles(values)
        case .floats(let values): .floats(values)
        case .bytes(let values): .bytes(values)
        case .texts: preconditionFailure("texts are no numbers")
        }
    }
}

extension Field {
    /// A column in which nothing stands.
    fileprivate func missing(rows: Int) -> RawColumn {
        switch kind {
        case .number: RawColumn(self, .doubles([Double](repeating: .nan, count: rows * width)))
        case .text: RawColumn(self, .text(TextColumn([String](repeating: "", count: rows * width))))
        }
    }
}

extension DatasetError {
    /// What is wrong with which row and column, without the name of a source: the caller knows what was sent.
    fileprivate var messageForCaller: String {
        let parts = [place.row.map { "row \($0)" }, place.column.map { "column `\($0)`" }].compactMap { $0 }
        return parts.isEmpty ? message : "\(parts.joined(separator: ", ")): \(message)"
    }
}
