/// What decides which of several versions answers a request: the same key gets the same version as long as its share does not shrink.
struct RoutingKey: Hashable {
    /// From 0 to 9999, spread evenly over keys.
    let bucket: Int

    /// The key that a caller has sent with `X-Routing-Key`, for one model: who is in the canary of one, need not be in that of another.
    init(_ key: String, model: String) {
        // FNV-1a (Fowler, Noll and Vo), stirred by the finalizer of SplitMix64 (Steele, Lea and Flood, 2014), as its low bits are poor.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in model.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(stirring: hash)
    }

    /// The key of the so-manieth request without one.
    init(number: UInt64) { self.init(stirring: number) }

    private init(stirring number: UInt64) {
        var hash = number &+ 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        bucket = Int((hash ^ hash >> 31) % 10_000)
    }
}

extension [ModelTable.Route] {
    /// The version that a key is dealt to: candidates take the lowest buckets, the stable version, which is first, the rest.
    func dealt(to key: RoutingKey) -> LoadedVersion {
        var limit = 0
        for route in dropFirst() {
            limit += route.percent * 100
            if key.bucket < limit { return route.version }
        }
        return self[0].version
    }
}
