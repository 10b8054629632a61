internal import Datasets

/// Reads JSON strictly by its grammar (RFC 8259), value by value and without building a tree.
///
/// The bytes are handed to every call; the reader is only a place in them. Beyond the grammar it takes the words `NaN`, `Infinity` and
/// `-Infinity` for numbers, as clients in Python write them, and refuses what is nested deeper than ``depthLimit``.
struct JSONReader {
    /// How deep lists and objects may be nested.
    static let depthLimit = 64

    /// The place of the next byte.
    var position: Int
    private var depth = 0

    init(at position: Int = 0) { self.position = position }

    /// What the next value is.
    enum Kind { case object, list, text, number, boolean, null }

    /// The kind of the next value.
    mutating func kind(_ bytes: Span<UInt8>) throws(RequestError) -> Kind {
        switch try peek(bytes) {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .list
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "N"), UInt8(ascii: "I"):
            return .number
        default: throw unexpected(bytes, "a value")
        }
    }

    /// The next byte that is no blank, which stays where it is.
    @inline(__always)
    mutating func peek(_ bytes: Span<UInt8>) throws(RequestError) -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 || (byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09) { return byte }
            position += 1
        }
        throw .invalid("the JSON ends too early")
    }

    /// Throws unless nothing but blanks is left.
    mutating func finish(_ bytes: Span<UInt8>) throws(RequestError) {
        while position < bytes.count {
            guard [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) else {
                throw unexpected(bytes, "the end of the JSON")
            }
            position += 1
        }
    }

    /// Says what stands where something else was expected.
    func unexpected(_ bytes: Span<UInt8>, _ expected: String) -> RequestError {
        guard position < bytes.count else { return .invalid("the JSON ends too early: expected \(expected)") }
        let byte = bytes[position]
        let found = (0x21...0x7E).contains(byte) ? "`\(Character(Unicode.Scalar(byte)))`" : "byte \(byte)"
        return .invalid("expected \(expected) at byte \(position) of the JSON, found \(found)")
    }

    @inline(__always)
    private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>, _ name: String) throws(RequestError) {
        guard try peek(bytes) == byte else { throw unexpected(bytes, name) }
        position += 1
    }

    private mutating func descend() throws(RequestError) {
        depth += 1
        guard depth <= Self.depthLimit else {
            throw .invalid("the JSON is nested deeper than \(Self.depthLimit) levels")
        }
    }
}

// MARK: - Objects and lists

extension JSONReader {
    /// Steps into an object; ``key(_:_:)`` gives its keys.
    mutating func beginObject(_ bytes: Span<UInt8>) throws(RequestError) {
        try expect(UInt8(ascii: "{"), bytes, "an object")
        try descend()
    }

    /// The next key of an object, whose value stands next; `nil` at its end.
    ///
    /// `isFirst` begins as true.
    mutating func key(_ bytes: Span<UInt8>, _ isFirst: inout Bool) throws(RequestError) -> String? {
        guard try advance(bytes, &isFirst, end: UInt8(ascii: "}")) else { return nil }
        let key = try text(bytes)
        try expect(UInt8(ascii: ":"), bytes, "`:`")
        return key
    }

    /// Steps into a list; ``element(_:_:)`` leads from one value to the next.
    mutating func beginList(_ bytes: Span<UInt8>) throws(RequestError) {
        try expect(UInt8(ascii: "["), bytes, "a list")
        try descend()
    }

    /// Whether another value stands next; false at the end of the list.
    ///
    /// `isFirst` begins as true.
    @inline(__always)
    mutating func element(_ bytes: Span<UInt8>, _ isFirst: inout Bool) throws(RequestError) -> Bool {
        try advance(bytes, &isFirst, end: UInt8(ascii: "]"))
    }

    @inline(__always)
    private mutating func advance(
        _ bytes: Span<UInt8>,
        _ isFirst: inout Bool,
        end: UInt8
    ) throws(RequestError) -> Bool {
        let byte = try peek(bytes)
        if byte == end {
            position += 1
            depth -= 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw unexpected(bytes, "`,`") }
        position += 1
        // No value stands behind the last comma.
        if try peek(bytes) == end { throw unexpected(bytes, "a value") }
        return true
    }

    /// Steps over a value, whatever it is.
    mutating func skip(_ bytes: Span<UInt8>) throws(RequestError) {
        var isFirst = true
        switch try kind(bytes) {
        case .object:
            try beginObject(bytes)
            while try key(bytes, &isFirst) != nil { try skip(bytes) }
        case .list:
            try beginList(bytes)
            while try element(bytes, &isFirst) { try skip(bytes) }
        case .text: _ = try textBytes(bytes)
        case .number: _ = try number(bytes)
        case .boolean: _ = try boolean(bytes)
        case .null: try null(bytes)
        }
    }
}

// MARK: - Single values

extension JSONReader {
    mutating func boolean(_ bytes: Span<UInt8>) throws(RequestError) -> Bool {
        if try word("true", bytes) { return true }
        if try word("false", bytes) { return false }
        throw unexpected(bytes, "true or false")
    }

    mutating func null(_ bytes: Span<UInt8>) throws(RequestError) {
        guard try word("null", bytes) else { throw unexpected(bytes, "null") }
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) throws(RequestError) -> Bool {
        _ = try peek(bytes)
        let length = word.utf8CodeUnitCount
        guard bytes.count - position >= length else { return false }
        var place = position
        for byte in "\(word)".utf8 {
            guard bytes[place] == byte else { return false }
            place += 1
        }
        position = place
        return true
    }

    /// A number: the nearest `Double`, which is infinite for what is too large.
    @inline(__always)
    mutating func number(_ bytes: Span<UInt8>) throws(RequestError) -> Double {
        let first = try peek(bytes)
        let start = position
        let isNegative = first == UInt8(ascii: "-")
        let digit = start + (isNegative ? 1 : 0)
        guard digit < bytes.count, bytes[digit] &- 48 <= 9 else { return try spelledNumber(bytes, isNegative) }
        if let (value, end) = DecimalNumber.leading(bytes, start..<bytes.count, decimal: UInt8(ascii: ".")),
            bytes[end - 1] != UInt8(ascii: "."),
            bytes[digit] != UInt8(ascii: "0") || digit + 1 == end || bytes[digit + 1] == UInt8(ascii: "."),
            end == bytes.count || bytes[end] | 0x20 != UInt8(ascii: "e")
        {
            position = end
            return value
        }
        return try longNumber(bytes, digits: digit)
    }

    /// A number with an exponent, or with more digits than fit 64 bits.
    private mutating func longNumber(_ bytes: Span<UInt8>, digits: Int) throws(RequestError) -> Double {
        let start = position
        position = digits
        let whole = skipDigits(bytes)
        if whole > 1, bytes[digits] == UInt8(ascii: "0") {
            position = digits
            throw unexpected(bytes, "a number without leading zeros")
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard skipDigits(bytes) > 0 else { throw unexpected(bytes, "a digit") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard skipDigits(bytes) > 0 else { throw unexpected(bytes, "a digit") }
        }
        guard let value = DecimalNumber.parse(bytes.extracting(start..<position)) else {
            position = start
            throw unexpected(bytes, "a number")
        }
        return value
    }

    private mutating func skipDigits(_ bytes: Span<UInt8>) -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- 48 <= 9 { position += 1 }
        return position - start
    }

    private mutating func spelledNumber(_ bytes: Span<UInt8>, _ isNegative: Bool) throws(RequestError) -> Double {
        let start = position
        if isNegative { position += 1 }
        if position < bytes.count, bytes[position] > 0x20 {
            if try word("Infinity", bytes) { return isNegative ? -.infinity : .infinity }
            if !isNegative, try word("NaN", bytes) { return .nan }
        }
        position = start
        throw unexpected(bytes, "a number")
    }

    /// A whole number that an `Int` holds.
    mutating func wholeNumber(_ bytes: Span<UInt8>, _ name: String) throws(RequestError) -> Int {
        let start = position
        guard try kind(bytes) == .number else { throw unexpected(bytes, "a whole number for \(name)") }
        let value = try number(bytes)
        guard value.magnitude < 0x1p53, let whole = Int(exactly: value) else {
            position = start
            throw .invalid("expected a whole number for \(name), found \(value)")
        }
        return whole
    }
}
