internal import Datasets
internal import Support

extension Invocation {
    /// Bytes that features may take in memory, before they lie in a file: `MLOPS_MEMORY`, such as `2G`, or half of what
    /// the machine has.
    ///
    /// Throws ``InvalidMemory`` for what is no size.
    func featureMemory() throws(InvalidMemory) -> Int {
        guard let text = environment["MLOPS_MEMORY"], !text.isEmpty else { return FeatureRows.usualLimit }
        let units: [(Character, Int)] = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40)]
        let unit = units.first { text.uppercased().last == $0.0 }
        let (bytes, isTooMuch) = (Int(text.dropLast(unit == nil ? 0 : 1)) ?? -1).multipliedReportingOverflow(
            by: unit?.1 ?? 1
        )
        guard bytes >= 0, !isTooMuch else { throw InvalidMemory(text: text) }
        return bytes
    }
}

/// A size of memory that is none.
struct InvalidMemory: Failure {
    let text: String

    var description: String { "MLOPS_MEMORY: expected bytes such as 500M or 2G, found `\(text)`" }
    var kind: FailureKind { .usage }
    var hints: [String] { ["without it, half of the machine's memory holds features"] }
}
