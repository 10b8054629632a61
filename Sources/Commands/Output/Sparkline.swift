/// A curve that is as high as a letter: `█▅▃▂▁`.
package enum Sparkline {
    private static let steps: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The curve in at most `width` characters; a curve that does not move stands in the middle.
    package static func text(_ curve: Curve, width: Int) -> String {
        let values = curve.means(width)
        guard let range = FigureRange(values.compactMap { $0 }) else { return "" }
        return String(
            values.map { value -> Character in
                guard let value else { return " " }
                return steps[min(Int(range.share(of: value) * Double(steps.count)), steps.count - 1)]
            }
        )
    }
}
