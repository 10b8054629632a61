/// What versions have answered and how long it took, in the shape of Triton's statistics extension.
struct ModelStatistics: Encodable {
    struct Version: Encodable {
        struct Parts: Encodable {
            let success: Part
            let fail: Part
            let queue: Part
            let computeInput: Part
            let computeInfer: Part
            let computeOutput: Part
            let cacheHit = Part()
            let cacheMiss = Part()
        }

        let name: String
        let version: String
        /// In milliseconds since 1970.
        let lastInference: UInt64
        let inferenceCount: UInt64
        let executionCount: UInt64
        let inferenceStats: Parts
        let batchStats: [Part] = []
    }

    struct Part: Encodable {
        let count: UInt64
        let ns: UInt64

        init(_ count: VersionCounters.Count = VersionCounters.Count()) {
            self.count = count.count
            ns = count.nanoseconds
        }
    }

    let modelStats: [Version]

    /// The statistics of one model, or of all; of one version where the selector names it.
    init(_ tally: Tally, model: String?, _ selector: ModelTable.Selector) {
        modelStats = tally.versions
            .filter { version, _ in
                guard model == nil || version.model == model else { return false }
                guard case .version(let name) = selector else { return true }
                return version.isNamed(name)
            }
            .map(Self.statistics)
    }

    private static func statistics(of version: VersionName, _ counters: VersionCounters) -> Version {
        var failures = VersionCounters.Count()
        for count in counters.failures.values { failures.add(count) }
        return Version(
            name: version.model,
            version: version.version,
            lastInference: counters.lastAnswer,
            inferenceCount: counters.rows,
            executionCount: counters.calls,
            inferenceStats: Version.Parts(
                success: Part(counters.successes),
                fail: Part(failures),
                queue: Part(counters.waiting),
                computeInput: Part(counters.reading),
                computeInfer: Part(counters.inferring),
                computeOutput: Part(counters.writing)
            )
        )
    }
}
