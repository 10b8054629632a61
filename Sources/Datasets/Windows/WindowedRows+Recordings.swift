internal import Support

extension WindowedRows {
    /// Cuts windows out of the recordings of a folder, or of one.
    ///
    /// - Throws: ``DatasetError`` for recordings that differ in their channels, or are all too short.
    convenience init(recordings folder: ClassFolder, fields: [Field], window: Window, memoryLimit: Int) throws {
        let reader = try RecordingReader(folder)
        guard reader.fields == fields.map(\.step) else {
            throw DatasetError(
                .init(folder.path),
                "expected the channels \(DatasetError.list(fields.map(\.name))), found "
                    + DatasetError.list(reader.fields.map(\.name))
            )
        }
        let samples = try RowStore(reader, memoryLimit: memoryLimit)
        let order = SeriesOrder(lengths: reader.lengths)
        let starts = order.starts(of: window, ahead: 0)
        guard !starts.isEmpty else {
            throw DatasetError(
                .init(folder.path),
                "no window of \(window.length) samples fits: the longest recording has \(reader.lengths.max() ?? 0)",
                hint: "give a smaller length"
            )
        }
        self.init(samples, fields: fields.count, order: order, window: window, starts: starts)
    }
}

extension DataSource {
    /// Whether examples are windows of recordings.
    var isRecordings: Bool { if case .recordings = self { true } else { false } }

    /// Reads the windows of a folder of recordings; the class of each is the folder of its recording.
    func loadRecordings(
        _ path: String,
        _ fields: [Field],
        task: LearningTask,
        memoryLimit: Int
    ) throws -> LabeledSource {
        guard task != .regression else {
            throw DatasetError(.init(path), "recordings in folders have classes, and the task is \(task.rawValue)")
        }
        let folder = try ClassFolder(path, of: .recordings)
        let window = try Window.ofRecordings(fields, in: path)
        let windows = try WindowedRows(recordings: folder, fields: fields, window: window, memoryLimit: memoryLimit)
        let series = windows.seriesOfWindows
        let isLabeled = task == .classification || folder.hasClasses
        let classes = isLabeled ? try folder.classes() : []
        return LabeledSource(
            rows: windows,
            fields: fields.count,
            targets: isLabeled ? .text(TextColumn(series.map { classes[$0] })) : .normal(windows.count),
            grouping: RawColumn(Field(RawColumn.recording, .text), .text(TextColumn(series.map(folder.name)))),
            isLabeled: isLabeled
        )
    }
}

extension Window {
    /// The window of fields that are cut out of recordings.
    ///
    /// - Throws: ``DatasetError`` where there is none, or one that is cut by columns.
    static func ofRecordings(_ fields: [Field], in source: String) throws -> Window {
        guard let window = try shared(by: fields, in: source) else {
            throw DatasetError(
                .init(source),
                "recordings differ in their lengths, and examples are as long as each other",
                hint: "cut them: data: {windows: {length: 2048, stride: 1024}}"
            )
        }
        guard window.columns.isEmpty, window.horizon == 0, !window.takesTarget else {
            throw DatasetError(
                .init(source),
                "each recording is a series already, and its folder is the class of all of it",
                hint: "give windows a length and a stride only"
            )
        }
        return window
    }
}
