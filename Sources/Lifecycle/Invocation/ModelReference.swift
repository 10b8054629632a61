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
        guard let selector = reference.selector, selector != "latest" else { return try store.latest(of: model) }
        if let number = VersionNumber(selector) { return try store.version(number, of: model) }
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
        return try store.version(serving.version, of: model)
    }
}
