/// The values of a tensor in the order in which they stand in JSON.
struct LiteralValues {
    /// What the values are.
    enum Kind { case number, text, boolean }

    private(set) var numbers: [Double] = []
    private(set) var texts: [[UInt8]] = []
    /// `nil` where nothing but `null` stands, or nothing at all.
    private(set) var kind: Kind?
    /// Values that are `null`: NaN among numbers, an empty text among texts.
    private(set) var nulls = 0

    /// The number of values.
    var count: Int { kind == .text ? texts.count : numbers.count }

    /// The values, where a type is expected: nothing but nulls may be numbers or texts.
    func values(expecting expected: DataType?) -> TensorValues {
        switch (kind, expected) {
        case (.text, _): .texts(texts)
        case (nil, .bytes): .texts(numbers.map { _ in [] })
        default: .numbers(numbers)
        }
    }

    /// The type that the values have: `expected` where it is one of such values, else what JSON tells.
    func type(expecting expected: DataType?) -> DataType {
        switch kind {
        case .text: .bytes
        case .boolean: .bool
        case .number: expected == .bytes ? .float64 : expected ?? .float64
        case nil: expected ?? .float64
        }
    }

    /// Reads one value.
    @inline(__always)
    mutating func read(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) {
        let next = try reader.peek(bytes)
        guard kind == .number, next &- 48 <= 9 || next == UInt8(ascii: "-") else {
            return try readAny(&reader, bytes)
        }
        numbers.append(try reader.number(bytes))
    }

    private mutating func readAny(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) {
        switch try reader.kind(bytes) {
        case .number:
            try become(.number)
            numbers.append(try reader.number(bytes))
        case .boolean:
            try become(.boolean)
            numbers.append(try reader.boolean(bytes) ? 1 : 0)
        case .text:
            try become(.text)
            texts.append(try reader.textBytes(bytes))
        case .null:
            try reader.null(bytes)
            nulls += 1
            if kind == .text { texts.append([]) } else { numbers.append(.nan) }
        case .object: throw .invalid("expected a number or a text in a tensor, found an object")
        case .list: throw .invalid("expected a number or a text in a tensor, found a list")
        }
    }

    /// Adds values that were read elsewhere.
    mutating func append(_ other: LiteralValues) throws(RequestError) {
        if let kind = other.kind { try become(kind) }
        nulls += other.nulls
        if kind == .text {
            texts += other.kind == .text ? other.texts : other.numbers.map { _ in [] }
        } else {
            numbers += other.numbers
        }
    }

    private mutating func become(_ new: Kind) throws(RequestError) {
        if kind == new { return }
        guard kind == nil else { throw .invalid("a tensor holds numbers, texts or truth values, not several of them") }
        kind = new
        // Nothing but nulls was read.
        if new == .text {
            texts = numbers.map { _ in [] }
            numbers = []
        }
    }
}

/// A tensor as it stands in JSON: a value, or lists of values, nested as its shape says.
struct TensorLiteral {
    /// As the lists are nested: `[2, 3]` for two lists of three values.
    private(set) var shape: [Int] = []
    private(set) var leaves = LiteralValues()

    /// Reads what stands next.
    ///
    /// Throws ``RequestError`` (400) for lists of different lengths side by side, and for texts beside numbers.
    init(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) {
        try read(&reader, bytes, level: 0)
        // A list of nothing has ended the nesting.
        shape = shape.map { max($0, 0) }
    }

    var count: Int { leaves.count }
    func values(expecting type: DataType?) -> TensorValues { leaves.values(expecting: type) }

    /// Lengths are -1 until the first list of their level ends.
    private mutating func read(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        level: Int
    ) throws(RequestError) {
        guard try reader.peek(bytes) == UInt8(ascii: "[") else {
            guard level == shape.count else { throw .invalid("a value stands beside a list in a tensor") }
            return try leaves.read(&reader, bytes)
        }
        if level == shape.count {
            // A level opens on the way to the first value only.
            guard leaves.count == 0, shape.allSatisfy({ $0 < 0 }) else {
                throw .invalid("a list stands beside a value in a tensor")
            }
            shape.append(-1)
        }
        try reader.beginList(bytes)
        var (isFirst, length) = (true, 0)
        while try reader.element(bytes, &isFirst) {
            try read(&reader, bytes, level: level + 1)
            length += 1
        }
        guard shape[level] < 0 || shape[level] == length else {
            throw .invalid("lists of \(shape[level]) and of \(length) values stand side by side in a tensor")
        }
        shape[level] = length
    }
}

/// Tensors of one shape that stand in JSON row by row, as the cells of a column do.
struct LiteralRows {
    private(set) var count = 0
    private(set) var rowShape: [Int] = []
    private(set) var leaves = LiteralValues()

    /// Reads the value of the next row.
    mutating func read(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(RequestError) {
        let shape: [Int]
        if try reader.peek(bytes) == UInt8(ascii: "[") {
            let literal = try TensorLiteral(&reader, bytes)
            shape = literal.shape
            try leaves.append(literal.leaves)
        } else {
            shape = []
            try leaves.read(&reader, bytes)
        }
        guard count == 0 || shape == rowShape else {
            throw .invalid("row \(count + 1) has a value of the shape \(shape), the rows before have \(rowShape)")
        }
        rowShape = shape
        count += 1
    }

    /// The column as one of a model's inputs.
    func tensor(named name: String, among known: [TensorDescription]) throws(RequestError) -> InputTensor {
        let type = leaves.type(expecting: known.first { $0.name == name }?.type)
        return try InputTensor(
            name: name,
            type: type,
            shape: [count] + rowShape,
            values: leaves.values(expecting: type)
        )
    }
}
