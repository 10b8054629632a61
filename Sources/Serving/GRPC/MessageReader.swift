/// Reads a message in the wire format of Protocol Buffers, field by field; what it does not know is passed over.
///
/// Source: "Encoding" in the documentation of Protocol Buffers. Groups, which have long been withdrawn, are refused.
struct MessageReader {
    private var place: Int
    private let end: Int

    /// One field, whose value stands next.
    struct Field {
        let number: Int
        let form: Form
    }

    /// How a value is written.
    enum Form: UInt64 {
        case varint = 0
        case eightBytes = 1
        case bytes = 2
        case fourBytes = 5
    }

    init(_ range: Range<Int>) {
        place = range.lowerBound
        end = range.upperBound
    }

    private static let malformed = RequestError.invalid("the message is no Protocol Buffer that is understood here")

    /// The field that comes next; `nil` at the end.
    mutating func next(_ bytes: Span<UInt8>) throws(RequestError) -> Field? {
        guard place < end else { return nil }
        let key = try varint(bytes)
        guard let form = Form(rawValue: key & 7), let number = Int32(exactly: key >> 3), number > 0 else {
            throw Self.malformed
        }
        return Field(number: Int(number), form: form)
    }

    /// A whole number of up to 64 bits, seven in each byte.
    mutating func varint(_ bytes: Span<UInt8>) throws(RequestError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < end, shift < 64 {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Self.malformed
    }

    /// Where the bytes of a value stand that says its length.
    mutating func range(_ field: Field, _ bytes: Span<UInt8>) throws(RequestError) -> Range<Int> {
        guard field.form == .bytes else { throw Self.malformed }
        let length = try varint(bytes)
        guard length <= UInt64(end - place) else { throw Self.malformed }
        defer { place += Int(length) }
        return place..<place + Int(length)
    }

    mutating func text(_ field: Field, _ bytes: Span<UInt8>) throws(RequestError) -> String {
        guard let text = String(validating: try byteString(field, bytes), as: UTF8.self) else { throw Self.malformed }
        return text
    }

    mutating func byteString(_ field: Field, _ bytes: Span<UInt8>) throws(RequestError) -> [UInt8] {
        let range = try range(field, bytes)
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for index in range { copy.append(bytes[index]) }
        return copy
    }

    /// Passes over a value.
    mutating func skip(_ field: Field, _ bytes: Span<UInt8>) throws(RequestError) {
        switch field.form {
        case .varint: _ = try varint(bytes)
        case .bytes: _ = try range(field, bytes)
        case .eightBytes: _ = try word(bytes, width: 8)
        case .fourBytes: _ = try word(bytes, width: 4)
        }
    }

    /// Little-endian bytes of fixed width.
    private mutating func word(_ bytes: Span<UInt8>, width: Int) throws(RequestError) -> UInt64 {
        guard end - place >= width else { throw Self.malformed }
        var word: UInt64 = 0
        for index in 0..<width { word |= UInt64(bytes[place + index]) << UInt64(8 * index) }
        place += width
        return word
    }
}

// MARK: - Repeated values

extension MessageReader {
    /// Adds the values of a repeated field, which stand alone or packed together.
    mutating func read<Value>(
        _ field: Field,
        _ bytes: Span<UInt8>,
        as form: Form,
        into values: inout [Value],
        _ value: (UInt64) throws(RequestError) -> Value
    ) throws(RequestError) {
        guard field.form == .bytes else {
            guard field.form == form else { throw Self.malformed }
            return values.append(try value(try number(bytes, form)))
        }
        let range = try range(field, bytes)
        var packed = MessageReader(range)
        switch form {
        case .fourBytes: values.reserveCapacity(values.count + range.count / 4)
        case .eightBytes: values.reserveCapacity(values.count + range.count / 8)
        case .varint, .bytes: break
        }
        while packed.place < packed.end { values.append(try value(try packed.number(bytes, form))) }
    }

    private mutating func number(_ bytes: Span<UInt8>, _ form: Form) throws(RequestError) -> UInt64 {
        switch form {
        case .varint: try varint(bytes)
        case .fourBytes: try word(bytes, width: 4)
        case .eightBytes: try word(bytes, width: 8)
        case .bytes: throw Self.malformed
        }
    }
}
