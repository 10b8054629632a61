/// What one event loop has counted, or all of them together.
struct Tally: Sendable {
    /// By version, in the order of their names.
    private(set) var versions: [(version: VersionName, counters: VersionCounters)] = []
    /// Requests that no version was found for, by status.
    private(set) var refusals: [Int: UInt64] = [:]
    private(set) var connections = 0
    private(set) var table = ModelTable()

    init(_ state: LoopState) {
        versions = state.counters.values.map { ($0.name, $0.counters) }
        refusals = state.refusals
        connections = state.clients.count
        table = state.table
    }

    init(adding tallies: [Tally]) {
        var places: [String: Int] = [:]
        for tally in tallies {
            // A version that was loaded twice is one to those who ask.
            for (version, counters) in tally.versions {
                let key = version.key
                if let place = places[key] {
                    versions[place].counters.add(counters)
                } else {
                    places[key] = versions.count
                    versions.append((version, counters))
                }
            }
            for (status, count) in tally.refusals { refusals[status, default: 0] &+= count }
            connections += tally.connections
            table = tally.table
        }
        for version in table.models.flatMap(\.versions).map(\.name) where places[version.key] == nil {
            versions.append((version, VersionCounters()))
        }
        versions.sort { $0.version.title < $1.version.title }
    }
}

extension VersionName {
    fileprivate var key: String { "\(title) \(digest)" }
}
