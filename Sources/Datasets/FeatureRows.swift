internal import Support

/// Rows of features of one width, as a network reads them: in memory, or beyond a limit in a temporary file.
///
/// A row need not lie behind the one before it, and may share numbers with others: chosen rows, and windows over a series,
/// are places in the same memory.
package struct FeatureRows: Sendable {
    /// The number of rows.
    package let count: Int
    /// Numbers in a row.
    package let columns: Int
    private let memory: ScratchMemory
    /// The place of each row's first number; `nil` where they lie one behind the other.
    private let starts: [Int]?

    private init(count: Int, columns: Int, memory: ScratchMemory, starts: [Int]?) {
        self.count = count
        self.columns = columns
        self.memory = memory
        self.starts = starts
    }

    /// Rows that are filled block after block: `fill` is called until it has given all of them.
    ///
    /// - Throws: `SystemError` when there is no room, and whatever `fill` throws.
    package init(
        count: Int,
        columns: Int,
        memoryLimit: Int = FeatureRows.usualLimit,
        fill: (_ store: (Matrix) -> Void) throws -> Void
    ) throws {
        let (numbers, isTooMuch) = count.multipliedReportingOverflow(by: columns * MemoryLayout<Float>.stride)
        guard !isTooMuch else {
            throw DatasetError(.init("data"), "\(count) rows of \(columns) features are more than any machine holds")
        }
        let memory = try ScratchMemory(bytes: numbers, limit: memoryLimit)
        try self.init(count: count, columns: columns, memory: memory, fill: fill)
    }

    /// The rows of a matrix.
    package init(_ matrix: Matrix) {
        let memory = ScratchMemory(bytes: matrix.values.count * MemoryLayout<Float>.stride)
        self.init(count: matrix.rows, columns: matrix.columns, memory: memory) { $0(matrix) }
    }

    private init<E: Error>(
        count: Int,
        columns: Int,
        memory: ScratchMemory,
        fill: (_ store: (Matrix) -> Void) throws(E) -> Void
    ) throws(E) {
        let floats = unsafe memory.floats
        var offset = 0
        try fill { block in
            precondition(block.columns == columns && offset + block.values.count <= count * columns, "the rows fit")
            unsafe block.values.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = floats.baseAddress else { return }
                unsafe (to + offset).update(from: from, count: source.count)
            }
            offset += block.values.count
        }
        precondition(offset == count * columns, "all rows are filled")
        self.init(count: count, columns: columns, memory: memory, starts: nil)
    }

    /// Bytes of features beyond which they lie in a file: half of the memory that there is.
    package static let usualLimit = MachineMemory.available / 2

    /// Whether the features lie in a file, because memory is too small for them.
    package var isFile: Bool { memory.isFile }

    /// The first of a row's numbers; they stay where they are as long as this value lives.
    @inline(__always)
    package func pointer(row: Int) -> UnsafePointer<Float> {
        guard let base = unsafe memory.floats.baseAddress else {
            preconditionFailure("rows of no numbers have no first")
        }
        return unsafe UnsafePointer(base + start(of: row))
    }

    /// The place of a row's first number.
    @inline(__always)
    private func start(of row: Int) -> Int { starts.map { $0[row] } ?? row * columns }

    /// Copies rows to memory, `stride` floats from one to the next: those with the given numbers, or those that stand at
    /// these places of an order.
    package func copy(
        _ numbers: Range<Int>,
        of order: [Int32]?,
        to target: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        guard columns > 0, let base = unsafe memory.floats.baseAddress else { return }
        for number in numbers {
            let row = order.map { Int($0[number]) } ?? number
            let to = unsafe target + (number - numbers.lowerBound) * stride
            unsafe to.update(from: base + start(of: row), count: columns)
        }
    }

    /// Has a row fetched from the disk, where it lies there, while the caller does something else.
    package func prefetch(row: Int) {
        guard memory.isFile else { return }
        let size = MemoryLayout<Float>.stride
        let start = start(of: row) * size
        memory.prefetch(start..<(start + columns * size))
    }

    package subscript(row: Int, column: Int) -> Float {
        precondition(row < count && column < columns, "the number is there")
        return unsafe pointer(row: row)[column]
    }

    /// Some rows one behind the other.
    package func matrix(_ rows: Range<Int>) -> Matrix {
        var matrix = Matrix(rows: rows.count, columns: columns)
        guard columns > 0 else { return matrix }
        unsafe matrix.values.withUnsafeMutableBufferPointer { target in
            guard let to = target.baseAddress else { return }
            for row in rows {
                unsafe (to + (row - rows.lowerBound) * columns).update(from: pointer(row: row), count: columns)
            }
        }
        return matrix
    }

    /// The first rows, at most so many.
    package func prefix(_ limit: Int) -> Matrix { matrix(0..<min(limit, count)) }

    /// All rows.
    package var all: Matrix { matrix(0..<count) }

    /// The given rows, in their order: places in the same memory.
    package func selecting(_ chosen: [Int]) -> FeatureRows {
        FeatureRows(
            count: chosen.count,
            columns: columns,
            memory: memory,
            starts: chosen.map(start)
        )
    }

    /// So many rows from each of the given ones on, side by side: places in the same memory.
    func windows(of length: Int, at starts: [Int]) -> FeatureRows {
        precondition(self.starts == nil, "windows are cut out of rows that lie one behind the other")
        return FeatureRows(
            count: starts.count,
            columns: columns * length,
            memory: memory,
            starts: starts.map { $0 * columns }
        )
    }

    /// These rows, and others of the same width behind them.
    package func joined(with other: FeatureRows) throws -> FeatureRows {
        precondition(columns == other.columns, "rows of one width are joined")
        return try FeatureRows(count: count + other.count, columns: columns) { store in
            for rows in [self, other] { rows.forEachBlock(store) }
        }
    }

    /// Hands out all rows, some at a time.
    package func forEachBlock(_ body: (Matrix) throws -> Void) rethrows {
        for start in stride(from: 0, to: count, by: RowStore.blockRows) {
            try body(matrix(start..<min(start + RowStore.blockRows, count)))
        }
    }
}

extension FeatureRows: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.columns == right.columns
            && (0..<left.count).allSatisfy { row in
                (0..<left.columns).allSatisfy { left[row, $0] == right[row, $0] }
            }
    }
}
