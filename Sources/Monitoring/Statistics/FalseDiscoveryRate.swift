/// Corrections for asking many questions at once.
package enum FalseDiscoveryRate {
    /// The p-values adjusted so that those below α hold at most the share α of false ones (Benjamini, Hochberg, 1995).
    ///
    /// With the p-values in ascending order, number i of n becomes the least of `p(j) n / j` over all j from i on.
    package static func adjusted(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var least = 1.0
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        for (place, index) in order.enumerated().reversed() {
            least = min(least, pValues[index] * Double(order.count) / Double(place + 1))
            adjusted[index] = least
        }
        return adjusted
    }
}
