internal import NIOCore

/// A request, and what was answered: its rows, or a fair sample of them where they are many.
package struct AnsweredRequest: Sendable {
    package let version: VersionName
    /// When it was answered, in milliseconds since 1970.
    package let milliseconds: UInt64
    /// What the caller calls it, if anything.
    package let id: String?
    /// How many rows of the request each of those here stands for.
    package let rowWeight: Double
    private let inputs: [OutputTensor]
    private let outputs: [OutputTensor]
    private let rows: [Int]

    /// Values of one request that are kept at most, for one row at least.
    private static let valueLimit = 1 << 16
    private static let rowLimit = 64

    init(_ question: Question, _ said: ModelAnswer, by version: VersionName, rows count: Int, at milliseconds: UInt64) {
        self.version = version
        self.milliseconds = milliseconds
        id = question.id
        let given = question.inputs.map(OutputTensor.init)
        let width = given.reduce(1) { $0 + $1.values.count / max(count, 1) }
        let limit = max(1, min(Self.rowLimit, Self.valueLimit / width))
        guard count > limit else {
            (rows, rowWeight) = (Array(0..<count), 1)
            (inputs, outputs) = (given, said.outputs)
            return
        }
        let chosen = Self.choice(of: limit, among: count)
        (rows, rowWeight) = (Array(0..<limit), Double(count) / Double(limit))
        // The rest of a large request is not kept in memory for a few of its rows.
        (inputs, outputs) = (given.map { $0.rows(chosen) }, said.outputs.map { $0.rows(chosen) })
    }

    /// Some of many rows, each as likely as any other, in their order (Knuth, volume 2, 3.4.2, algorithm S).
    private static func choice(of limit: Int, among count: Int) -> [Int] {
        var chosen: [Int] = []
        chosen.reserveCapacity(limit)
        for row in 0..<count where Int.random(in: 0..<count - row) < limit - chosen.count { chosen.append(row) }
        return chosen
    }

    /// Each row as two objects in JSON: the raw columns by their names, and the outputs by theirs.
    ///
    /// A number that is none is `null`.
    package var lines: [(inputs: String, outputs: String)] {
        var buffer = ByteBuffer()
        func text(_ tensors: [OutputTensor], _ row: Int) -> String {
            buffer.clear()
            buffer.write(row, of: tensors)
            return buffer.readString(length: buffer.readableBytes) ?? "{}"
        }
        return rows.map { (text(inputs, $0), text(outputs, $0)) }
    }
}

extension OutputTensor {
    /// An input as it came.
    fileprivate init(_ input: InputTensor) {
        self.init(name: input.name, type: input.type, shape: input.shape, values: input.values)
    }

    /// Some of the rows.
    fileprivate func rows(_ chosen: [Int]) -> OutputTensor {
        let width = shape.dropFirst().reduce(1, *)
        func pick<Value>(_ values: [Value]) -> [Value] { chosen.flatMap { values[$0 * width..<($0 + 1) * width] } }
        let picked: TensorValues =
            switch values {
            case .numbers(let values): .numbers(pick(values))
            case .floats(let values): .floats(pick(values))
            case .bytes(let values): .bytes(pick(values))
            case .texts(let values): .texts(pick(values))
            }
        return OutputTensor(name: name, type: type, shape: [chosen.count] + shape.dropFirst(), values: picked)
    }

    /// Whether the value at a place is a number that is none.
    fileprivate func isNoNumber(at index: Int) -> Bool {
        switch values {
        case .floats(let values): !values[index].isFinite
        case .numbers(let values): !values[index].isFinite
        case .bytes, .texts: false
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ row: Int, of tensors: [OutputTensor]) {
        writeStaticString("{")
        for (index, tensor) in tensors.enumerated() {
            if index > 0 { writeStaticString(",") }
            writeJSON(tensor.name)
            writeStaticString(":")
            let shape = tensor.shape.dropFirst()
            write(tensor, shape, from: row * shape.reduce(1, *))
        }
        writeStaticString("}")
    }

    private mutating func write(_ tensor: OutputTensor, _ shape: ArraySlice<Int>, from start: Int) {
        guard let length = shape.first else {
            if tensor.isNoNumber(at: start) { return _ = writeStaticString("null") }
            return writeJSON(valueOf: tensor, at: start)
        }
        let rest = shape.dropFirst()
        let width = rest.reduce(1, *)
        writeStaticString("[")
        for index in 0..<length {
            if index > 0 { writeStaticString(",") }
            write(tensor, rest, from: start + index * width)
        }
        writeStaticString("]")
    }
}
