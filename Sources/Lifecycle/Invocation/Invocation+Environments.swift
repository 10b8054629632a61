internal import ModelStore
internal import Support

extension Invocation {
    /// The environment that a verb needs; `name` is what was typed.
    ///
    /// Throws ``StoreError`` (64) when none was, with those that are known. `line` is what to type in front of one: an
    /// option, or the verb.
    package func environment(_ name: String?, typing line: String) throws -> String {
        if let name { return name }
        let known = knownEnvironments()
        throw StoreError(
            .usage,
            "no environment is named",
            hints: (known.isEmpty ? ["ENVIRONMENT"] : known).map {
                "\(line.hasPrefix("-") ? "add: " : "")\(line) \($0)"
            }
        )
    }

    /// The environments of the store and those that the project proposes, as far as they can be read from here.
    private func knownEnvironments() -> [String] {
        let recorded = (try? openStoreAsItIs().environments()) ?? []
        let proposed = (try? proposedPolicies().map(\.environment)) ?? []
        return Set(recorded + proposed).sorted()
    }
}
