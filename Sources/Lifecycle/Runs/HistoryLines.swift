internal import Support

/// Epochs as lines of JSON, `{"epoch":0,"metrics":{"loss":0.5}}`: sorted, the shortest digits that give a number again.
///
/// The bytes are those of ``JSON``, written by hand: a tiny network trains a hundred thousand epochs in a second, and would
/// wait for the general way longer than it learns.
package struct HistoryLines {
    /// The lines so far.
    package private(set) var bytes: [UInt8] = []
    /// The names of the figures, sorted, each with what stands before its number; the same in every epoch of a run.
    private var members: [(name: String, text: [UInt8])] = []

    package init() {}

    /// The lines of some epochs.
    package init(_ epochs: some Sequence<EpochFigures>) {
        for epoch in epochs { append(epoch) }
    }

    /// Adds a line; a figure that is no number has no form in JSON and is left out.
    package mutating func append(_ figures: EpochFigures) {
        var values = members.compactMap { figures.metrics[$0.name] }
        if values.count != members.count || values.count != figures.metrics.count {
            let sorted = figures.metrics.sorted { $0.key < $1.key }
            members = sorted.map { ($0.key, Array("\"\($0.key)\":".utf8)) }
            values = sorted.map(\.value)
        }
        bytes.append(contentsOf: "{\"epoch\":".utf8)
        bytes.append(contentsOf: figures.epoch.description.utf8)
        bytes.append(contentsOf: ",\"metrics\":{".utf8)
        var isFirst = true
        for (member, value) in zip(members, values) where value.isFinite {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(contentsOf: member.text)
            bytes.append(contentsOf: value.description.utf8)
            // Whole numbers have no point.
            if bytes.suffix(2).elementsEqual(".0".utf8) { bytes.removeLast(2) }
        }
        bytes.append(contentsOf: "}}\n".utf8)
    }

    /// Forgets the lines, which somebody has written.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

extension HistoryLines {
    /// The epochs of whole lines; what stands behind the last line break was torn by a kill.
    package static func epochs(in bytes: [UInt8], source: String) throws -> [EpochFigures] {
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        // One document is read much faster than its lines are.
        var array = [UInt8(ascii: "[")]
        array.reserveCapacity(end + 2)
        for byte in bytes[..<end] { array.append(byte == UInt8(ascii: "\n") ? UInt8(ascii: ",") : byte) }
        array.append(UInt8(ascii: "]"))
        return try JSON.decodePlain([EpochFigures].self, from: array, source: source)
    }
}
