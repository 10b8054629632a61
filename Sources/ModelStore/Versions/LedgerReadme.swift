internal import Support

/// The page of a model, as a person sees it on a git host.
enum LedgerReadme {
    static func text(_ summary: LedgerSummary) -> String {
        var text = "# \(summary.model)\n\n\(summary.count) version\(summary.count == 1 ? "" : "s")"
        text += summary.count > summary.newest.count ? "; the newest \(summary.newest.count):\n\n" : ":\n\n"
        text += "| version | registered | metric | package |\n|---|---|---|---|\n"
        for line in summary.newest {
            let value = line.value.map { String(($0 * 10_000).rounded() / 10_000) } ?? ""
            let metric = line.metric.map { "\($0) \(value)" } ?? ""
            text += "| \(line.version) | \(line.time) | \(metric) | \(line.digest.short) |\n"
        }
        return text
    }
}
