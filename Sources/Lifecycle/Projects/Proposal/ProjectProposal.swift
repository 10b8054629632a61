internal import Datasets
internal import ModelStore
internal import ProjectFile
internal import Support

/// A project for a table that nobody has written one for, by what a look at the table shows.
struct ProjectProposal {
    let model: String
    /// The table, as the project file names it.
    let path: String
    let table: TableInspection
    let target: ColumnInspection
    let task: LearningTask
    /// The columns that are not learned from, each with the reason.
    let ignored: [(column: ColumnInspection, reason: Reason)]
    let features: [Feature]
    let grouping: Grouping?

    /// Why a column is left out.
    enum Reason: CaseIterable {
        case identifier, constant, empty, group, time, freeText
        /// A group that some rows have none of.
        case incompleteGroup
    }

    /// A column, and the chain that is proposed for it.
    struct Feature {
        let column: ColumnInspection
        let chain: String
        /// About how many numbers it becomes.
        let width: Int
    }

    /// What rows are dealt out by.
    enum Grouping {
        case group(ColumnInspection)
        case time(ColumnInspection, CivilTime.Format)

        var column: ColumnInspection {
            switch self {
            case .group(let column), .time(let column, _): column
            }
        }
    }

    /// Looks at the columns.
    ///
    /// - Throws: `StoreError` for a target that is not there (14), or that teaches nothing (15).
    init(model: String, path: String, table: TableInspection, target name: String) throws {
        guard let target = table.column(name) else {
            let names = table.columns.map(\.name)
            let near = NearestWord.find(name, in: names).map { "did you mean `\($0)`?" }
            let rest = names.count > 30 ? " and \(names.count - 30) more" : ""
            throw StoreError(
                .notFound,
                "`\(path)` has no column `\(name)`",
                hints: [near, "the columns are: \(names.prefix(30).joined(separator: ", "))\(rest)"].compactMap { $0 }
            )
        }
        self.model = model
        self.path = path
        self.table = table
        self.target = target
        task = ProjectProposal.task(of: target)
        try ProjectProposal.check(target, task, path, table.format)
        let others = table.columns.filter { $0.name != target.name }
        let grouping = ProjectProposal.grouping(among: others, rows: table.rows)
        var ignored: [(ColumnInspection, Reason)] = []
        var features: [Feature] = []
        for column in others {
            if let reason = ProjectProposal.reason(toIgnore: column, grouping) {
                ignored.append((column, reason))
            } else {
                features.append(ProjectProposal.feature(column))
            }
        }
        self.grouping = grouping
        self.ignored = ignored
        self.features = features
        guard !features.isEmpty else {
            throw StoreError(
                .refused,
                "`\(path)` has no column to learn from beside `\(name)`",
                hints: ignored.isEmpty
                    ? ["are the fields separated by something else than one of , ; tab and | ?"]
                    : [
                        "left out: "
                            + ignored.map { "\($0.0.name) (\(ProjectProposal.words(for: $0.1)))" }.joined(
                                separator: ", "
                            )
                    ]
            )
        }
    }

    /// The classes with the number of their rows, the most frequent first; empty for a regression.
    var classes: [(value: String, rows: Int)] { task == .classification ? target.counts : [] }

    /// The share of the rarest class.
    var minorityShare: Double {
        guard let rarest = classes.last, table.rows > 0 else { return 0 }
        return Double(rarest.rows) / Double(table.rows)
    }

    /// Whether the accuracy says little, as nearly all rows are of one class.
    var isImbalanced: Bool {
        guard let most = classes.first, task == .classification else { return false }
        return Double(most.rows) >= 0.8 * Double(table.rows)
    }

    private static func task(of target: ColumnInspection) -> LearningTask {
        guard let numbers = target.numbers else { return .classification }
        // Numbers that are few and whole are names: 0 and 1, grades from 1 to 5.
        let isFew = !target.hasMoreDistinct && target.distinct <= min(20, max(2, target.present / 10))
        return numbers.areIntegers && isFew ? .classification : .regression
    }

    private static func check(
        _ target: ColumnInspection,
        _ task: LearningTask,
        _ path: String,
        _ format: CSVFormat
    ) throws {
        guard target.missing == 0 else {
            let markers = format.missing.texts.filter { !$0.isEmpty }.map { "`\($0)`" }.joined(separator: ", ")
            throw StoreError(
                .refused,
                "the target `\(target.name)` is missing in \(target.missing) of \(target.rows) rows of `\(path)`",
                hints: ["remove these rows: nobody can learn from them"]
                    + (markers.isEmpty ? [] : ["taken for missing in this table, beside nothing: \(markers)"])
            )
        }
        guard target.numbers?.hasInfinity != true else {
            throw StoreError(
                .refused,
                "the target `\(target.name)` is infinite in some rows of `\(path)`",
                hints: ["correct these rows, or remove them: nobody can learn from them"]
            )
        }
        guard target.distinct > 1 || target.hasMoreDistinct else {
            throw StoreError(
                .refused,
                "the target `\(target.name)` is `\(target.counts.first?.value ?? "")` in every row: there is nothing to tell apart",
                hints: ["choose another column with --target"]
            )
        }
        let isFew = !target.hasMoreDistinct && target.distinct <= 1000 && target.distinct * 2 <= max(target.rows, 4)
        guard task == .regression || isFew else {
            throw StoreError(
                .refused,
                "the target `\(target.name)` has \(target.distinct) different texts in \(target.rows) rows, such as "
                    + "`\(target.counts.first?.value ?? "")`: too many for classes",
                hints: ["choose another column with --target; a number stands without its unit"]
            )
        }
    }

    /// Why a column is left out; `nil` for one to learn from.
    private static func reason(toIgnore column: ColumnInspection, _ grouping: Grouping?) -> Reason? {
        if column.present == 0 { return .empty }
        if column.isConstant { return .constant }
        if let grouping, grouping.column.name == column.name {
            if case .group = grouping { return .group }
            return .time
        }
        // Half a group keeps nothing together, and its number is no measurement.
        if column.missing > 0, ColumnWords.isGroup(column.name), !column.hasMoreDistinct, column.distinct >= 10,
            column.numbers?.areIntegers ?? true
        {
            return .incompleteGroup
        }
        switch column.kind {
        case .date: return .time
        case .number:
            // A counter of rows tells nothing; a measurement may well have a different value in each.
            let isCounter = column.numbers?.areIntegers == true && column.isUnique
            return isCounter && (column.isStrictlyAscending || ColumnWords.isIdentifier(column.name))
                ? .identifier : nil
        case .text:
            if column.isUnique { return .identifier }
            return column.hasMoreDistinct || column.distinct * 2 > column.present ? .freeText : nil
        }
    }

    /// The column that rows must be kept together by: a group first, else the time.
    private static func grouping(among columns: [ColumnInspection], rows: Int) -> Grouping? {
        let groups = columns.filter { column in
            guard case .date = column.kind else {
                let isName = column.kind == .text || column.numbers?.areIntegers == true
                let isMany = !column.hasMoreDistinct && column.distinct >= 10 && column.distinct * 2 <= column.present
                let largest = column.counts.first?.rows ?? 0
                guard isName, isMany, column.missing == 0, largest * 5 <= rows else { return false }
                return ColumnWords.isGroup(column.name)
                    || (column.stretches == column.distinct && ColumnWords.isIdentifier(column.name))
            }
            return false
        }
        // The one with the most rows in a group keeps most together.
        if let group = groups.min(by: { $0.distinct < $1.distinct }) { return .group(group) }
        for column in columns where column.isMostlyAscending && column.missing == 0 && column.distinct >= 10 {
            if case .date(.iso) = column.kind { return .time(column, .iso) }
            // Seconds since some moment.
            if column.numbers?.hasInfinity == false, ColumnWords.isTime(column.name) { return .time(column, .iso) }
        }
        return nil
    }

    private static func feature(_ column: ColumnInspection) -> Feature {
        guard let numbers = column.numbers else {
            return column.distinct > 100
                ? Feature(column: column, chain: "{hash: 32}", width: 32)
                : Feature(column: column, chain: "{one_hot: {unknown: zeros}}", width: column.distinct)
        }
        var steps: [String] = []
        if numbers.hasInfinity { steps.append("clip: {min: \(numbers.minimum), max: \(numbers.maximum)}") }
        if column.missing > 0 {
            steps.append(column.missingShare >= 0.05 ? "impute: {strategy: median, indicator: true}" : "impute: median")
        }
        // Amounts that reach a hundred times their usual size.
        if numbers.minimum >= 0, numbers.maximum > 100 * max(numbers.median, 1e-9),
            numbers.maximum > 1
        {
            steps.append("log1p")
        }
        steps.append("standardize")
        let width = column.missingShare >= 0.05 ? 2 : 1
        return Feature(
            column: column,
            chain: steps.count == 1 ? steps[0] : "[\(steps.joined(separator: ", "))]",
            width: width
        )
    }
}
