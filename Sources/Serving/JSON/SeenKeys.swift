/// The keys that an object has had: one that comes twice means two things to two readers.
struct SeenKeys {
    private var keys: Set<String> = []
    private let place: String
    private let limit: Int

    /// The keys of an object that is called `place` in errors; one with more than `limit` keys is none of ours.
    init(_ place: String, limit: Int = 64) {
        self.place = place
        self.limit = limit
    }

    func has(_ key: String) -> Bool { keys.contains(key) }

    /// Throws ``RequestError`` (400) for a key that was there before.
    mutating func add(_ key: String) throws(RequestError) {
        guard keys.count < limit else { throw .invalid("\(place): more than \(limit) keys") }
        guard keys.insert(key).inserted else { throw .invalid("\(place): `\(key.prefix(64))` is there twice") }
    }
}
