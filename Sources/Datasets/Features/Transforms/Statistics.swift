/// Sums up the values of a row, which are a piece of a signal, by some statistics.
package struct Statistics: Transform {
    package static let key = "statistics"
    package static let takesWholeRow = true

    package let statistics: [SignalStatistic]
    /// The signals that were recorded at the same time, whose values stand in a row by turns.
    package let channels: Int

    /// - Throws: ``FeatureFault`` for rows that are too short.
    init(_ statistics: [SignalStatistic], channels: Int = 1, width: Int) throws {
        self.statistics = statistics
        self.channels = channels
        if let problem = problem(of: width) { throw FeatureFault(row: 0, problem) }
    }

    /// What speaks against rows of so many values; `nil` for nothing.
    func problem(of width: Int) -> String? {
        guard !statistics.isEmpty else { return "statistics: expected at least one" }
        guard channels > 0, width % channels == 0 else {
            return "\(width) values are not those of \(channels) channels"
        }
        let width = width / channels
        guard width > 1 else { return "statistics sum up the values of a row, and there is one: cut windows first" }
        for case .spectrumBands(let bands) in statistics where bands.segment(in: width) > width {
            return
                "spectrum_bands: a segment of \(bands.segment(in: width)) values is longer than the \(width) of a row"
        }
        return nil
    }

    package func apply(to block: inout FeatureBlock) {
        let numbers = block.numbers
        let width = block.width / channels
        let spectra = statistics.map { statistic -> PowerSpectrum? in
            guard case .spectrumBands(let bands) = statistic else { return nil }
            return PowerSpectrum(segment: bands.segment(in: width))
        }
        var summed: [Double] = []
        for signal in 0..<block.rows * channels {
            let first = signal / channels * block.width + signal % channels
            let piece = (0..<width).map { numbers[first + $0 * channels] }
            let values = piece.span
            let sums = SignalStatistic.Sums(values)
            for (statistic, spectrum) in zip(statistics, spectra) {
                var density: [Double] = []
                if case .spectrumBands(let bands) = statistic, let spectrum {
                    density = spectrum.density(of: values, rate: bands.rate)
                }
                summed += statistic.values(sums) { $0.powers(density) }
            }
        }
        block.values = .numbers(summed)
        block.width = channels * statistics.reduce(0) { $0 + $1.names.count }
    }

    package func names(of inputs: [String]) -> [String] {
        var column = inputs.first ?? ""
        if column.hasSuffix("_0") { column.removeLast(2) }
        return (0..<channels).flatMap { channel in
            statistics.flatMap(\.names).map { channels == 1 ? "\(column)_\($0)" : "\(column)_\(channel)_\($0)" }
        }
    }
}
