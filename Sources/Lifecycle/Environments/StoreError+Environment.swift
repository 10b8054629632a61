internal import ModelStore
internal import Support

extension StoreError {
    /// An environment that nobody knows, with those that are known, or what else to do where there are none.
    static func noEnvironment(_ name: String, known: [String], otherwise hint: String? = nil) -> StoreError {
        StoreError(
            .notFound,
            "there is no environment `\(name)`",
            hints: known.isEmpty
                ? [hint].compactMap { $0 } : ["environments: \(known.joined(separator: ", "))"]
        )
    }
}
