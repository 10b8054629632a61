import Serving
import Testing

/// How the traffic is dealt, seen through the table that is published.
struct RoutingTests {
    private func version(_ name: String) -> LoadedVersion {
        LoadedVersion(VersionName(model: "m", version: name, digest: name), FixtureModel.identity, secondsPerRow: 0)
    }

    private func entry(percent: Int) -> ModelTable.Entry {
        ModelTable.Entry(
            model: "m",
            routes: [
                ModelTable.Route(version("v1.0.0"), percent: 100 - percent),
                ModelTable.Route(version("v1.1.0"), percent: percent),
            ]
        )
    }

    /// Who gets the candidate at 5 % gets it at 25 % too, and the shares are what they are called.
    @Test func sharesAreStickyAndTrue() {
        let keys = (0..<20_000).map { "user-\($0)" }
        var before: Set<String> = []
        for percent in [1, 5, 25, 50, 100] {
            let entry = entry(percent: percent)
            let chosen = Set(keys.filter { entry.version(forKey: $0)?.name.version == "v1.1.0" })
            #expect(chosen.isSuperset(of: before))
            // Four standard deviations of a binomial share.
            let expected = Double(keys.count * percent) / 100
            let spread = 4 * (expected * (1 - Double(percent) / 100)).squareRoot()
            #expect(abs(Double(chosen.count) - expected) <= spread + 1, "\(percent) %: \(chosen.count)")
            before = chosen
        }
    }

    /// The buckets are a promise to callers: the same key gets the same version everywhere, whatever the release.
    ///
    /// The numbers are from a program of ten
    /// lines in Python that follows the description of the hash.
    @Test func bucketsStay() {
        #expect(
            ["a", "b", "user-42", ""].map { ModelTable.bucket(of: $0, model: "fashion") } == [1263, 767, 9464, 1552]
        )
    }
}
