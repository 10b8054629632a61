internal import Support

/// What the columns of a table of predictions mean, by their names.
struct PredictionColumns {
    static let right = "y_true"
    static let said = "y_pred"
    static let weight = "weight"
    private static let probability = "p_"

    /// The right answers: one class or number, or several numbers.
    let right: Field
    /// The answers that were given; `nil` where probabilities alone say them.
    let said: Field?
    /// The classes that have a column of probabilities, in the order of these.
    let classes: [String]
    /// What each row counts, if that is said.
    let weight: Field?
    /// The names of the columns that mean nothing here.
    let ignored: [String]

    /// Looks at the names in the header of `source`; for a regression no column holds probabilities.
    ///
    /// - Throws: ``DatasetError`` when right or given answers are missing.
    init(_ header: [String], source: String, task: LearningTask?) throws {
        let names = Set(header.map { ByteString($0) })
        func contains(_ name: String) -> Bool { names.contains(ByteString(name)) }
        func column(_ name: String) -> Field? {
            if contains(name) { return Field(name, .number) }
            let count = (0...).first { !contains("\(name)_\($0)") } ?? 0
            return count > 0 ? Field(name, .number, shape: [count]) : nil
        }
        func missing(_ message: String, hint: String) -> DatasetError {
            DatasetError(.init(source), message, kind: .notFound, hint: hint)
        }
        let known = "the columns are: \(DatasetError.list(header.map(PredictionColumns.shown)))"
        guard let right = column(Self.right) else {
            throw missing(
                "there is no column `\(Self.right)` with the right answers",
                hint: "add it, or rename the one that holds them; \(known)"
            )
        }
        // Several numbers are never classes.
        let hasClasses = task != .regression && right.width == 1
        classes = hasClasses ? header.compactMap(PredictionColumns.className) : []
        said = column(Self.said)
        guard said != nil || !classes.isEmpty else {
            throw missing(
                "there is no column `\(Self.said)` with the answers that were given"
                    + (task == .regression ? "" : ", nor `p_<class>` with probabilities"),
                hint: "add it, or rename the one that holds them; \(known)"
            )
        }
        guard said.map({ $0.width == right.width }) ?? true else {
            throw missing(
                "expected as many columns `\(Self.said)` as `\(Self.right)`, found \(said?.width ?? 0) and \(right.width)",
                hint: "several numbers per row are called y_true_0, y_true_1 … and y_pred_0, y_pred_1 …; \(known)"
            )
        }
        self.right = right
        weight = contains(Self.weight) ? Field(Self.weight, .number) : nil
        let used = [right, said, weight].compactMap { $0 }.flatMap(\.valueNames) + classes.map(Self.name(ofClass:))
        let usedNames = Set(used.map { ByteString($0) })
        let others = header.filter { !usedNames.contains(ByteString($0)) }
        // Numbered from 0 without a gap; what is behind one would be left out of the judgement.
        let stray =
            right.width == 1 && !header.contains("\(Self.right)_0")
            ? nil
            : others.first { name in
                [Self.right, Self.said].contains {
                    name.hasPrefix("\($0)_") && Int(name.dropFirst($0.count + 1)) != nil
                }
            }
        if let stray {
            throw missing(
                "the column `\(stray)` has none before it",
                hint: "several numbers per row are called y_true_0, y_true_1 … and y_pred_0, y_pred_1 …; \(known)"
            )
        }
        ignored = others.map(PredictionColumns.shown)
    }

    /// The class whose probabilities a column holds; `nil` for any other column.
    private static func className(_ column: String) -> String? {
        guard column.utf8.starts(with: probability.utf8), column.utf8.count > probability.utf8.count else { return nil }
        return String(column.unicodeScalars.dropFirst(probability.unicodeScalars.count))
    }

    /// The column with the probabilities of a class.
    static func name(ofClass name: String) -> String { probability + name }

    /// The name of a column as a person sees it; pandas calls that of row numbers nothing.
    private static func shown(_ name: String) -> String { name.isEmpty ? "(without a name)" : name }
}
