internal import ModelStore
internal import ProjectFile
internal import Support

/// What a user writes to mean a version: `fashion`, `fashion@v1.2.0`, `fashion@latest`, `fashion@production`, `@latest`.
package struct ModelReference: Hashable, Sendable {
    /// The model; `nil` for the project's own.
    package let model: String?
    /// A version, `latest` or an environment; `nil` for the latest.
    package let selector: String?

    /// Reads what a user wrote; an empty text means the project's model.
    package init(_ text: String) throws {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count < 2 || !parts[1].isEmpty else {
            throw StoreError(
                .usage,
                "`\(text)` names no version",
                hints: ["MODEL@v1.2.0, MODEL@latest, or MODEL@ENVIRONMENT for what an environment serves"]
            )
        }
        model = (parts.first ?? "").isEmpty ? nil : parts[0]
        selector = parts.count == 2 ? parts[1] : nil
    }

    /// The environment that the version is that of; `nil` for a version named otherwise.
    package var environment: String? {
        selector.flatMap { $0 == "latest" || VersionNumber(typed: $0) != nil ? nil : $0 }
    }
}

extension Invocation {
    /// The model that a reference means: the one it names, else the project's.
    func modelName(_ reference: ModelReference) throws -> String {
        if let model = reference.model { return model }
        if let model = try readProjectIfAny()?.project.model { return model }
        throw StoreError(
            .usage,
            "no model is named, and there is no mlops.yaml here that names one",
            hints: ["name it: MODEL or MODEL@v1.2.0"]
        )
    }

    /// The version that a reference means.
    func version(_ reference: ModelReference, in store: Store) throws -> VersionRecord {
        let model = try modelName(reference)
        guard let selector = reference.selector, selector != "latest" else {
            do {
                return try store.latest(of: model)
            } catch let error as StoreError where error.kind == .notFound {
                throw misplaced(model, in: store) ?? error
            }
        }
        if let number = VersionNumber(typed: selector) { return try store.version(number, of: model) }
        guard let serving = try store.state(of: selector, model: model).deployment?.serving else {
            let latest = try store.latest(of: model)
            let known = try store.environments()
            throw StoreError(
                .notFound,
                "`\(selector)` is no version of `\(model)`, and no environment that runs it",
                hints: [
                    "the latest version is \(model)@\(latest.version)",
                    known.isEmpty ? "there is no environment yet" : "environments: \(known.joined(separator: ", "))",
                ]
            )
        }
        return try store.version(serving, of: model)
    }

    /// The version that a reference means, with its package on this machine: it is fetched where it is not.
    ///
    /// A dry run fetches nothing, and throws what speaks against it here.
    func package(
        _ reference: ModelReference,
        in store: Store,
        dryRun: Bool = false
    ) async throws -> VersionRecord {
        let record = try version(reference, in: store)
        if try await store.obtain(record, dryRun: dryRun), !dryRun {
            progress.warn("something of \(record.title) was gone from this store; it was fetched again")
        }
        return record
    }

    /// What to say to somebody who wrote a version or an environment where a model should be; `nil` for another slip.
    private func misplaced(_ word: String, in store: Store) -> StoreError? {
        let known = (try? store.models()) ?? []
        var models = known
        let (what, selector): (String, String)
        if let number = VersionNumber(typed: word) {
            (what, selector) = ("a version", "\(number)")
        } else if word == "latest" {
            (what, selector) = ("a version", word)
        } else if (try? store.environments())?.contains(word) == true {
            (what, selector) = ("an environment", word)
            models = (try? store.states(of: word).map(\.model)) ?? []
        } else {
            return nil
        }
        let own = ((try? readProjectIfAny()) ?? nil)?.project.model
        let model = models.count == 1 ? models[0] : own.flatMap { models.contains($0) ? $0 : nil } ?? "MODEL"
        // The verb of a command line with two.
        let line = verb == "export" ? "migrate export" : verb
        return StoreError(
            .notFound,
            "`\(word)` is \(what); expected a model",
            hints: ["mlops \(line) \(model)@\(selector)"]
                + (model == "MODEL" ? ["models: \(known.joined(separator: ", "))"] : [])
        )
    }
}
