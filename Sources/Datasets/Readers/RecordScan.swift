/// One pass over the bytes of a CSV record.
struct RecordScan {
    enum Outcome {
        /// The record ends before this position.
        case record(end: Int)
        /// More bytes are needed.
        case incomplete
        /// There are no more bytes.
        case end
        case textAfterQuote
        case unclosedQuote
    }

    let delimiter: UInt8
    let decimal: UInt8
    let lineEnd: UInt8
    /// Whether the file ends with the bytes that are given.
    let isAtEnd: Bool
    /// The number of line ends that were seen.
    private(set) var lines = 0
    /// The number of line ends before the quote that was opened last.
    private(set) var quoteLine = 0

    init(_ format: CSVFormat, lineEnd: UInt8, isAtEnd: Bool) {
        delimiter = format.delimiter
        decimal = format.decimal
        self.lineEnd = lineEnd
        self.isAtEnd = isAtEnd
    }

    /// Finds the fields of the record at the beginning of `range`, and reads the numbers in columns that are `numeric`.
    mutating func run(
        _ bytes: Span<UInt8>,
        from range: Range<Int>,
        numeric: Span<Bool>,
        into fields: inout [CSVField]
    ) -> Outcome {
        let end = range.upperBound
        fields.removeAll(keepingCapacity: true)
        guard !range.isEmpty else { return isAtEnd ? .end : .incomplete }
        var position = range.lowerBound
        while true {
            let column = fields.count
            if column < numeric.count, numeric[column],
                let (number, stop) = DecimalNumber.leading(bytes, position..<end, decimal: decimal),
                stop < end, bytes[stop] == delimiter || bytes[stop] == lineEnd
            {
                // Most numbers end where their digits end.
                fields.append(CSVField(range: position..<stop, number: number))
                position = stop
            } else if position < end, bytes[position] == UInt8(ascii: "\"") {
                switch quoted(bytes, from: position, end: end, into: &fields) {
                case .record(let next): position = next
                case let other: return other
                }
            } else {
                let start = position
                position = endOfField(bytes, from: position, end: end)
                guard position < end || isAtEnd else { return .incomplete }
                var stop = position
                if stop > start, lineEnd == UInt8(ascii: "\n"), bytes[stop - 1] == UInt8(ascii: "\r"),
                    stop == end || bytes[stop] == lineEnd
                {
                    stop -= 1
                }
                fields.append(CSVField(range: start..<stop))
            }
            if position == end { return .record(end: end) }
            let isRecordEnd = bytes[position] == lineEnd
            position += 1
            if isRecordEnd {
                lines += 1
                return .record(end: position)
            }
        }
    }

    /// The position of the next delimiter or line end, or `end`; eight bytes are looked at together.
    @inline(__always)
    private func endOfField(_ bytes: Span<UInt8>, from start: Int, end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let (delimiters, lineEnds) = (ones &* UInt64(delimiter), ones &* UInt64(lineEnd))
        let raw = unsafe bytes.bytes
        var position = start
        while position + 8 <= end {
            let word = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            )
            // The lowest high bit that is left stands in the first byte that is one of the two.
            let (first, second) = (word ^ delimiters, word ^ lineEnds)
            let found = ((first &- ones) & ~first | (second &- ones) & ~second) & (ones &* 0x80)
            if found != 0 { return position + found.trailingZeroBitCount >> 3 }
            position += 8
        }
        while position < end, bytes[position] != delimiter, bytes[position] != lineEnd { position += 1 }
        return position
    }

    /// Reads a quoted field, and returns where the delimiter, the line end or the end of the file behind it stands.
    private mutating func quoted(
        _ bytes: Span<UInt8>,
        from start: Int,
        end: Int,
        into fields: inout [CSVField]
    ) -> Outcome {
        quoteLine = lines
        var position = start + 1
        var hasDoubledQuotes = false
        while true {
            while position < end, bytes[position] != UInt8(ascii: "\"") {
                if bytes[position] == lineEnd { lines += 1 }
                position += 1
            }
            guard position < end else { return isAtEnd ? .unclosedQuote : .incomplete }
            guard position + 1 < end || isAtEnd else { return .incomplete }
            guard position + 1 < end, bytes[position + 1] == UInt8(ascii: "\"") else { break }
            hasDoubledQuotes = true
            position += 2
        }
        fields.append(CSVField(range: start + 1..<position, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes))
        position += 1
        if position < end, bytes[position] == UInt8(ascii: "\r"), lineEnd == UInt8(ascii: "\n") {
            guard position + 1 < end || isAtEnd else { return .incomplete }
            if position + 1 == end || bytes[position + 1] == lineEnd { position += 1 }
        }
        if position == end { return isAtEnd ? .record(end: end) : .incomplete }
        guard bytes[position] == delimiter || bytes[position] == lineEnd else { return .textAfterQuote }
        return .record(end: position)
    }
}
