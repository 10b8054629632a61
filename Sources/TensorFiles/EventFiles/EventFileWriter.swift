package import Support

/// An event file that grows while TensorBoard looks at it.
package final class EventFileWriter {
    private let file: File
    private var pending: [UInt8] = []
    /// Whether the folder has other event files, which this one goes on with.
    package let isContinuation: Bool

    /// Begins a new file in `folder`, which is made when it is missing, and leaves those that are there as they are.
    ///
    /// TensorBoard reads the files of a folder in the order of their names: this one comes last, and takes back what the
    /// others hold from `step` on. Throws ``SystemError``.
    package init(in folder: String, at time: Double, from step: Int) throws {
        try FileSystem.createDirectory(folder)
        let newest = try FileSystem.names(in: folder).compactMap(EventFileWriter.seconds).max()
        let seconds = max(Int(time), newest.map { $0 + 1 } ?? 0)
        file = try File(appendingTo: "\(folder)/\(EventFileWriter.prefix)\(seconds).mlops")
        isContinuation = newest != nil
        try append(Event(wallTime: time, step: 0, .fileVersion))
        if isContinuation { try append(Event(wallTime: time, step: step, .restart)) }
    }

    /// Adds an event, which is in the file after the next ``flush()``.
    package func append(_ event: Event) throws(SystemError) {
        pending += event.record
        if pending.count >= EventFileWriter.room { try flush() }
    }

    /// Writes what was added, whole records at a time.
    package func flush() throws(SystemError) {
        guard !pending.isEmpty else { return }
        try file.write(pending)
        pending.removeAll(keepingCapacity: true)
    }

    private static let room = 1 << 16
    private static let prefix = "events.out.tfevents."

    /// When a file was begun, by its name.
    private static func seconds(of name: String) -> Int? {
        guard name.hasPrefix(prefix) else { return nil }
        return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
    }
}
