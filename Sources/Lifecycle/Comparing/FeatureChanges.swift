internal import Datasets
internal import ModelPackage
internal import Support

/// How the features of two networks differ.
package struct FeatureChanges: Encodable, Sendable {
    /// A column whose steps are others.
    package struct Column: Encodable, Sendable {
        package let column: String
        /// The steps, as `impute, standardize`.
        package let from: String
        package let to: String
    }

    package let added: [String]
    package let removed: [String]
    package let changed: [Column]
    /// Columns with the same steps that have learned something else, because the training rows were others.
    package let relearned: [String]
    /// Whether the columns are the same, in another order.
    package let isReordered: Bool

    package var isEmpty: Bool {
        added.isEmpty && removed.isEmpty && changed.isEmpty && relearned.isEmpty && !isReordered
    }

    init(from old: FeaturePipeline, to new: FeaturePipeline) {
        let before = Dictionary(old.columns.map { ($0.field.name, $0) }) { first, _ in first }
        let names = Set(new.columns.map(\.field.name))
        added = new.columns.map(\.field.name).filter { before[$0] == nil }
        removed = old.columns.map(\.field.name).filter { !names.contains($0) }
        var (changed, relearned): ([Column], [String]) = ([], [])
        for column in new.columns {
            guard let other = before[column.field.name], other != column else { continue }
            let (from, to) = (Self.steps(other), Self.steps(column))
            if from == to {
                relearned.append(column.field.name)
            } else {
                changed.append(Column(column: column.field.name, from: from, to: to))
            }
        }
        (self.changed, self.relearned) = (changed, relearned)
        isReordered =
            added.isEmpty && removed.isEmpty && old.columns.map(\.field.name) != new.columns.map(\.field.name)
    }

    private static func steps(_ column: FeaturePipeline.Column) -> String {
        let steps = column.steps.map(\.name).joined(separator: ", ")
        let text = steps.isEmpty ? "as it is" : steps
        let shape = column.field.shape.isEmpty ? "" : " \(column.field.shape)"
        return column.field.kind == .text || shape.isEmpty ? text : "\(text)\(shape)"
    }
}
