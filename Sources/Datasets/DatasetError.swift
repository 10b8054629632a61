package import Support

/// Data that cannot be read, or that does not fit what it is meant for.
package struct DatasetError: Failure, Hashable {
    /// Where the fault is, as far as it is known.
    package struct Place: Hashable, Sendable {
        /// The file, or the kind of source that has none.
        package var source: String
        /// The line of the file, from 1.
        package var line: Int?
        /// The row of data, from 1; a header is no row.
        package var row: Int?
        /// The row within a window, from 1, where a row is one.
        package var step: Int?
        package var column: String?

        package init(_ source: String, line: Int? = nil, row: Int? = nil, column: String? = nil) {
            self.source = source
            self.line = line
            self.row = row
            self.column = column
        }
    }

    package let place: Place
    /// What was expected and what was found.
    package let message: String
    package let kind: FailureKind
    package let hints: [String]

    package init(_ place: Place, _ message: String, kind: FailureKind = .failed, hint: String? = nil) {
        self.place = place
        self.message = message
        self.kind = kind
        hints = hint.map { [$0] } ?? []
    }

    private init(_ place: Place, _ message: String, kind: FailureKind, hints: [String]) {
        self.place = place
        self.message = message
        self.kind = kind
        self.hints = hints
    }

    /// The same error with a line, if it is known.
    package func at(line: Int?) -> Self {
        var place = place
        place.line = line
        return Self(place, message, kind: kind, hints: hints)
    }

    /// The same error in another row.
    func at(row: Int) -> Self {
        var place = place
        place.row = row
        return Self(place, message, kind: kind, hints: hints)
    }

    /// An error in a row of windows of a length, one behind the other, as one in a window and a step of it.
    func inWindow(of length: Int, firstRow: Int) -> Self {
        var place = place
        guard let row = place.row else { return self }
        place.row = firstRow + (row - 1) / length + 1
        place.step = (row - 1) % length + 1
        return Self(place, message, kind: kind, hints: hints)
    }

    /// The same error in another file, where the one that was read is a copy that nobody has seen.
    package func inFile(_ source: String) -> Self {
        var place = place
        place.source = source
        return Self(place, message, kind: kind, hints: hints)
    }

    package var description: String {
        var parts = [place.source]
        if let line = place.line { parts.append("line \(line)") }
        if let row = place.row { parts.append("row \(row)") }
        if let step = place.step { parts.append("step \(step)") }
        if let column = place.column { parts.append("column `\(column)`") }
        return "\(parts.joined(separator: ", ")): \(message)"
    }
}

extension DatasetError {
    /// A column that is asked for is not there.
    static func unknownColumn(_ place: Place, _ name: String, known: [String]) -> Self {
        Self(
            place,
            "there is no column `\(name)`",
            kind: .notFound,
            // One column whose name holds a usual delimiter is no column at all.
            hint: known.count == 1 && known[0].contains { [";", "\t", "|"].contains($0) }
                ? "the fields are separated otherwise: add `delimiter: auto` beside `csv:`"
                : "the columns are: \(list(known))"
        )
    }

    /// A source without a single row.
    package static func noRows(_ source: String) -> Self {
        Self(
            Place(source),
            "expected rows of data, found none",
            hint: "give another file; this one ends after its header"
        )
    }

    /// A value that no model can learn from: NaN is a missing one.
    static func notFinite(_ place: Place, _ value: Double) -> Self {
        Self(
            place,
            value.isNaN ? "expected a number, found nothing" : "expected a number, found infinity",
            hint: value.isNaN
                ? "add a step that handles missing values, such as: impute: median"
                : "correct the value, or add a step that limits it, such as: clip: {max: 100}"
        )
    }

    /// Two sources that belong together differ in length.
    static func unequalLengths(_ first: (String, Int), _ second: (String, Int)) -> Self {
        Self(Place(first.0), "has \(first.1) rows, but `\(second.0)` has \(second.1)")
    }

    /// A few names, for a hint.
    static func list(_ names: [String], limit: Int = 12) -> String {
        let shown = names.prefix(limit).joined(separator: ", ")
        return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
    }

    /// A value as it stands in a file, cut to a length that fits a line.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(40), as: UTF8.self)
        return bytes.count > 40 ? "\(text)…" : text
    }
}
