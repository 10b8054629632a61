internal import Archiving
internal import Support

/// Reads the samples of a WAV file: a row for each moment, a column for each channel.
///
/// Whole numbers of 8 to 32 bits become -1 up to 1, floating-point ones stay as they are. The layout is that of Microsoft's
/// "Multiple channel audio data and WAVE files" (2007).
final class WAVReader: RowReader {
    let source: String
    let fields: [Field]
    private let format: Format
    private var reader: GzipReader
    /// Bytes that are left of the samples; `nil` where the file does not say, and they go on to its end.
    private var rest: Int?

    private struct Format {
        let isFloat: Bool
        let channels: Int
        let bits: Int

        var frame: Int { channels * bits / 8 }
    }

    /// - Throws: ``DatasetError`` for what is no WAV file of plain samples.
    init(path: String) throws {
        source = path
        reader = try DataFile.reader(of: path)
        let start = try reader.bytes(12)
        guard WAVReader.isWAV(start) else {
            throw DatasetError(.init(path), "expected a WAV file, found another one")
        }
        var found: Format?
        while true {
            let head = try reader.bytes(8)
            guard head.count == 8 else {
                throw DatasetError(.init(path), "the WAV file ends before its samples", kind: .integrity)
            }
            let size = Int(head.littleEndian(4, 4))
            if head.starts(with: Array("data".utf8)) {
                // Whoever streams a recording does not know its length.
                rest = size == 0 || size == 0xFFFF_FFFF ? nil : size
                break
            }
            guard size <= 1 << 24 else {
                throw DatasetError(
                    .init(path),
                    "the WAV file has a part of \(size) bytes that is no sound",
                    kind: .integrity
                )
            }
            let part = try reader.bytes(size + size % 2)
            if head.starts(with: Array("fmt ".utf8)) { found = try WAVReader.format(part, path) }
        }
        guard let found else {
            throw DatasetError(.init(path), "the WAV file does not say how its samples are written", kind: .integrity)
        }
        format = found
        fields = RecordingReader.fields(ofChannels: found.channels)
    }

    static func isWAV(_ start: [UInt8]) -> Bool {
        start.count >= 12 && start.starts(with: Array("RIFF".utf8)) && Array(start[8..<12]) == Array("WAVE".utf8)
    }

    private static func format(_ part: [UInt8], _ path: String) throws -> Format {
        guard part.count >= 16 else {
            throw DatasetError(.init(path), "the WAV file does not say how its samples are written", kind: .integrity)
        }
        var code = Int(part.littleEndian(0, 2))
        if code == 0xFFFE, part.count >= 26 { code = Int(part.littleEndian(24, 2)) }
        let (channels, bits) = (Int(part.littleEndian(2, 2)), Int(part.littleEndian(14, 2)))
        let isKnown = (code == 1 && [8, 16, 24, 32].contains(bits)) || (code == 3 && [32, 64].contains(bits))
        guard isKnown else {
            throw DatasetError(
                .init(path),
                "expected samples of 8, 16, 24 or 32 bits, or floating-point ones, found the form \(code) with \(bits) bits",
                hint: "write it as plain PCM, for example with: sox IN.wav -e signed-integer -b 16 OUT.wav"
            )
        }
        guard channels > 0, Int(part.littleEndian(12, 2)) == channels * bits / 8 else {
            throw DatasetError(
                .init(path),
                "the WAV file has \(channels) channels of \(bits) bits in other frames",
                kind: .integrity
            )
        }
        return Format(isFloat: code == 3, channels: channels, bits: bits)
    }

    func read(upTo limit: Int) throws -> RawRows? {
        let frames = max(1, min(limit, (1 << 22) / format.frame))
        let wanted = min(frames * format.frame, rest ?? .max)
        let bytes = try reader.bytes(wanted)
        let whole = bytes.count / format.frame
        if let rest {
            guard bytes.count == wanted else {
                throw DatasetError(
                    .init(source),
                    "the WAV file ends \(rest - bytes.count) bytes too early",
                    kind: .integrity
                )
            }
            self.rest = rest - wanted
        }
        guard whole > 0 else { return nil }
        var channels = [[Double]](repeating: [], count: format.channels)
        let size = format.bits / 8
        for frame in 0..<whole {
            for channel in channels.indices {
                channels[channel].append(sample(bytes, at: frame * format.frame + channel * size, size))
            }
        }
        return RawRows(count: whole, columns: zip(fields, channels).map { RawColumn($0, .doubles($1)) })
    }

    private func sample(_ bytes: [UInt8], at place: Int, _ size: Int) -> Double {
        let bits = bytes.littleEndian(place, size)
        if format.isFloat {
            return size == 8 ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        }
        // Of 8 bits the middle is 128; more bits have a sign.
        if size == 1 { return (Double(bits) - 128) / 128 }
        let shift = UInt64(64 - 8 * size)
        return Double(Int64(bitPattern: bits << shift)) / 0x1p63
    }
}

extension Array where Element == UInt8 {
    /// So many bytes from a place on as a number, the lowest first.
    fileprivate func littleEndian(_ place: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(self[place + $1]) << UInt64(8 * $1) }
    }
}
