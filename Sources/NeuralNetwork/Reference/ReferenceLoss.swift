internal import Support

/// The loss of one row, as Keras defines it: the definition that the kernels are tested against.
package enum ReferenceLoss {
    private static let margin = 1e-7

    /// The loss of outputs `y` against targets `t`, both `[units]`; sparse losses get one-hot targets.
    package static func value(_ loss: Loss, _ y: [Double], _ t: [Double]) -> Double {
        let units = Double(y.count)
        switch loss {
        case .meanSquaredError: return sum(y, t) { ($0 - $1) * ($0 - $1) } / units
        case .meanAbsoluteError: return sum(y, t) { abs($0 - $1) } / units
        case .huber(let delta):
            let delta = Double(delta)
            return sum(y, t) {
                abs($0 - $1) <= delta ? ($0 - $1) * ($0 - $1) / 2 : delta * abs($0 - $1) - delta * delta / 2
            } / units
        case .binaryCrossentropy(fromLogits: true):
            return sum(y, t) { ReferenceMath.softplus($0) - $0 * $1 } / units
        case .binaryCrossentropy(fromLogits: false):
            return -sum(y, t) { y, t in
                t * RepeatableMath.log(clip(y)) + (1 - t) * RepeatableMath.log(1 - clip(y))
            } / units
        case .categoricalCrossentropy(fromLogits: true), .sparseCategoricalCrossentropy(fromLogits: true):
            let p = ReferenceActivation.forward(.softmax, y)
            return -sum(p, t) { p, t in t == 0 ? 0 : t * RepeatableMath.log(p) }
        case .categoricalCrossentropy(fromLogits: false):
            let total = y.reduce(0, +)
            return -sum(y, t) { y, t in t * RepeatableMath.log(clip(y / total)) }
        case .sparseCategoricalCrossentropy(fromLogits: false):
            let total = y.map(clip).reduce(0, +)
            return -sum(y, t) { y, t in t * RepeatableMath.log(clip(y) / total) }
        }
    }

    /// The gradient of the loss by the outputs, `[units]`.
    package static func gradient(_ loss: Loss, _ y: [Double], _ t: [Double]) -> [Double] {
        let units = Double(y.count)
        switch loss {
        case .meanSquaredError: return zip(y, t).map { 2 * ($0 - $1) / units }
        case .meanAbsoluteError: return zip(y, t).map { ($0 > $1 ? 1 : $0 < $1 ? -1 : 0) / units }
        case .huber(let delta):
            return zip(y, t).map { min(max($0 - $1, -Double(delta)), Double(delta)) / units }
        case .binaryCrossentropy(fromLogits: true):
            return zip(y, t).map { (ReferenceMath.sigmoid($0) - $1) / units }
        case .binaryCrossentropy(fromLogits: false):
            return zip(y, t).map { y, t in isClipped(y) ? 0 : (y - t) / (y * (1 - y)) / units }
        case .categoricalCrossentropy(fromLogits: true), .sparseCategoricalCrossentropy(fromLogits: true):
            let weight = t.reduce(0, +)
            return zip(ReferenceActivation.forward(.softmax, y), t).map { $0 * weight - $1 }
        case .categoricalCrossentropy(fromLogits: false):
            let total = y.reduce(0, +)
            let slopes = zip(y, t).map { y, t in isClipped(y / total) ? 0 : -t / (y / total) }
            let dot = zip(slopes, y).reduce(0) { $0 + $1.0 * $1.1 / total }
            return slopes.map { ($0 - dot) / total }
        case .sparseCategoricalCrossentropy(fromLogits: false):
            let total = y.map(clip).reduce(0, +)
            return zip(y, t).map { y, t in isClipped(y) ? 0 : 1 / total - t / y }
        }
    }

    private static func sum(_ y: [Double], _ t: [Double], _ term: (Double, Double) -> Double) -> Double {
        zip(y, t).reduce(0) { $0 + term($1.0, $1.1) }
    }

    private static func clip(_ p: Double) -> Double { min(max(p, margin), 1 - margin) }
    private static func isClipped(_ p: Double) -> Bool { p < margin || p > 1 - margin }
}
