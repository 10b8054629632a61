/// Batch and layer normalization: groups of numbers brought to mean 0 and variance 1, then scaled channel by channel.
final class ReferenceNormalization: ReferenceLayer {
    private let channels: Int
    private let epsilon: Double
    private let hasGamma: Bool
    private let hasBeta: Bool
    /// Whether the numbers of a channel over the batch belong together, or the channels of a place.
    private let isBatch: Bool
    private var normal: [[Double]] = []
    private var inverse: [Double] = []
    private var usesMoving = false

    init(channels: Int, epsilon: Double, hasGamma: Bool, hasBeta: Bool, isBatch: Bool) {
        self.channels = channels
        self.epsilon = epsilon
        self.hasGamma = hasGamma
        self.hasBeta = hasBeta
        self.isBatch = isBatch
    }

    /// The group of an element.
    private func group(_ row: Int, _ element: Int, _ width: Int) -> Int {
        isBatch ? element % channels : row * (width / channels) + element / channels
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        let width = rows.first?.count ?? 0
        let groups = isBatch ? channels : rows.count * (width / channels)
        usesMoving = isBatch && !isTraining
        var (means, variances) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
        if usesMoving {
            let first = (hasGamma ? 1 : 0) + (hasBeta ? 1 : 0)
            (means, variances) = (weights[first], weights[first + 1])
        } else {
            let size = Double(rows.count * width / groups)
            for (number, row) in rows.enumerated() {
                for element in row.indices { means[group(number, element, width)] += row[element] / size }
            }
            for (number, row) in rows.enumerated() {
                for element in row.indices {
                    let place = group(number, element, width)
                    variances[place] += (row[element] - means[place]) * (row[element] - means[place]) / size
                }
            }
        }
        inverse = variances.map { 1 / ($0 + epsilon).squareRoot() }
        normal = rows.enumerated().map { number, row in
            row.indices.map { element in
                let place = group(number, element, width)
                return (row[element] - means[place]) * inverse[place]
            }
        }
        return normal.map { row in
            row.indices.map { element in
                let channel = element % channels
                return row[element] * (hasGamma ? weights[0][channel] : 1)
                    + (hasBeta ? weights[hasGamma ? 1 : 0][channel] : 0)
            }
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        let width = gradient.first?.count ?? 0
        let size = Double(gradient.count * width / inverse.count)
        var sums = [Double](repeating: 0, count: inverse.count)
        var products = sums
        var scaled = gradient
        for row in gradient.indices {
            for element in 0..<width {
                let channel = element % channels
                if hasGamma { weightGradients[0][channel] += gradient[row][element] * normal[row][element] }
                if hasBeta { weightGradients[hasGamma ? 1 : 0][channel] += gradient[row][element] }
                scaled[row][element] *= hasGamma ? weights[0][channel] : 1
                let place = group(row, element, width)
                sums[place] += scaled[row][element] / size
                products[place] += scaled[row][element] * normal[row][element] / size
            }
        }
        return scaled.indices.map { row in
            (0..<width).map { element in
                let place = group(row, element, width)
                let inner = usesMoving ? 0 : sums[place] + normal[row][element] * products[place]
                return (scaled[row][element] - inner) * inverse[place]
            }
        }
    }
}

extension BatchNormalization {
    func reference(of input: [Int]) -> any ReferenceLayer {
        ReferenceNormalization(
            channels: input[input.count - 1],
            epsilon: Double(epsilon),
            hasGamma: scale,
            hasBeta: center,
            isBatch: true
        )
    }
}

extension LayerNormalization {
    func reference(of input: [Int]) -> any ReferenceLayer {
        ReferenceNormalization(
            channels: input[input.count - 1],
            epsilon: Double(epsilon),
            hasGamma: scale,
            hasBeta: center,
            isBatch: false
        )
    }
}
