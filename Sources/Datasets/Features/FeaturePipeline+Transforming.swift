extension FeaturePipeline {
    /// The features of raw rows: one row of the matrix for each.
    ///
    /// The rows must have the pipeline's fields, in its order. Given `indices`, only these rows are taken, in that
    /// order. For the message of an error, `source` names where the rows come from, and `firstRow` is the number of
    /// rows before these.
    ///
    /// - Throws: ``DatasetError`` for a value that a step refuses, or that is missing or infinite at the end of its chain.
    package func transform(
        _ rows: RawRows,
        indices: [Int]? = nil,
        source: String = "rows",
        firstRow: Int = 0
    ) throws -> Matrix {
        precondition(rows.columns.map(\.field) == fields, "rows have the fields of the pipeline")
        guard let length = sequence?.length else {
            return try values(of: rows.columns, rows.count, indices, source: source, firstRow: firstRow)
        }
        // The rows of all windows, one behind the other, are the rows of a matrix, and its numbers those of the windows.
        let steps = rows.columns.map { RawColumn($0.field.step, $0.values) }
        let places = indices.map { $0.flatMap { $0 * length..<($0 + 1) * length } }
        do {
            let matrix = try values(of: steps, rows.count * length, places, source: source, firstRow: 0)
            return Matrix(rows: indices?.count ?? rows.count, columns: width, values: matrix.values)
        } catch let error as DatasetError {
            throw error.inWindow(of: length, firstRow: firstRow)
        }
    }

    /// The features of so many rows, or of some of them, from columns that are the inputs of the pipeline's steps.
    func values(
        of raw: [RawColumn],
        _ count: Int,
        _ indices: [Int]?,
        source: String,
        firstRow: Int
    ) throws -> Matrix {
        var matrix = Matrix(rows: indices?.count ?? count, columns: stepWidth)
        var offset = 0
        for (column, raw) in zip(columns, raw) {
            try column.transform(raw, indices, into: &matrix, column: offset, source, firstRow)
            offset += column.width
        }
        return matrix
    }
}

extension FeaturePipeline.Column {
    /// Writes the features of a raw column into a matrix of zeros, from `column` on.
    func transform(
        _ raw: RawColumn,
        _ indices: [Int]?,
        into matrix: inout Matrix,
        column: Int,
        _ source: String,
        _ firstRow: Int
    ) throws {
        var row = 0
        for chunk in raw.chunks(of: indices) {
            var block = FeatureBlock(raw, rows: chunk)
            func place(_ row: Int) -> DatasetError.Place {
                .init(source, row: firstRow + (chunk?[row] ?? row) + 1, column: raw.field.name)
            }
            do {
                for step in steps { try step.transform.apply(to: &block) }
            } catch let fault as FeatureFault {
                throw DatasetError(place(fault.row), fault.message, hint: fault.hint)
            }
            if let bad = matrix.store(block, row: row, column: column) { throw error(in: block, row: bad, place(bad)) }
            row += block.rows
        }
    }

    /// What to say about a row that has a number which is not finite as a `Float`.
    private func error(in block: FeatureBlock, row: Int, _ place: DatasetError.Place) -> DatasetError {
        let numbers = Array(block.numbers[row * block.width..<(row + 1) * block.width])
        let index = numbers.firstIndex { !Float($0).isFinite } ?? 0
        let number = numbers[index]
        var place = place
        // Of a vector the value is named, as a table would name it.
        if input.width > 1, input.width == block.width { place.column = input.valueNames[index] }
        guard number.isFinite else { return .notFinite(place, number) }
        return DatasetError(
            place,
            "the feature is too large for a 32-bit number",
            hint: "correct the value, or scale the column"
        )
    }
}

extension RawColumn {
    /// Pieces of the given rows, or of all, of which each fits the processor's cache; `nil` for all rows at once.
    func chunks(of rows: [Int]?) -> [[Int]?] {
        let limit = max(64, (1 << 16) / max(field.width, 1))
        let total = rows?.count ?? count
        if total <= limit { return [rows] }
        return stride(from: 0, to: total, by: limit).map { start in
            let end = min(start + limit, total)
            return rows.map { Array($0[start..<end]) } ?? Array(start..<end)
        }
    }
}

extension Matrix {
    /// Rounds a block into the matrix, and returns the first of its rows with a number that is not finite.
    fileprivate mutating func store(_ block: FeatureBlock, row: Int, column: Int) -> Int? {
        var bad: Int?
        if case .oneHot(let places) = block.values {
            store(places, row: row, column: column)
        } else {
            bad = store(block.numbers, width: block.width, row: row, column: column)
        }
        if block.indicatorWidth > 0 {
            _ = store(block.indicators, width: block.indicatorWidth, row: row, column: column + block.width)
        }
        return bad
    }

    /// Sets the ones; the matrix was zero before.
    private mutating func store(_ places: [Int32], row: Int, column: Int) {
        let columns = columns
        var start = row * columns + column
        var target = values.mutableSpan
        for place in places {
            if place >= 0 { target[start + Int(place)] = 1 }
            start += columns
        }
    }

    private mutating func store(_ numbers: [Double], width: Int, row: Int, column: Int) -> Int? {
        let columns = columns
        var bad: Int?
        var source = 0
        var start = row * columns + column
        let numbers = numbers.span
        var target = values.mutableSpan
        while source < numbers.count {
            // A number that is not finite, times zero, is not zero.
            var sum: Float = 0
            for index in 0..<width {
                let value = Float(numbers[source + index])
                sum += value * 0
                target[start + index] = value
            }
            if sum != 0, bad == nil { bad = source / width }
            source += width
            start += columns
        }
        return bad
    }
}
