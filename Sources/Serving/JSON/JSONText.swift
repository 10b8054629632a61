internal import NIOCore

/// JSON as it is written into an answer.
extension ByteBuffer {
    /// A text in quotation marks, with escapes where they are needed; bytes that are no UTF-8 are replaced.
    mutating func writeJSON(_ text: some Collection<UInt8>) {
        writeStaticString("\"")
        for byte in text { writeEscaped(byte) }
        writeStaticString("\"")
    }

    mutating func writeJSON(_ text: String) { writeJSON(text.utf8) }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): writeStaticString("\\\"")
        case UInt8(ascii: "\\"): writeStaticString("\\\\")
        case 0x0A: writeStaticString("\\n")
        case 0x0D: writeStaticString("\\r")
        case 0x09: writeStaticString("\\t")
        case 0..<0x20, 0x7F:
            let digits = Array("0123456789abcdef".utf8)
            writeStaticString("\\u00")
            writeInteger(digits[Int(byte >> 4)])
            writeInteger(digits[Int(byte & 15)])
        default: writeInteger(byte)
        }
    }

    /// As many digits as it takes to read the same number again.
    ///
    /// What is no finite number has no form in JSON: it is written as Python's clients read it.
    mutating func writeJSON(_ number: Float) {
        if number.isFinite {
            writeString(number.description)
        } else {
            writeString(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
        }
    }

    mutating func writeJSON(_ number: Double) {
        if number.isFinite {
            writeString(number.description)
        } else {
            writeString(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
        }
    }

    /// A shape, or another list of whole numbers.
    mutating func writeJSON(_ numbers: [Int]) {
        writeStaticString("[")
        for (index, number) in numbers.enumerated() {
            if index > 0 { writeStaticString(",") }
            writeString("\(number)")
        }
        writeStaticString("]")
    }

    /// A value of a tensor.
    mutating func writeJSON(valueOf tensor: OutputTensor, at index: Int) {
        switch tensor.values {
        case .floats(let values): writeJSON(values[index])
        case .numbers(let values):
            if tensor.type.wholeNumbers != nil {
                writeString("\(Int(values[index]))")
            } else {
                writeJSON(values[index])
            }
        case .bytes(let values):
            if tensor.type == .bool {
                writeString(values[index] == 0 ? "false" : "true")
            } else {
                writeString("\(values[index])")
            }
        case .texts(let values): writeJSON(values[index])
        }
    }

    /// Some values of a tensor as nested lists of a shape, from a place on.
    mutating func writeJSON(_ tensor: OutputTensor, shape: ArraySlice<Int>, from start: Int) {
        guard let length = shape.first else { return writeJSON(valueOf: tensor, at: start) }
        let rest = shape.dropFirst()
        let width = rest.reduce(1, *)
        writeStaticString("[")
        for index in 0..<length {
            if index > 0 { writeStaticString(",") }
            writeJSON(tensor, shape: rest, from: start + index * width)
        }
        writeStaticString("]")
    }
}
