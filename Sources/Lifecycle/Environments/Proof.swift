internal import ModelPackage
internal import ModelStore
internal import Support

/// Shows that a version can be run, and that it answers as it did when it was registered.
///
/// A package of the training core is loaded and its golden rows are put to it. Files of another tool are proven by
/// their bytes alone.
struct Proof {
    private let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    /// Loads an unpacked package; throws when it cannot be run.
    func load(folder: String, kind: PackageKind) throws {}

    /// Loads a package that is not unpacked.
    func load(_ package: PackageReader) throws {}

    /// Puts the golden rows to an unpacked package; `nil` when it has none.
    func goldenRows(folder: String, kind: PackageKind) throws -> GoldenRowsReport? { nil }

    /// Which golden rows of `record` the serving version answers otherwise; `nil` when the two cannot be compared.
    func flips(from serving: VersionReference?, to record: VersionRecord, _ store: Store) throws -> FlipReport? { nil }
}
