/// Why the environments need some versions: what they run, may go back to, hold, or have marked.
struct Needs {
    private var reasons: [String: [VersionNumber: [String]]] = [:]
    /// What cannot be read may need anything.
    private var unreadable: [String: [String]] = [:]

    /// Whether some environment could not say what it needs.
    var isIncomplete: Bool { !unreadable.isEmpty }

    /// Asks all environments for what they need of `models`.
    init(of models: some Sequence<String>, in store: Store) throws {
        for environment in try store.environments() {
            for model in Set(models) {
                guard let state = try? store.state(of: environment, model: model) else {
                    unreadable[model, default: []].append("the ledger of \(environment) cannot be read")
                    continue
                }
                guard let deployment = state.deployment else { continue }
                reasons[model, default: [:]].merge(
                    RetentionRule.needs(of: deployment, recent: 0),
                    uniquingKeysWith: +
                )
            }
        }
    }

    /// Why a version must stay; nothing for one that may go.
    subscript(_ record: VersionRecord) -> [String] {
        (reasons[record.model]?[record.version] ?? []) + (unreadable[record.model] ?? [])
    }
}
