/// What the server answers with at one moment; it is published as a whole, so that no request sees half a change.
package struct ModelTable: Sendable {
    /// The versions of one model.
    package struct Entry: Sendable {
        package let model: String
        /// The versions that share the traffic, the stable one first; none where nothing could be loaded yet.
        package let routes: [Route]
        /// Gets a copy of the traffic, and is never answered from.
        package let shadow: LoadedVersion?
        /// Others that are in memory and answer under their number, such as the last good one.
        package let others: [LoadedVersion]
        /// What keeps the model from being as its ledger says, for `status` and the repository index; without paths or addresses.
        package let problem: String?
        /// Whether an administrator has taken it out, which makes nothing else unready.
        fileprivate(set) var isWithdrawn = false

        package init(
            model: String,
            routes: [Route],
            shadow: LoadedVersion? = nil,
            others: [LoadedVersion] = [],
            problem: String? = nil
        ) {
            self.model = model
            self.routes = routes
            self.shadow = shadow
            self.others = others
            self.problem = problem
        }

        /// The version that a caller with a routing key gets.
        package func version(forKey key: String) -> LoadedVersion? {
            routes.isEmpty ? nil : routes.dealt(to: RoutingKey(key, model: model))
        }

        /// All versions that answer, each once.
        package var versions: [LoadedVersion] {
            var found: [LoadedVersion] = []
            for version in routes.map(\.version) + [shadow].compactMap({ $0 }) + others
            where !found.contains(where: { $0 === version }) { found.append(version) }
            return found
        }
    }

    /// A share of the traffic.
    package struct Route: Sendable {
        package let version: LoadedVersion
        package let percent: Int

        package init(_ version: LoadedVersion, percent: Int) {
            self.version = version
            self.percent = percent
        }
    }

    package private(set) var entries: [String: Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = Dictionary(entries.map { ($0.model, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The same, in which some models have nothing that answers.
    func without(_ withdrawn: Set<String>) -> ModelTable {
        guard !withdrawn.isEmpty else { return self }
        return ModelTable(
            entries.values.map { entry in
                guard withdrawn.contains(entry.model) else { return entry }
                var gone = Entry(model: entry.model, routes: [], problem: "unloaded by an administrator")
                gone.isWithdrawn = true
                return gone
            }
        )
    }

    /// The place of a routing key among 10,000, by which shares of the traffic are dealt.
    package static func bucket(of key: String, model: String) -> Int { RoutingKey(key, model: model).bucket }

    /// The models in the order of their names.
    package var models: [Entry] { entries.values.sorted { $0.model < $1.model } }

    /// Whether every model has a version that answers.
    package var isReady: Bool { !entries.isEmpty && entries.values.allSatisfy { $0.isWithdrawn || !$0.routes.isEmpty } }
}

extension ModelTable {
    /// Which version of a model a caller asks for.
    enum Selector: Hashable {
        /// The one that the traffic is dealt to.
        case routed
        case version(String)
        /// `stable` or `canary`.
        case label(String)
    }

    /// The version that answers a request; `key` decides which one where several share the traffic.
    ///
    /// Throws ``RequestError``: no such model, version or label (404), nothing loaded yet (503).
    func version(
        of model: String,
        _ selector: Selector,
        key: @autoclosure () -> RoutingKey
    ) throws(RequestError) -> LoadedVersion {
        guard let entry = entries[model] else { throw .notFound("no model is called `\(model)` here") }
        switch selector {
        case .routed:
            guard let stable = entry.routes.first else { throw .overloaded("`\(model)` is not loaded yet") }
            guard entry.routes.count > 1 else { return stable.version }
            return entry.routes.dealt(to: key())
        case .version(let name):
            guard let version = entry.versions.first(where: { $0.name.isNamed(name) }) else {
                throw .notFound("version `\(name)` of `\(model)` is not loaded")
            }
            return version
        case .label("stable"):
            guard let stable = entry.routes.first else { throw .overloaded("`\(model)` is not loaded yet") }
            return stable.version
        case .label("canary"):
            guard let candidate = entry.routes.dropFirst().first?.version ?? entry.shadow else {
                throw .notFound("`\(model)` has no canary")
            }
            return candidate
        case .label(let label): throw .notFound("`\(model)` has no label `\(label)`; the labels are stable and canary")
        }
    }
}
