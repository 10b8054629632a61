/// A number, or several, that sum up a piece of a signal, such as the vibration of a bearing.
///
/// Moments are those of the values as they are, without a correction for small numbers of them. Of a signal that does not
/// move, skewness and kurtosis are 0, and of one that is zero throughout the factors.
package enum SignalStatistic: Hashable, Sendable {
    case mean
    /// The standard deviation.
    case deviation
    case minimum, maximum
    /// The root of the mean square.
    case rms
    /// The largest distance from zero.
    case peak
    case peakToPeak
    case skewness
    /// The fourth moment over the square of the variance: 3 for normal noise, more for a signal with shocks.
    case kurtosis
    /// Peak over RMS.
    case crestFactor
    /// RMS over the mean distance from zero.
    case shapeFactor
    /// Peak over the mean distance from zero.
    case impulseFactor
    /// The share of steps from value to value that cross zero.
    case zeroCrossings
    /// The mean square in each band of frequencies.
    case spectrumBands(SpectrumBands)

    /// Those without options, by their names in the project file.
    package static let plain: [(name: String, statistic: SignalStatistic)] = [
        ("mean", .mean), ("std", .deviation), ("min", .minimum), ("max", .maximum), ("rms", .rms), ("peak", .peak),
        ("peak_to_peak", .peakToPeak), ("skewness", .skewness), ("kurtosis", .kurtosis),
        ("crest_factor", .crestFactor), ("shape_factor", .shapeFactor), ("impulse_factor", .impulseFactor),
        ("zero_crossings", .zeroCrossings),
    ]

    /// The name of the one with options.
    package static let bandsName = "spectrum_bands"

    /// The names of its numbers.
    var names: [String] {
        if case .spectrumBands(let bands) = self { return bands.names }
        return [name]
    }

    private var name: String { Self.plain.first { $0.statistic == self }?.name ?? Self.bandsName }
}

extension SignalStatistic {
    /// What many statistics are made of, in a few passes over the values.
    struct Sums {
        let count: Double
        let mean: Double
        /// The central moments: mean squared, cubed and fourth power of the distance from the mean.
        let (variance, third, fourth): (Double, Double, Double)
        let meanSquare: Double
        let meanMagnitude: Double
        let (minimum, maximum): (Double, Double)
        let crossings: Int

        init(_ values: Span<Double>) {
            count = Double(values.count)
            var (sum, squares, magnitudes, crossings) = (0.0, 0.0, 0.0, 0)
            var (minimum, maximum) = (Double.infinity, -Double.infinity)
            for index in values.indices {
                let value = values[index]
                sum += value
                squares += value * value
                magnitudes += abs(value)
                minimum = value < minimum ? value : minimum
                maximum = value > maximum ? value : maximum
                if index > 0, (value >= 0) != (values[index - 1] >= 0) { crossings += 1 }
            }
            let mean = sum / count
            var (second, third, fourth) = (0.0, 0.0, 0.0)
            for index in values.indices {
                let distance = values[index] - mean
                let square = distance * distance
                second += square
                third += square * distance
                fourth += square * square
            }
            self.mean = mean
            (variance, self.third, self.fourth) = (second / count, third / count, fourth / count)
            (meanSquare, meanMagnitude) = (squares / count, magnitudes / count)
            (self.minimum, self.maximum) = (minimum, maximum)
            self.crossings = crossings
        }

        var rms: Double { meanSquare.squareRoot() }
        var peak: Double { max(abs(minimum), abs(maximum)) }
    }

    /// The numbers of one signal; `spectrum` gives its mean squares in bands.
    func values(_ sums: Sums, spectrum: (SpectrumBands) -> [Double]) -> [Double] {
        func ratio(_ above: Double, _ below: Double) -> Double { below == 0 ? 0 : above / below }
        return switch self {
        case .mean: [sums.mean]
        case .deviation: [sums.variance.squareRoot()]
        case .minimum: [sums.minimum]
        case .maximum: [sums.maximum]
        case .rms: [sums.rms]
        case .peak: [sums.peak]
        case .peakToPeak: [sums.maximum - sums.minimum]
        case .skewness: [ratio(sums.third, sums.variance * sums.variance.squareRoot())]
        case .kurtosis: [ratio(sums.fourth, sums.variance * sums.variance)]
        case .crestFactor: [ratio(sums.peak, sums.rms)]
        case .shapeFactor: [ratio(sums.rms, sums.meanMagnitude)]
        case .impulseFactor: [ratio(sums.peak, sums.meanMagnitude)]
        case .zeroCrossings: [ratio(Double(sums.crossings), sums.count - 1)]
        case .spectrumBands(let bands): spectrum(bands)
        }
    }
}

/// A name, or the options of the bands.
extension SignalStatistic: Codable {
    private enum CodingKeys: String, CodingKey { case spectrumBands }

    package init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer(), let name = try? container.decode(String.self) {
            guard let known = Self.plain.first(where: { $0.name == name }) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no statistic `\(name)`")
            }
            self = known.statistic
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = .spectrumBands(try container.decode(SpectrumBands.self, forKey: .spectrumBands))
    }

    package func encode(to encoder: any Encoder) throws {
        if case .spectrumBands(let bands) = self {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(bands, forKey: .spectrumBands)
        } else {
            var container = encoder.singleValueContainer()
            try container.encode(name)
        }
    }
}
