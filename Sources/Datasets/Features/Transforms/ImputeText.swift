/// Puts a text where one is missing.
package struct ImputeText: Transform {
    package static let key = "imputeText"
    package let value: ByteString
    /// Whether a feature tells where something was missing; it stands behind the others.
    package let indicator: Bool

    package func apply(to block: inout FeatureBlock) {
        let column = block.text
        if indicator {
            let isMissing = (0..<column.distinctCount).map { column.distinct($0).isEmpty }
            block.indicators = column.codes.map { isMissing[Int($0)] ? 1 : 0 }
            block.indicatorWidth = 1
        }
        let replacement = value.bytes[...]
        block.values = .text(column.mapping { $0.isEmpty ? replacement : $0 })
    }

    package func indicatorNames(of inputs: [String]) -> [String] { indicator ? inputs.map { "\($0)_missing" } : [] }
}

/// The text that is there most often; the first of several in the order of their bytes.
struct ImputeMostFrequentTextFitter: TransformFitter {
    let indicator: Bool
    private var categories: CategoryCounts

    init(column: String, indicator: Bool) {
        categories = CategoryCounts(column: column)
        self.indicator = indicator
    }

    mutating func observe(_ block: FeatureBlock) throws { try categories.observe(block.text) }

    func finish() throws -> FittedTransform {
        let present = categories.counts.filter { !$0.category.bytes.isEmpty }
        guard let best = present.max(by: { ($0.count, $1.category) < ($1.count, $0.category) }) else {
            throw DatasetError.nothingToLearn
        }
        return FittedTransform(ImputeText(value: best.category, indicator: indicator))
    }
}
