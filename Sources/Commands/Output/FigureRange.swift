internal import Glibc

/// From the least to the greatest of some figures, with room where they are all the same.
struct FigureRange {
    let low: Double
    let high: Double
    /// Whether equal factors are equally far apart, not equal differences.
    ///
    /// So they are where the greatest figure is so many times the least that the small ones would all look the same.
    let isLogarithmic: Bool

    private static let manyTimes = 50.0

    /// `nil` for no figures.
    init?(_ values: [Double], mayBeLogarithmic: Bool = false) {
        guard let least = values.min(), let greatest = values.max() else { return nil }
        let room = least < greatest ? 0 : least == 0 ? 1 : max(abs(least) * 0.05, .leastNormalMagnitude)
        low = max(least - room, -.greatestFiniteMagnitude)
        high = min(greatest + room, .greatestFiniteMagnitude)
        isLogarithmic = mayBeLogarithmic && least > 0 && greatest / least >= FigureRange.manyTimes
    }

    /// How high a figure stands: 0 for the least, 1 for the greatest.
    func share(of value: Double) -> Double {
        let (value, low, high) = isLogarithmic ? (log(value), log(low), log(high)) : (value, low, high)
        // Halves, because the distance of two numbers may be greater than any number.
        let distance = high / 2 - low / 2
        return distance > 0 ? min(max((value / 2 - low / 2) / distance, 0), 1) : 0.5
    }

    /// The figure that stands half-way.
    var middle: Double { isLogarithmic ? exp((log(low) + log(high)) / 2) : low / 2 + high / 2 }
}
