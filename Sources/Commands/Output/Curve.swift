/// A figure over the epochs of a run.
package struct Curve: Sendable {
    package let name: String
    /// The figure of each epoch; `nil` where there is none.
    package let values: [Double?]

    /// What is no number is left out.
    package init(_ name: String, _ values: [Double?]) {
        self.name = name
        self.values = values.map { value in value.flatMap { $0.isFinite ? $0 : nil } }
    }

    var first: Double? { values.lazy.compactMap { $0 }.first }
    var last: Double? { values.lazy.reversed().compactMap { $0 }.first }

    /// At most `count` figures, each the mean of equally many epochs, one more or less.
    ///
    /// A mean shows where a noisy curve goes; single epochs that stand out of thousands do not decide the scale.
    func means(_ count: Int) -> [Double?] {
        guard values.count > count else { return values }
        return (0..<count).map { bin in
            var (mean, seen) = (0.0, 0.0)
            for case let value? in values[bin * values.count / count..<(bin + 1) * values.count / count] {
                seen += 1
                mean += (value - mean) / seen
            }
            return seen > 0 && mean.isFinite ? mean : nil
        }
    }
}
