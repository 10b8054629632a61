extension NumericDistribution {
    /// The area between both distribution functions, in the unit of the numbers; `nil` when one sample is empty.
    ///
    /// That is the Wasserstein-1 distance: how far the numbers have to be moved, on average. Infinite only where the
    /// numbers themselves come near the largest that there are.
    package func wassersteinDistance(to other: NumericDistribution) -> Double? {
        guard count > 0, other.count > 0 else { return nil }
        var (area, before): (Double, (value: Double, gap: Double)?) = (0, nil)
        forEachStep(with: other) { value, share, otherShare in
            if let before { area += before.gap * (value - before.value) }
            before = (value, abs(share - otherShare))
        }
        return area
    }

    /// The Wasserstein-1 distance over the standard deviation of this sample, the reference, or over 0.001 if that is
    /// greater; `nil` when one sample is empty.
    package func normedWassersteinDistance(to other: NumericDistribution) -> Double? {
        guard let standardDeviation, let distance = wassersteinDistance(to: other) else { return nil }
        return distance / max(standardDeviation, 0.001)
    }

    /// Calls `body` with each value of either sample, ascending, and the shares of both that do not exceed it.
    @inline(__always)
    func forEachStep(with other: NumericDistribution, _ body: (_ value: Double, Double, Double) -> Void) {
        let (total, otherTotal) = (Double(count), Double(other.count))
        var (index, otherIndex) = (0, 0)
        var (share, otherShare) = (0.0, 0.0)
        while index < values.count || otherIndex < other.values.count {
            let value = min(
                index < values.count ? values[index] : .infinity,
                otherIndex < other.values.count ? other.values[otherIndex] : .infinity
            )
            if index < values.count, values[index] == value {
                share = Double(cumulativeCounts[index]) / total
                index += 1
            }
            if otherIndex < other.values.count, other.values[otherIndex] == value {
                otherShare = Double(other.cumulativeCounts[otherIndex]) / otherTotal
                otherIndex += 1
            }
            body(value, share, otherShare)
        }
    }
}
