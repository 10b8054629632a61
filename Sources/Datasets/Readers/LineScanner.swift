internal import Archiving

/// Cuts a text file into lines, in blocks, with bounded memory.
struct LineScanner: ~Copyable {
    /// The longest line that is read.
    static let longestLine = 16 << 20

    private var input: GzipReader
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// The number of the line that was read last, from 1.
    private(set) var line = 0

    init(path: String) throws { input = try DataFile.reader(of: path) }

    /// The next line without its end; `nil` after the last.
    mutating func next() throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                line += 1
                return buffer[start..<end]
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                line += 1
                return buffer[start...]
            }
            guard buffer.count - start < Self.longestLine else {
                throw DatasetError(
                    .init(input.path, line: line + 1),
                    "the line is longer than \(Self.longestLine >> 20) MiB"
                )
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            let more = try input.bytes(1 << 18)
            isAtEnd = more.isEmpty
            buffer += more
        }
    }
}
