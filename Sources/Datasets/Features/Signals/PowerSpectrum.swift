internal import Support

/// The density of a signal's power over the frequencies, by Welch's method: the mean of the periodograms of pieces that
/// overlap by half, each without its mean and under a Hann window.
///
/// P. D. Welch, "The use of fast Fourier transform for the estimation of power spectra", 1967; the numbers are those of
/// SciPy's `signal.welch` with `detrend="constant"`.
struct PowerSpectrum {
    private let transform: FourierTransform
    private let window: [Double]

    /// For pieces of `segment` values, a power of two from 4 on.
    init(segment: Int) {
        transform = FourierTransform(segment)
        window = (0..<segment).map { 0.5 - 0.5 * RepeatableMath.cosine(ofTurns: Double($0) / Double(segment)) }
    }

    /// The density at the frequencies 0, `rate` / `segment`, to `rate` / 2, in the square of the signal's unit per hertz.
    func density(of signal: Span<Double>, rate: Double) -> [Double] {
        let segment = window.count
        var density = [Double](repeating: 0, count: segment / 2 + 1)
        var pieces = 0
        var (real, imaginary) = ([Double](repeating: 0, count: segment), [Double](repeating: 0, count: segment))
        for start in stride(from: 0, through: signal.count - segment, by: segment / 2) {
            var mean = 0.0
            for index in 0..<segment { mean += signal[start + index] }
            mean /= Double(segment)
            for index in 0..<segment {
                real[index] = (signal[start + index] - mean) * window[index]
                imaginary[index] = 0
            }
            transform.apply(to: &real, &imaginary)
            for index in density.indices {
                density[index] += real[index] * real[index] + imaginary[index] * imaginary[index]
            }
            pieces += 1
        }
        let squares = window.reduce(0) { $0 + $1 * $1 }
        for index in density.indices {
            // Frequencies below zero count for those above.
            let sides = index == 0 || index == density.count - 1 ? 1.0 : 2.0
            density[index] *= sides / (rate * squares * Double(max(pieces, 1)))
        }
        return density
    }
}

/// The discrete Fourier transform of a power of two of complex numbers, in place.
///
/// J. W. Cooley and J. W. Tukey, "An algorithm for the machine calculation of complex Fourier series", 1965.
struct FourierTransform {
    private let count: Int
    /// The place with which each place changes first: the bits of its number backwards.
    private let places: [Int]
    /// Cosine and sine of the turns from 0 to one half.
    private let (cosines, sines): ([Double], [Double])

    init(_ count: Int) {
        precondition(count > 1 && count & (count - 1) == 0, "the count is a power of two")
        self.count = count
        let bits = count.trailingZeroBitCount
        places = (0..<count).map { place in
            (0..<bits).reduce(0) { $0 << 1 | place >> $1 & 1 }
        }
        let turns = (0..<count / 2).map { Double($0) / Double(count) }
        cosines = turns.map { RepeatableMath.cosine(ofTurns: $0) }
        sines = turns.map { RepeatableMath.cosine(ofTurns: $0 - 0.25) }
    }

    func apply(to real: inout [Double], _ imaginary: inout [Double]) {
        for (place, other) in places.enumerated() where place < other {
            real.swapAt(place, other)
            imaginary.swapAt(place, other)
        }
        var re = real.mutableSpan
        var im = imaginary.mutableSpan
        var half = 1
        while half < count {
            let step = count / (2 * half)
            for start in stride(from: 0, to: count, by: 2 * half) {
                for index in 0..<half {
                    let (upper, lower) = (start + index, start + index + half)
                    let (cosine, sine) = (cosines[index * step], -sines[index * step])
                    let turned = (
                        re[lower] * cosine - im[lower] * sine,
                        re[lower] * sine + im[lower] * cosine
                    )
                    (re[lower], im[lower]) = (re[upper] - turned.0, im[upper] - turned.1)
                    (re[upper], im[upper]) = (re[upper] + turned.0, im[upper] + turned.1)
                }
            }
            half *= 2
        }
    }
}
