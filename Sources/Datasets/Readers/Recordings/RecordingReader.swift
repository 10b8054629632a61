internal import Support

/// Reads the recordings of a folder one behind the other: a row for each sample, a column for each channel.
final class RecordingReader: RowReader {
    let fields: [Field]
    let folder: ClassFolder
    /// The samples of each recording that has been read to its end.
    private(set) var lengths: [Int] = []
    private var current: (any RowReader)?
    private var length = 0

    /// Opens a folder of recordings, or one.
    init(_ folder: ClassFolder) throws {
        self.folder = folder
        fields = try RecordingReader.open(folder.place(of: 0)).fields
    }

    var source: String { folder.path }

    /// The columns of so many channels that have no names.
    static func fields(ofChannels count: Int) -> [Field] {
        count == 1 ? [Field("signal", .number)] : (0..<count).map { Field("signal_\($0)", .number) }
    }

    func read(upTo limit: Int) throws -> RawRows? {
        while lengths.count < folder.files.count {
            let place = folder.place(of: lengths.count)
            let reader = try current ?? RecordingReader.open(place)
            current = reader
            guard reader.fields == fields else {
                throw DatasetError(
                    .init(place),
                    "expected the channels \(DatasetError.list(fields.map(\.name))) as in the first recording, found "
                        + DatasetError.list(reader.fields.map(\.name))
                )
            }
            if let rows = try reader.read(upTo: limit) {
                length += rows.count
                return rows
            }
            lengths.append(length)
            (current, length) = (nil, 0)
        }
        return nil
    }

    /// Opens one recording: WAV, an array of samples, or a table of numbers.
    private static func open(_ path: String) throws -> any RowReader {
        switch try FileKind(of: path) {
        case .wav: return try WAVReader(path: path)
        case .npy: return try SampleArray(path: path)
        case .csv:
            let reader = try CSVRowReader(path: path, hasProject: false)
            try reader.select(reader.header.map { Field($0, .number) })
            return reader
        case .jsonl, .idx, .picture:
            throw DatasetError(.init(path), "expected a recording, WAV, NPY or CSV, found something else")
        }
    }
}

/// An array of samples, `[samples]` or `[samples, channels]`, as a row for each.
private final class SampleArray: RowReader {
    let fields: [Field]
    private let array: NPYRowReader

    init(path: String) throws {
        array = try NPYRowReader(path: path)
        let shape = array.fields[0].shape
        guard shape.count < 2 else {
            throw DatasetError(
                .init(path),
                "expected samples, or samples and channels, found an array of \(shape.count + 1) dimensions"
            )
        }
        fields = RecordingReader.fields(ofChannels: shape.first ?? 1)
    }

    var source: String { array.source }

    func read(upTo limit: Int) throws -> RawRows? {
        guard let rows = try array.read(upTo: limit) else { return nil }
        let numbers = rows.columns[0].numbers()
        let columns = fields.enumerated().map { channel, field in
            RawColumn(field, .doubles((0..<rows.count).map { numbers[$0 * fields.count + channel] }))
        }
        return RawRows(count: rows.count, columns: columns)
    }
}
