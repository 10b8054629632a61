/// Tensors in binary form, as the binary tensor extension of the Open Inference Protocol has them: little-endian values one after the
/// other, each text behind its length in four bytes.
enum BinaryTensor {
    /// The values of a tensor; `bytes` has as many as `count` values of the type take, but for texts.
    static func decode(
        _ bytes: Span<UInt8>,
        _ type: DataType,
        count: Int,
        name: String
    ) throws(RequestError) -> TensorValues {
        switch type {
        case .bool, .uint8: return .bytes(array(bytes, count) { bytes, place in bytes[place] })
        case .int8: return numbers(bytes, count, 1) { Double(Int8(truncatingIfNeeded: $0)) }
        case .uint16: return numbers(bytes, count, 2) { Double($0) }
        case .int16: return numbers(bytes, count, 2) { Double(Int16(truncatingIfNeeded: $0)) }
        case .uint32: return numbers(bytes, count, 4) { Double($0) }
        case .int32: return numbers(bytes, count, 4) { Double(Int32(truncatingIfNeeded: $0)) }
        case .uint64: return numbers(bytes, count, 8) { Double($0) }
        case .int64: return numbers(bytes, count, 8) { Double(Int64(bitPattern: $0)) }
        case .float16: return numbers(bytes, count, 2) { Double(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
        case .bfloat16:
            return numbers(bytes, count, 2) { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16)) }
        case .float64: return numbers(bytes, count, 8) { Double(bitPattern: $0) }
        case .float32:
            return .floats(
                array(bytes, count) { bytes, index in
                    Float(bitPattern: UInt32(truncatingIfNeeded: word(bytes, at: index * 4, width: 4)))
                }
            )
        case .bytes: return .texts(try texts(bytes, count, name))
        }
    }

    private static func array<Value>(
        _ bytes: Span<UInt8>,
        _ count: Int,
        _ value: (Span<UInt8>, Int) -> Value
    ) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(value(bytes, index)) }
        return values
    }

    private static func numbers(
        _ bytes: Span<UInt8>,
        _ count: Int,
        _ width: Int,
        _ number: (UInt64) -> Double
    ) -> TensorValues {
        .numbers(array(bytes, count) { bytes, index in number(word(bytes, at: index * width, width: width)) })
    }

    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, at place: Int, width: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<width { word |= UInt64(bytes[place + index]) << UInt64(8 * index) }
        return word
    }

    private static func texts(_ bytes: Span<UInt8>, _ count: Int, _ name: String) throws(RequestError) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var place = 0
        // Each text takes four bytes at least, whatever the shape claims.
        guard count <= bytes.count / 4 else { throw .invalid("input `\(name)`: the binary data end too early") }
        texts.reserveCapacity(count)
        for _ in 0..<count {
            guard bytes.count - place >= 4 else { throw .invalid("input `\(name)`: the binary data end too early") }
            let length = Int(word(bytes, at: place, width: 4))
            place += 4
            guard bytes.count - place >= length else {
                throw .invalid("input `\(name)`: the binary data end within a text")
            }
            var text: [UInt8] = []
            text.reserveCapacity(length)
            for index in place..<place + length { text.append(bytes[index]) }
            place += length
            guard text.allSatisfy({ $0 < 0x80 }) || String(validating: text, as: UTF8.self) != nil else {
                throw .invalid("input `\(name)`: a text is no UTF-8")
            }
            texts.append(text)
        }
        guard place == bytes.count else {
            throw .invalid("input `\(name)`: \(bytes.count - place) bytes are left behind the last text")
        }
        return texts
    }
}
