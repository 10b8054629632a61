/// A chain that somebody else wrote may hold anything: what its steps learned must fit what goes in.
extension FeaturePipeline.Column {
    /// Values per row that are read; more are taken for damage.
    private static let widest = 1 << 26

    /// What is wrong with a field and its steps; `nil` when they fit together.
    static func problem(_ field: Field, _ steps: [FittedTransform]) -> String? {
        var width = 1
        for length in field.shape {
            guard length > 0, length <= widest / width else { return "impossible shape \(field.shape)" }
            width *= length
        }
        var isText = field.kind == .text
        let isWhole = steps.contains { type(of: $0.transform).takesWholeRow }
        if let window = field.window, field.shape != [window.length] { return "a window of shape \(field.shape)" }
        let input = isWhole ? field : field.step
        guard !isText || input.shape.isEmpty else { return "text of shape \(input.shape)" }
        var names = input.valueNames
        for step in steps {
            guard step.takesText == isText else { return "`\(step.name)` takes \(isText ? "numbers" : "text")" }
            guard step.fits(width: names.count) else {
                return "`\(step.name)` has not learned \(names.count) values"
            }
            names = step.transform.names(of: names)
            isText = isText && step.transform is ImputeText
        }
        return isText ? "text that no step makes numbers of" : nil
    }
}

extension FittedTransform {
    fileprivate var takesText: Bool {
        transform is OneHot || transform is Ordinal || transform is FeatureHash || transform is DateParts
            || transform is ImputeText
    }

    /// Whether it has learned as many numbers as a row has values.
    fileprivate func fits(width: Int) -> Bool {
        switch transform {
        case let step as Standardize: step.means.count == width && step.deviations.count == width
        case let step as MinMax: step.minima.count == width && step.ranges.count == width
        case let step as Robust: step.medians.count == width && step.ranges.count == width
        case let step as Impute: step.values.count == width
        case let step as Clip:
            [step.lower.count, step.upper.count] == [1, 1] || [step.lower.count, step.upper.count] == [width, width]
        case let step as FeatureHash: (1...1_000_000).contains(step.buckets)
        case let step as DateParts: !step.parts.isEmpty
        case let step as Statistics: step.problem(of: width) == nil
        default: true
        }
    }
}
