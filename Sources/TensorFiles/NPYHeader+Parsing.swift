/// Reading the header's text: a Python dictionary of three entries, in any order.
extension NPYHeader {
    init(text: [UInt8], dataStart: Int, source: String) throws(TensorFileError) {
        var parser = DictionaryParser(text: text, source: source)
        try parser.parse()
        guard let descriptor = parser.descriptor, let order = parser.isFortranOrder, let shape = parser.shape else {
            throw .malformed(source, "the header lacks one of `descr`, `fortran_order` and `shape`")
        }
        guard let type = ElementType(numpyCode: descriptor.dropFirst()), "<>|=".contains(descriptor.prefix(1)) else {
            throw .unsupported(
                source,
                "numbers of NumPy's type `\(descriptor)` are not read",
                hint: "save the array as plain numbers, such as array.astype('float32')"
            )
        }
        guard let bytes = Tensor.byteCount(of: type, shape: shape), bytes <= Int.max - dataStart else {
            throw .malformed(source, "the array has the impossible shape \(shape)")
        }
        self.init(
            elementType: type,
            isBigEndian: descriptor.hasPrefix(">"),
            isFortranOrder: order,
            shape: shape,
            dataStart: dataStart
        )
    }
}

private struct DictionaryParser {
    let text: [UInt8]
    let source: String
    var position = 0
    var descriptor: String?
    var isFortranOrder: Bool?
    var shape: [Int]?

    init(text: [UInt8], source: String) {
        self.text = text
        self.source = source
    }

    mutating func parse() throws(TensorFileError) {
        try expect("{")
        while !accept("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr": descriptor = try descr()
            case "fortran_order": isFortranOrder = try boolean()
            case "shape": shape = try tuple()
            default: throw malformed("the key `\(key)` is unknown")
            }
            guard accept(",") else {
                try expect("}")
                break
            }
        }
        skipBlanks()
        guard position == text.count else { throw malformed("text follows the dictionary") }
    }

    private mutating func skipBlanks() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TensorFileError) {
        guard accept(character) else { throw malformed("expected `\(character)` at byte \(position)") }
    }

    private mutating func string() throws(TensorFileError) -> String {
        skipBlanks()
        guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else {
            throw malformed("expected a quoted word at byte \(position)")
        }
        let quote = text[position]
        let start = position + 1
        guard let end = text[start...].firstIndex(of: quote) else { throw malformed("a quote is not closed") }
        position = end + 1
        return String(decoding: text[start..<end], as: UTF8.self)
    }

    /// A type that is no plain word (a list of fields) is kept as `[`, which no type is called.
    private mutating func descr() throws(TensorFileError) -> String {
        if accept("[") {
            throw .unsupported(source, "arrays with named fields are not read", hint: "save one plain array per field")
        }
        return try string()
    }

    private mutating func boolean() throws(TensorFileError) -> Bool {
        skipBlanks()
        for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw malformed("expected True or False at byte \(position)")
    }

    private mutating func tuple() throws(TensorFileError) -> [Int] {
        try expect("(")
        var lengths: [Int] = []
        while !accept(")") {
            lengths.append(try length())
            guard accept(",") else {
                try expect(")")
                break
            }
        }
        guard lengths.count <= 32 else { throw malformed("\(lengths.count) dimensions are too many") }
        return lengths
    }

    private mutating func length() throws(TensorFileError) -> Int {
        skipBlanks()
        let digits = text[position...].prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
            throw malformed("expected a length at byte \(position)")
        }
        position += digits.count
        // Python 2 wrote long integers with an L.
        _ = accept("L")
        return number
    }

    private func malformed(_ message: String) -> TensorFileError { .malformed(source, "broken NPY header: \(message)") }
}
