internal import Datasets

extension InvocationRequest {
    /// Reads a table with commas and a header (RFC 4180); an empty cell is a missing value.
    ///
    /// Throws ``RequestError`` (400).
    package init(csv body: Span<UInt8>, inputs known: [TensorDescription]) throws(RequestError) {
        var reader = CSVBody(body)
        guard let header = try reader.record(body) else { throw .invalid("the table has no header") }
        let names = try header.map { cell throws(RequestError) in try Self.text(cell, "the header") }
        guard names.count <= InferenceRequest.tensorLimit else { throw .invalid("too many columns") }
        guard Set(names).count == names.count else { throw .invalid("two columns have the same name") }
        // The column of the table that each input is.
        var places: [(description: TensorDescription, place: Int)] = []
        for description in known {
            guard let place = names.firstIndex(of: description.name) else { continue }
            guard description.shape.count == 1 else {
                throw .invalid("input `\(description.name)` is no single value, and cannot stand in a table")
            }
            places.append((description, place))
        }
        var numbers = [[Double]](repeating: [], count: places.count)
        var texts = [[[UInt8]]](repeating: [], count: places.count)
        var rows = 0
        while let record = try reader.record(body) {
            guard record.count == names.count else {
                throw .invalid("row \(rows + 1) has \(record.count) values, the header \(names.count)")
            }
            rows += 1
            for (index, (description, place)) in places.enumerated() {
                let cell = record[place]
                if description.type == .bytes {
                    _ = try Self.text(cell, "row \(rows)")
                    texts[index].append(cell)
                } else if cell.isEmpty {
                    numbers[index].append(.nan)
                } else if let number = TableNumber.parse(cell[...]) {
                    numbers[index].append(number)
                } else {
                    throw .invalid("row \(rows), column `\(description.name)`: expected a number")
                }
            }
        }
        var inputs: [InputTensor] = []
        for (index, (description, _)) in places.enumerated() {
            let isText = description.type == .bytes
            inputs.append(
                try InputTensor(
                    name: description.name,
                    type: isText ? .bytes : .float64,
                    shape: [rows],
                    values: isText ? .texts(texts[index]) : .numbers(numbers[index])
                )
            )
        }
        self.init(inputs: inputs)
    }

    private static func text(_ cell: [UInt8], _ place: String) throws(RequestError) -> String {
        guard let text = String(validating: cell, as: UTF8.self) else { throw .invalid("\(place) is no UTF-8") }
        return text
    }
}

/// A walk over the records of a table.
private struct CSVBody {
    private var position: Int

    /// Begins behind the mark that some programs put in front of UTF-8.
    init(_ bytes: Span<UInt8>) {
        let isMarked = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        position = isMarked ? 3 : 0
    }

    /// The cells of the next record; `nil` after the last one.
    ///
    /// Lines of nothing are stepped over.
    mutating func record(_ bytes: Span<UInt8>) throws(RequestError) -> [[UInt8]]? {
        while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D { position += 1 }
        guard position < bytes.count else { return nil }
        var cells: [[UInt8]] = []
        while true {
            guard cells.count <= InferenceRequest.tensorLimit else { throw .invalid("too many columns") }
            cells.append(try cell(bytes))
            guard position < bytes.count else { return cells }
            let separator = bytes[position]
            position += 1
            if separator == UInt8(ascii: ",") { continue }
            if separator == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
            return cells
        }
    }

    /// A cell, up to its comma, the end of its line or that of the table.
    private mutating func cell(_ bytes: Span<UInt8>) throws(RequestError) -> [UInt8] {
        var cell: [UInt8] = []
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            while position < bytes.count, !isSeparator(bytes[position]) {
                cell.append(bytes[position])
                position += 1
            }
            return cell
        }
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                cell.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                guard position == bytes.count || isSeparator(bytes[position]) else {
                    throw .invalid("a quoted cell ends before byte \(position), and its text does not")
                }
                return cell
            }
            cell.append(byte)
            position += 1
        }
        throw .invalid("a quoted cell has no end")
    }

    private func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D }
}
