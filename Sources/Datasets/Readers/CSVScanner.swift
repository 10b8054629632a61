internal import Archiving
internal import Support

/// Where the text of a field stands in the scanner's buffer.
struct CSVField {
    var range: Range<Int>
    /// Whether the field stood in quotes, which are not part of the range.
    var isQuoted = false
    /// Whether quotes are doubled in the range.
    var hasDoubledQuotes = false
    /// The number that all of the range spells, when it was found on the way.
    var number: Double?
}

/// Cuts a CSV file (RFC 4180) into records and fields, in blocks, with bounded memory.
///
/// A quote opens a field only at its start; elsewhere it is text, as it is for pandas. Lines end with LF or CR LF, or
/// with CR alone when the file has no LF at its beginning. Empty lines are no records.
struct CSVScanner: ~Copyable {
    /// The longest record that is read.
    static let longestRecord = 16 << 20

    let path: String
    /// The fields of the record that was read last.
    private(set) var fields: [CSVField] = []
    /// The line on which that record begins, from 1.
    private(set) var line = 0
    /// The columns whose fields are expected to be numbers; there may be more columns.
    var numeric: [Bool] = []
    private var input: GzipReader
    private let format: CSVFormat
    private var lineEnd = UInt8(ascii: "\n")
    private var buffer: [UInt8]
    /// The part of the buffer that was not scanned yet.
    private var rest = 0..<0
    private var nextLine = 1
    private var isAtEnd = false

    init(path: String, format: CSVFormat, blockSize: Int = 1 << 18) throws {
        var input = try DataFile.reader(of: path)
        var buffer = [UInt8](repeating: 0, count: blockSize)
        let count = try input.fill(&buffer, from: 0)
        try DataFile.refuseOthers(buffer[..<min(count, 16)], path: path)
        let start = try CSVScanner.startOfText(buffer[..<count], path: path)
        self.path = path
        self.format = format
        if !buffer[..<count].contains(UInt8(ascii: "\n")), buffer[..<count].contains(UInt8(ascii: "\r")) {
            lineEnd = UInt8(ascii: "\r")
        }
        rest = start..<count
        isAtEnd = count < buffer.count
        self.input = input
        self.buffer = buffer
    }

    /// What stands before the decimals of a number.
    var decimal: UInt8 { format.decimal }

    /// The number that a field spells, blanks around it aside; `nil` for anything else.
    @inline(__always)
    borrowing func number(_ field: CSVField) -> Double? {
        if let number = field.number { return number }
        var (start, end) = (field.range.lowerBound, field.range.upperBound)
        while start < end, CSVScanner.isBlank(buffer[start]) { start += 1 }
        while start < end, CSVScanner.isBlank(buffer[end - 1]) { end -= 1 }
        return DecimalNumber.parse(buffer.span.extracting(start..<end), decimal: format.decimal)
    }

    /// Whether a field holds what stands for a missing value.
    borrowing func isMissing(_ field: CSVField) -> Bool {
        field.hasDoubledQuotes
            ? format.missing.contains(text(field).span) : format.missing.contains(buffer.span.extracting(field.range))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Adds the text of a field to a column, and returns whether it is text in UTF-8; a missing one becomes empty.
    @inline(__always)
    borrowing func append(_ field: CSVField, to column: inout TextColumn) -> Bool {
        let known = column.distinctCount
        if field.hasDoubledQuotes {
            column.append(text(field).span)
        } else {
            let text = buffer.span.extracting(field.range)
            column.append(format.missing.contains(text) ? buffer.span.extracting(0..<0) : text)
        }
        // A text that was there before has been looked at.
        if column.distinctCount == known { return true }
        return CSVScanner.isText(column.distinct(known))
    }

    /// Whether bytes are UTF-8, and none is zero.
    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 < 0x80 && $0 > 0 }
            || (!bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil)
    }

    /// The text of a field, without its quotes.
    borrowing func text(_ field: CSVField) -> [UInt8] {
        guard field.hasDoubledQuotes else { return Array(buffer[field.range]) }
        var text: [UInt8] = []
        var position = field.range.lowerBound
        while position < field.range.upperBound {
            text.append(buffer[position])
            position += buffer[position] == UInt8(ascii: "\"") ? 2 : 1
        }
        return text
    }

    /// Reads the next record into ``fields``, and returns whether there was one.
    mutating func next() throws -> Bool {
        while true {
            var scan = RecordScan(format, lineEnd: lineEnd, isAtEnd: isAtEnd)
            // The list leaves `self` for the scan, which borrows the buffer: no copy, and no overlapping access.
            var found: [CSVField] = []
            swap(&found, &fields)
            let outcome = scan.run(buffer.span, from: rest, numeric: numeric.span, into: &found)
            swap(&found, &fields)
            switch outcome {
            case .incomplete:
                try fill()
            case .end:
                return false
            case .record(let end):
                line = nextLine
                nextLine += scan.lines
                rest = end..<rest.upperBound
                if fields.count == 1, fields[0].range.isEmpty, !fields[0].isQuoted { continue }
                return true
            case .textAfterQuote:
                throw DatasetError(
                    .init(path, line: nextLine + scan.lines),
                    "text follows a closing quote",
                    hint: "a quote inside a quoted field is written twice: \"\""
                )
            case .unclosedQuote:
                throw DatasetError(
                    .init(path, line: nextLine + scan.quoteLine),
                    "a quote is opened here and not closed before the end of the file",
                    hint: "a quote inside a quoted field is written twice: \"\""
                )
            }
        }
    }

    /// Moves what is left to the front and reads more behind it.
    private mutating func fill() throws {
        let count = rest.count
        if rest.lowerBound > 0 {
            for index in 0..<count { buffer[index] = buffer[rest.lowerBound + index] }
        }
        if count == buffer.count {
            guard count < Self.longestRecord else {
                throw DatasetError(
                    .init(path, line: nextLine),
                    "the record that begins here is longer than \(Self.longestRecord >> 20) MiB",
                    hint: "look for a quote that is opened and not closed"
                )
            }
            buffer.append(contentsOf: [UInt8](repeating: 0, count: count))
        }
        let filled = try input.fill(&buffer, from: count)
        rest = 0..<filled
        isAtEnd = filled < buffer.count
    }

    /// Steps over a byte order mark, and refuses what is no text in UTF-8.
    private static func startOfText(_ bytes: ArraySlice<UInt8>, path: String) throws -> Int {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return 3 }
        let isUTF16 =
            bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(2).contains(0)
        guard !isUTF16 else {
            throw DatasetError(
                .init(path),
                "expected text in UTF-8, found UTF-16 or binary data",
                hint: "convert it with: iconv -f UTF-16 -t UTF-8"
            )
        }
        return 0
    }
}

extension GzipReader {
    /// Fills `buffer` from `start` on, and returns where the bytes end: before the buffer's end only at the file's.
    fileprivate mutating func fill(_ buffer: inout [UInt8], from start: Int) throws -> Int {
        var filled = start
        while filled < buffer.count {
            var span = buffer.mutableSpan
            var all = unsafe span.mutableBytes
            var free = all._mutatingExtracting(droppingFirst: filled)
            let read = try read(into: &free)
            if read == 0 { break }
            filled += read
        }
        return filled
    }
}
