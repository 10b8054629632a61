internal import Datasets
internal import ProjectFile
internal import Support

extension FeatureRule.Step {
    /// `statistics: [rms, kurtosis, {spectrum_bands: {rate: 12000, count: 8}}]`.
    func statistics() throws -> [SignalStatistic] {
        guard let options else {
            throw node.error(
                "`statistics` needs a list",
                hints: ["for example: statistics: [rms, kurtosis, crest_factor]"]
            )
        }
        let found = try options.list().map { try $0.statistic() }
        guard !found.isEmpty, Set(found).count == found.count else {
            throw options.error("`statistics`: expected different statistics")
        }
        return found
    }
}

extension ProjectNode {
    fileprivate func statistic() throws -> SignalStatistic {
        let (name, options) = try wordWithOptions()
        if name == SignalStatistic.bandsName {
            guard let options else {
                throw error("`\(name)` needs the rate", hints: ["for example: \(name): {rate: 12000, count: 8}"])
            }
            return .spectrumBands(try options.spectrumBands())
        }
        guard let statistic = SignalStatistic.plain.first(where: { $0.name == name })?.statistic else {
            throw unknown("statistic", name, among: SignalStatistic.plain.map(\.name) + [SignalStatistic.bandsName])
        }
        if let options { throw options.error("`\(name)` has no options") }
        return statistic
    }

    /// `{rate: 12000, bands: [[10, 100], [100, 1000]]}`, or `{rate: 12000, count: 8}`; `segment` may say how long a piece is.
    private func spectrumBands() throws -> SpectrumBands {
        var section = try section()
        let rate = try section.required("rate").number()
        let bands = try section.optional("bands")?.list().map { node in
            let limits = try node.list().map { try $0.number() }
            guard limits.count == 2 else {
                throw node.error("`bands`: expected [low, high] in hertz, found \(limits.count) numbers")
            }
            return SpectrumBands.Band(low: limits[0], high: limits[1])
        }
        let count = try section.optional("count")?.integer(in: 1...4096)
        let segment = try section.optional("segment")?.integer(in: 4...(1 << 16))
        try section.finish()
        do {
            switch (bands, count) {
            case (let bands?, nil): return try SpectrumBands(rate: rate, bands: bands, segment: segment)
            case (nil, let count?): return try SpectrumBands(rate: rate, count: count, segment: segment)
            default: throw error("`spectrum_bands`: expected either bands or their count")
            }
        } catch let error as DatasetError {
            throw self.error("`features`: \(error.message)")
        }
    }
}
