/// A fair sample of the requests that a version has answered on one event loop.
///
/// Up to the limit it holds all of them; beyond, each has the same chance to be in it, whenever it came (Vitter, "Random Sampling with a
/// Reservoir", 1985, algorithm R).
struct PredictionSample: Sendable {
    private var seen: UInt64 = 0
    private var kept: [AnsweredRequest] = []

    /// Takes a request, or passes it over without looking at it.
    mutating func offer(limit: Int, _ request: () -> AnsweredRequest) {
        seen &+= 1
        guard kept.count >= limit else { return kept.append(request()) }
        let place = UInt64.random(in: 0..<seen)
        if place < UInt64(limit) { kept[Int(place)] = request() }
    }

    /// What is kept, and how many requests each stands for.
    var weighted: [(request: AnsweredRequest, weight: Double)] {
        kept.map { ($0, Double(seen) / Double(kept.count)) }
    }
}
