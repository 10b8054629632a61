internal import Support

/// The exact distribution of the one-sample Kolmogorov-Smirnov statistic, for distances near `1 / n`.
///
/// J. Durbin (1968), in the form of G. Marsaglia, W. W. Tsang and J. Wang, "Evaluating Kolmogorov's distribution"
/// (2003): with `d = (k - h) / n`, the probability is `n! / n^n` times the middle entry of the nth power of a matrix
/// with `2 k - 1` rows.
struct DurbinMatrix {
    private let size: Int
    /// Row after row, to be multiplied by two to the power of `exponent`.
    private var entries: [Double]
    private var exponent = 0

    /// The probability that `D` of `count` numbers is below `distance`; its time grows with `(n d)^3 log n`.
    static func probability(below distance: Double, count: Int) -> Double {
        let steps = Double(count) * distance
        let middle = Int(steps.rounded(.up))
        guard middle > 0 else { return 0 }
        var base = DurbinMatrix(size: 2 * middle - 1, rest: Double(middle) - steps)
        var (power, left): (DurbinMatrix?, Int) = (nil, count)
        while left > 0 {
            if left & 1 == 1 { power = power.map { $0.times(base) } ?? base }
            base = base.times(base)
            left >>= 1
        }
        guard let power else { return 0 }
        // n! / n^n, kept within range factor by factor.
        var value = power.entries[(middle - 1) * power.size + middle - 1]
        var exponent = power.exponent
        for factor in 1...count {
            value *= Double(factor) / Double(count)
            if value < 0x1p-512, value > 0 {
                value *= 0x1p512
                exponent -= 512
            }
        }
        return min(1, Double(sign: .plus, exponent: exponent, significand: value))
    }

    /// The matrix for `rest`, the h of `d = (k - h) / n`: inverse factorials, and powers of h along two edges.
    private init(size: Int, rest: Double) {
        self.size = size
        entries = [Double](repeating: 0, count: size * size)
        var inverseFactorials = [1.0]
        for number in 1...size { inverseFactorials.append(inverseFactorials[number - 1] / Double(number)) }
        for row in 0..<size {
            for column in 0...min(row + 1, size - 1) {
                entries[row * size + column] = inverseFactorials[row - column + 1]
            }
        }
        for place in 0..<size - 1 {
            let edge = (1 - RepeatableMath.power(rest, place + 1)) * inverseFactorials[place + 1]
            entries[place * size] = edge
            entries[(size - 1) * size + size - 1 - place] = edge
        }
        let corner = 1 - 2 * RepeatableMath.power(rest, size) + RepeatableMath.power(max(0, 2 * rest - 1), size)
        entries[(size - 1) * size] = corner * inverseFactorials[size]
    }

    /// The product, with its middle entry kept within range.
    private func times(_ other: DurbinMatrix) -> DurbinMatrix {
        var product = self
        product.exponent += other.exponent
        for row in 0..<size {
            var sums = [Double](repeating: 0, count: size)
            for inner in 0..<size {
                let factor = entries[row * size + inner]
                for column in 0..<size { sums[column] += factor * other.entries[inner * size + column] }
            }
            product.entries.replaceSubrange(row * size..<(row + 1) * size, with: sums)
        }
        let middle = product.entries[size / 2 * size + size / 2]
        if middle > 0x1p256 {
            for index in product.entries.indices { product.entries[index] *= 0x1p-256 }
            product.exponent += 256
        }
        return product
    }
}
