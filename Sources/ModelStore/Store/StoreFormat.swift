internal import Git
internal import Support

/// What a store says of itself: `store.json` on the branch `mlops`.
struct StoreFormat: JSONDocument {
    static let schema = Schema("store", 1)

    /// The oldest major format that a tool must know to use this store.
    let oldestReader: Int
}

/// The settings that git needs for large, incompressible objects and many writers.
enum StoreSettings {
    /// Makes an empty bare repository that is set up as a store.
    static func newRepository(at path: String) throws -> Repository {
        let repository = try Repository(creatingAt: path, head: "mlops")
        try apply(to: repository)
        return repository
    }

    /// Raised when a setting changes, so that stores are brought up to date.
    private static let revision = "2"

    private static let settings: [(key: String, value: String)] = [
        // Below the smallest chunk: git looks for no deltas in models. In bytes, as dulwich and with it GTO need it.
        ("core.bigFileThreshold", "131072"),
        // The chunks are compressed already.
        ("core.compression", "0"),
        // A version stays the pack that it comes in; a deployment, of a few small objects, makes no pack of its own.
        ("transfer.unpackLimit", "16"),
        // libgit2 1.5 reads its big-file threshold from this key.
        ("pack.deltaCacheSize", "131072"),
        // We tidy up, never git on its own, which would ask whether it is time after each command.
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("receive.autogc", "false"),
        ("core.logAllRefUpdates", "always"),
        ("receive.denyNonFastForwards", "true"),
        ("mlops.settings", revision),
    ]

    /// Those that make a bare repository on a server fast and safe.
    fileprivate static let ofServer: [(key: String, value: String)] =
        settings.filter { !["mlops.settings", "maintenance.auto", "gc.auto", "receive.autogc"].contains($0.key) }
        + [
            ("receive.denyDeletes", "true"), ("receive.fsckObjects", "true"),
            // There git tidies up: with a pack for each push, all of them would be opened for the next. Large ones stay as they are.
            ("receive.autogc", "true"), ("gc.auto", "6700"), ("gc.bigPackThreshold", "67108864"),
            // What lost races have left goes into one pack: loose, it would keep git from tidying up for a day.
            ("gc.cruftPacks", "true"),
        ]

    /// Applies the settings, unless they are there.
    ///
    /// A clone has none: git does not clone them.
    static func apply(to repository: borrowing Repository) throws {
        if try repository.setting("mlops.settings") == revision { return }
        try repository.configure(settings)
        try FileSystem.createDirectory("\(repository.path)/info")
        try AtomicFile.write("archive/** -delta binary\n", to: "\(repository.path)/info/attributes")
    }
}

extension Store {
    /// The settings of git for the repository on a server that a store is shared through.
    ///
    /// Without the first four git looks for differences between weights in each fetch, and packs them again.
    package static var serverSettings: [(key: String, value: String)] { StoreSettings.ofServer }
}
