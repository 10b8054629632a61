/// The classes of a classification, in the order of a model's outputs.
package struct ClassNames: Sendable, Hashable {
    package let names: [String]
    /// Whether the first class is what is normal, which alone is learned, and the second whatever else there is.
    package private(set) var isOneClass = false

    /// The most classes that are derived from data; more are taken for a mistake.
    static let limit = 65_535

    /// The given classes, of which there must be two or more different ones.
    package init(_ names: [String]) throws {
        guard names.count >= 2 else {
            throw DatasetError(
                .init("classes"),
                "expected at least two classes, found \(names.isEmpty ? "none" : "only `\(names[0])`")",
                hint: "a model that knows one class has nothing to learn"
            )
        }
        var seen: Set<ByteString> = []
        for name in names where !seen.insert(ByteString(name)).inserted {
            throw DatasetError(.init("classes"), "the class `\(name)` is given twice")
        }
        self.names = names
    }

    /// The two classes of an anomaly task: what is normal, and what is not.
    package init(normal: String, anomalous: String) throws {
        try self.init([normal, anomalous])
        isOneClass = true
    }

    /// The classes that occur in `targets`: numbers in their order, texts in the order of their bytes.
    package init(derivedFrom targets: RawTargets, place: DatasetError.Place) throws {
        var found: Set<ByteString> = []
        func add(_ name: ByteString) throws {
            guard found.insert(name).inserted, found.count > ClassNames.limit else { return }
            throw DatasetError(
                place,
                "there are more than \(ClassNames.limit) classes",
                hint: "is the task a regression?"
            )
        }
        switch targets {
        case .text(let column):
            for code in column.occurring { try add(ByteString(Array(column.distinct(code)))) }
        case .integers(let labels):
            for label in labels { try add(ByteString(String(label))) }
        case .numbers:
            preconditionFailure("the targets of a regression have no classes")
        }
        if let empty = targets.firstEmptyRow {
            throw DatasetError(
                .init(place.source, row: empty + 1, column: place.column),
                "expected a class, found nothing",
                hint: "fill in the class, or remove the row"
            )
        }
        try self.init(ClassNames.sorted(found).map(\.text))
    }

    /// Whether every class is called by a whole number; only then numeric labels are names, else they are places.
    private var areIntegers: Bool { names.allSatisfy { Int($0).map(String.init) == $0 } }

    /// The class of each row, as a place in ``names``.
    ///
    /// - Throws: ``DatasetError`` for a label that is no class.
    package func indices(of targets: RawTargets, place: DatasetError.Place) throws -> [Int32] {
        var places: [ByteString: Int32] = [:]
        for (index, name) in names.enumerated() { places[ByteString(name)] = Int32(index) }
        func failure(_ row: Int, _ found: String) -> DatasetError {
            DatasetError(
                .init(place.source, row: row + 1, column: place.column),
                found.isEmpty ? "expected a class, found nothing" : "the label `\(found)` is none of the classes",
                hint: "the classes are: \(DatasetError.list(names))"
            )
        }
        switch targets {
        case .text(let column):
            let indices = (0..<column.distinctCount).map { places[ByteString(Array(column.distinct($0)))] ?? -1 }
            let labels = column.codes.map { indices[Int($0)] }
            if let row = labels.firstIndex(of: -1) { throw failure(row, DatasetError.excerpt(column[row])) }
            return labels
        case .integers(let labels):
            let areNames = areIntegers
            return try labels.enumerated().map { row, label in
                let index = areNames ? places[ByteString(String(label))] : Int32(exactly: label)
                guard let index, names.indices.contains(Int(index)) else { throw failure(row, String(label)) }
                return index
            }
        case .numbers:
            preconditionFailure("the targets of a regression have no classes")
        }
    }

    /// Names in their order: as numbers when all are, else by their bytes.
    static func sorted(_ names: Set<ByteString>) -> [ByteString] {
        let numbers = names.compactMap { name in
            DecimalNumber.parse(name.bytes.span).map { (number: $0, name: name) }
        }
        guard numbers.count == names.count else { return names.sorted() }
        return numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
    }
}

extension RawTargets {
    /// The first row whose text is empty.
    fileprivate var firstEmptyRow: Int? {
        guard case .text(let column) = self else { return nil }
        guard let empty = column.occurring.first(where: { column.distinct($0).isEmpty }) else { return nil }
        return column.codes.firstIndex(of: Int32(empty))
    }
}
