internal import Support

/// Finds the weights of a multinomial logistic regression by L-BFGS (Liu and Nocedal, 1989).
struct LogisticFit {
    private static let memory = 10
    private static let iterations = 50

    let rows: PaddedRows
    let labels: [Int]
    let classes: Int
    /// The place of the bias among the weights of a class, which is not penalized.
    let bias: Int

    private var size: Int { rows.width * 8 * classes }

    func weights() -> [PaddedRows.Piece] {
        var position = [Double](repeating: 0, count: size)
        var (loss, gradient) = evaluate(position)
        var history: [(step: [Double], change: [Double], curvature: Double)] = []
        for _ in 0..<Self.iterations {
            guard (gradient.map { abs($0) }.max() ?? 0) > 1e-5 else { break }
            let direction = direction(gradient, history)
            let slope = dot(direction, gradient)
            var length = history.isEmpty ? 1 / max(dot(gradient, gradient).squareRoot(), 1) : 1
            var next = moved(position, direction, length)
            var (nextLoss, nextGradient) = evaluate(next)
            var attempts = 0
            while !(nextLoss <= loss + 1e-4 * length * slope), attempts < 12 {
                length /= 2
                attempts += 1
                next = moved(position, direction, length)
                (nextLoss, nextGradient) = evaluate(next)
            }
            // No lower place along this direction: what is left is rounding.
            guard nextLoss < loss else { break }
            let step = zip(next, position).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            let curvature = dot(step, change)
            if curvature > 0 { history.append((step, change, curvature)) }
            if history.count > Self.memory { history.removeFirst() }
            let isDone = loss - nextLoss < 1e-7 * max(loss, 1e-3)
            (position, loss, gradient) = (next, nextLoss, nextGradient)
            if isDone { break }
        }
        return packed(position)
    }

    /// The mean loss with its penalty, and its gradient.
    private func evaluate(_ position: [Double]) -> (loss: Double, gradient: [Double]) {
        let weights = packed(position)
        let scale = 1 / Double(rows.count)
        var loss = 0.0
        var gradient = position
        for index in gradient.indices {
            let isBias = index % (rows.width * 8) == bias
            gradient[index] *= isBias ? 0 : LinearModel.penalty * scale
            loss += 0.5 * gradient[index] * position[index]
        }
        // Sums of a few rows in Float, the sums of these in Double.
        for start in stride(from: 0, to: rows.count, by: 256) {
            var sums = [PaddedRows.Piece](repeating: .init(), count: weights.count)
            for four in stride(from: start, to: min(start + 256, rows.count), by: 4) {
                let outputs = (0..<classes).map { rows.products(row: four, weights, from: $0 * rows.width) }
                var errors = [SIMD4<Float>](repeating: .zero, count: classes)
                for row in 0..<min(4, rows.count - four) {
                    let probabilities = softmax(outputs.map { $0[row] })
                    let label = labels[four + row]
                    loss -= RepeatableMath.log(max(probabilities[label], 1e-300)) * scale
                    for index in 0..<classes {
                        errors[index][row] = Float(probabilities[index] - (index == label ? 1 : 0))
                    }
                }
                for label in 0..<classes {
                    rows.add(row: four, times: errors[label], to: &sums, from: label * rows.width)
                }
            }
            for index in gradient.indices { gradient[index] += Double(sums[index / 8][index % 8]) * scale }
        }
        return (loss, gradient)
    }

    /// The gradient times the inverse of the curvature that the last steps showed, downhill.
    private func direction(
        _ gradient: [Double],
        _ history: [(step: [Double], change: [Double], curvature: Double)]
    ) -> [Double] {
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for pair in history.reversed() {
            let factor = dot(pair.step, direction) / pair.curvature
            factors.append(factor)
            direction = moved(direction, pair.change, -factor)
        }
        if let last = history.last {
            let scale = last.curvature / dot(last.change, last.change)
            direction = direction.map { $0 * scale }
        }
        for (pair, factor) in zip(history, factors.reversed()) {
            let correction = dot(pair.change, direction) / pair.curvature
            direction = moved(direction, pair.step, factor - correction)
        }
        return direction
    }

    private func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }

    private func moved(_ position: [Double], _ direction: [Double], _ length: Double) -> [Double] {
        var position = position
        for index in position.indices { position[index] += length * direction[index] }
        return position
    }
}
