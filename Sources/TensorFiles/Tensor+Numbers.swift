/// Tensors as Swift numbers, whatever they are stored as.
extension Tensor {
    /// The elements as `Float`, rounded to nearest; `false` is 0 and `true` is 1.
    ///
    /// - Throws: ``TensorFileError`` for eight-bit floating point, which is kept but not read.
    package func floats() throws(TensorFileError) -> [Float] {
        switch elementType {
        case .float32: LittleEndian.numbers(bytes, zero: 0 as Float)
        case .float64: LittleEndian.numbers(bytes, zero: 0.0).map { Float($0) }
        case .float16: LittleEndian.numbers(bytes, zero: 0 as UInt16).map { Float(halfBits: $0) }
        case .bfloat16: LittleEndian.numbers(bytes, zero: 0 as UInt16).map { Float(bitPattern: UInt32($0) << 16) }
        case .int64: LittleEndian.numbers(bytes, zero: 0 as Int64).map { Float($0) }
        case .int32: LittleEndian.numbers(bytes, zero: 0 as Int32).map { Float($0) }
        case .int16: LittleEndian.numbers(bytes, zero: 0 as Int16).map { Float($0) }
        case .int8: bytes.map { Float(Int8(bitPattern: $0)) }
        case .uint64: LittleEndian.numbers(bytes, zero: 0 as UInt64).map { Float($0) }
        case .uint32: LittleEndian.numbers(bytes, zero: 0 as UInt32).map { Float($0) }
        case .uint16: LittleEndian.numbers(bytes, zero: 0 as UInt16).map { Float($0) }
        case .uint8: bytes.map { Float($0) }
        case .bool: bytes.map { $0 == 0 ? 0 : 1 }
        case .float8e4m3, .float8e5m2: throw notNumbers()
        }
    }

    /// The elements as `Double`: exact, but for 64-bit integers beyond 2^53, which are rounded.
    ///
    /// - Throws: ``TensorFileError`` for eight-bit floating point, which is kept but not read.
    package func doubles() throws(TensorFileError) -> [Double] {
        switch elementType {
        case .float64: LittleEndian.numbers(bytes, zero: 0.0)
        case .int64: LittleEndian.numbers(bytes, zero: 0 as Int64).map { Double($0) }
        case .uint64: LittleEndian.numbers(bytes, zero: 0 as UInt64).map { Double($0) }
        case .int32: LittleEndian.numbers(bytes, zero: 0 as Int32).map { Double($0) }
        case .uint32: LittleEndian.numbers(bytes, zero: 0 as UInt32).map { Double($0) }
        default: try floats().map { Double($0) }
        }
    }

    private func notNumbers() -> TensorFileError {
        .unsupported(
            "tensor",
            "numbers of type \(elementType.safetensorsName) cannot be computed with",
            hint: "convert the tensor to float32 first"
        )
    }
}

extension Float {
    /// The number that an IEEE 754 half has in its 16 bits.
    fileprivate init(halfBits: UInt16) {
        let sign: FloatingPointSign = halfBits >> 15 == 0 ? .plus : .minus
        let exponent = Int(halfBits >> 10 & 31)
        let fraction = Float(halfBits & 1023)
        switch exponent {
        case 31: self = fraction == 0 ? (sign == .plus ? .infinity : -.infinity) : .nan
        case 0: self = Float(sign: sign, exponent: -24, significand: fraction)
        default: self = Float(sign: sign, exponent: exponent - 25, significand: 1024 + fraction)
        }
    }
}
