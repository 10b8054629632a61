internal import Support

/// How far apart two samples are, over the shares `r` and `c` of their bins; `nil` when one of them is empty.
///
/// None of these is a test: each grows when samples get smaller, also where nothing differs.
extension BinnedPair {
    /// Shares below this are raised to it for the population stability index, or one empty bin would make it infinite.
    package static let stabilityFloor = 1e-4

    /// The sum of `(c - r) ln(c / r)`, the population stability index (PSI).
    ///
    /// Shares below ``stabilityFloor`` are raised to it, and the others stay as they are.
    package var populationStabilityIndex: Double? {
        shares?.reduce(0) { sum, share in
            let (reference, current) = (
                max(share.reference, Self.stabilityFloor), max(share.current, Self.stabilityFloor)
            )
            return sum + (current - reference) * RepeatableMath.log(current / reference)
        }
    }

    /// The root of the mean of the divergences `sum p ln(p / m)` of both from their middle `m = (r + c) / 2`.
    ///
    /// The logarithm is the natural one: from 0 to `sqrt(ln 2) = 0.833` (Jensen-Shannon distance).
    package var jensenShannonDistance: Double? {
        shares.map { shares in
            let sum = shares.reduce(0) { sum, share in
                let middle = (share.reference + share.current) / 2
                return sum + Self.divergence(share.reference, middle) + Self.divergence(share.current, middle)
            }
            return max(0, sum / 2).squareRoot()
        }
    }

    private static func divergence(_ share: Double, _ middle: Double) -> Double {
        share > 0 ? share * RepeatableMath.log(share / middle) : 0
    }

    /// The root of half the sum of `(sqrt(r) - sqrt(c))^2`: from 0 to 1 (Hellinger distance).
    package var hellingerDistance: Double? {
        shares.map { shares in
            let sum = shares.reduce(0) { sum, share in
                let difference = share.reference.squareRoot() - share.current.squareRoot()
                return sum + difference * difference
            }
            return (sum / 2).squareRoot()
        }
    }

    /// Half the sum of `|r - c|`: from 0 to 1 (total variation distance).
    package var totalVariationDistance: Double? {
        shares?.reduce(0) { $0 + abs($1.reference - $1.current) / 2 }
    }

    /// The largest `|r - c|`: from 0 to 1 (L-infinity).
    package var largestDifference: Double? {
        shares?.reduce(0) { max($0, abs($1.reference - $1.current)) }
    }
}
