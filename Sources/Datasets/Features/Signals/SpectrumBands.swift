/// Bands of frequencies, and how the spectrum is estimated that is summed up in them.
package struct SpectrumBands: Hashable, Sendable {
    /// A band, in hertz: from `low` on, and up to `high` without it, unless that is half the rate.
    package struct Band: Hashable, Sendable {
        package let low: Double
        package let high: Double

        package init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    /// The longest piece that is transformed at once.
    static let longestSegment = 1 << 16

    /// Values per second.
    package let rate: Double
    package let bands: [Band]
    /// The values of one piece, a power of two; `nil` for the largest up to 1024 that fits the signal.
    package let segment: Int?

    /// - Throws: ``DatasetError`` for a rate, bands or a segment that cannot be.
    package init(rate: Double, bands: [Band], segment: Int? = nil) throws {
        let place = DatasetError.Place("features")
        guard rate > 0, rate.isFinite else {
            throw DatasetError(place, "spectrum_bands: expected a rate above 0, found \(rate)")
        }
        guard !bands.isEmpty, bands.count <= 4096 else {
            throw DatasetError(place, "spectrum_bands: expected 1 to 4096 bands, found \(bands.count)")
        }
        for band in bands where !(0 <= band.low && band.low < band.high && band.high <= rate / 2) {
            throw DatasetError(
                place,
                "spectrum_bands: expected a band between 0 and half the rate, \(rate / 2) Hz, found [\(band.low), \(band.high)]"
            )
        }
        if let segment, segment < 4 || segment > Self.longestSegment || segment & (segment - 1) != 0 {
            throw DatasetError(
                place,
                "spectrum_bands: expected a segment that is a power of two from 4 to \(Self.longestSegment), found \(segment)"
            )
        }
        self.rate = rate
        self.bands = bands
        self.segment = segment
    }

    /// So many bands of the same width, up to half the rate.
    package init(rate: Double, count: Int, segment: Int? = nil) throws {
        let width = rate / 2 / Double(count)
        try self.init(
            rate: rate,
            bands: (0..<max(0, count)).map { index in
                Band(low: Double(index) * width, high: index == count - 1 ? rate / 2 : Double(index + 1) * width)
            },
            segment: segment
        )
    }

    /// The values of one piece of a signal of so many.
    func segment(in length: Int) -> Int {
        if let segment { return segment }
        var segment = 4
        while segment * 2 <= min(length, 1024) { segment *= 2 }
        return segment
    }

    var names: [String] { bands.map { "\(Self.text($0.low))_\(Self.text($0.high))_hz" } }

    private static func text(_ frequency: Double) -> String {
        Int(exactly: frequency).map { "\($0)" } ?? "\(frequency)"
    }

    /// The mean square in each band, from the density of the power at the frequencies 0, `rate` / `segment`, and so on.
    func powers(_ density: [Double]) -> [Double] {
        let step = rate / 2 / Double(density.count - 1)
        return bands.map { band in
            var sum = 0.0
            for (index, value) in density.enumerated() {
                let frequency = Double(index) * step
                let isLast = index == density.count - 1 && band.high == rate / 2
                if frequency >= band.low, frequency < band.high || isLast { sum += value }
            }
            return sum * step
        }
    }
}

extension SpectrumBands: Codable {
    private enum CodingKeys: String, CodingKey { case rate, bands, segment }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let bands = try container.decode([[Double]].self, forKey: .bands)
        guard bands.allSatisfy({ $0.count == 2 }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .bands,
                in: container,
                debugDescription: "expected bands of two frequencies"
            )
        }
        do {
            try self.init(
                rate: container.decode(Double.self, forKey: .rate),
                bands: bands.map { Band(low: $0[0], high: $0[1]) },
                segment: container.decodeIfPresent(Int.self, forKey: .segment)
            )
        } catch let error as DatasetError {
            throw DecodingError.dataCorruptedError(forKey: .bands, in: container, debugDescription: error.message)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rate, forKey: .rate)
        try container.encode(bands.map { [$0.low, $0.high] }, forKey: .bands)
        try container.encodeIfPresent(segment, forKey: .segment)
    }
}
