/// A recurrent layer, step by step as its formulas say.
final class ReferenceRecurrent: ReferenceLayer {
    private let layer: Recurrent
    private let steps: Int
    private let inputs: Int
    private var trace: [[Step]] = []
    private var rows: [[Double]] = []

    /// What one step of one row has computed; the gates after their activations.
    private struct Step {
        var input: [Double] = []
        var before: [Double] = []
        var cellBefore: [Double] = []
        /// Sums before the activations, gate after gate.
        var sums: [Double] = []
        var gates: [Double] = []
        /// What the recurrent kernel gives for the candidate of a GRU, with its bias.
        var inner: [Double] = []
        var cell: [Double] = []
        var state: [Double] = []
    }

    init(_ layer: Recurrent, input: [Int]) {
        self.layer = layer
        steps = input[0]
        inputs = input[1]
    }

    private var units: Int { layer.units }
    private var width: Int { layer.kind.gates * layer.units }

    private func gate(_ x: Double) -> Double { ReferenceActivation.forward(layer.recurrentActivation, [x])[0] }
    private func squash(_ x: Double) -> Double { ReferenceActivation.forward(layer.activation, [x])[0] }
    private func gateSlope(_ x: Double) -> Double {
        ReferenceActivation.backward(layer.recurrentActivation, [x], [1])[0]
    }
    private func slope(_ x: Double) -> Double { ReferenceActivation.backward(layer.activation, [x], [1])[0] }

    /// Products of values with some columns of a kernel.
    private func product(_ values: [Double], _ kernel: [Double], _ columns: Range<Int>) -> [Double] {
        columns.map { column in
            values.indices.reduce(0) { $0 + values[$1] * kernel[$1 * width + column] }
        }
    }

    private func advance(_ step: inout Step, _ weights: [[Double]]) {
        let bias = layer.useBias ? weights[2] : [Double](repeating: 0, count: 2 * width)
        let direct = product(step.input, weights[0], 0..<width).enumerated().map { $1 + bias[$0] }
        switch layer.kind {
        case .simpleRNN:
            step.sums = zip(direct, product(step.before, weights[1], 0..<width)).map(+)
            step.state = step.sums.map(squash)
            step.gates = step.state
        case .lstm:
            step.sums = zip(direct, product(step.before, weights[1], 0..<width)).map(+)
            step.gates = step.sums.enumerated().map { $0 / units == 2 ? squash($1) : gate($1) }
            step.cell = (0..<units).map { unit in
                step.gates[units + unit] * step.cellBefore[unit] + step.gates[unit] * step.gates[2 * units + unit]
            }
            step.state = (0..<units).map { step.gates[3 * units + $0] * squash(step.cell[$0]) }
        case .gru:
            let both = 0..<2 * units
            var inner = product(step.before, weights[1], 0..<width)
            if layer.resetAfter, layer.useBias { inner = inner.enumerated().map { $1 + bias[width + $0] } }
            step.sums = both.map { direct[$0] + inner[$0] }
            step.gates = step.sums.map(gate)
            let reset = step.gates[units..<2 * units]
            if layer.resetAfter {
                step.inner = Array(inner[(2 * units)...])
                step.sums += (0..<units).map { direct[2 * units + $0] + step.gates[units + $0] * step.inner[$0] }
            } else {
                step.inner = zip(reset, step.before).map(*)
                let last = product(step.inner, weights[1], 2 * units..<width)
                step.sums += (0..<units).map { direct[2 * units + $0] + last[$0] }
            }
            step.gates += step.sums[(2 * units)...].map(squash)
            step.state = (0..<units).map { unit in
                let update = step.gates[unit]
                return update * step.before[unit] + (1 - update) * step.gates[2 * units + unit]
            }
        }
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        self.rows = rows
        trace = []
        return rows.map { row in
            var (state, cell) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units))
            var done: [Step] = []
            for number in 0..<steps {
                let place = layer.goBackwards ? steps - 1 - number : number
                var step = Step()
                step.input = Array(row[place * inputs..<(place + 1) * inputs])
                (step.before, step.cellBefore) = (state, cell)
                advance(&step, weights)
                (state, cell) = (step.state, step.cell)
                done.append(step)
            }
            trace.append(done)
            return layer.returnSequences ? done.flatMap(\.state) : state
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        gradient.indices.map { row in
            var result = [Double](repeating: 0, count: steps * inputs)
            var state = [Double](repeating: 0, count: units)
            var cell = state
            for number in (0..<steps).reversed() {
                if layer.returnSequences {
                    for unit in 0..<units { state[unit] += gradient[row][number * units + unit] }
                } else if number == steps - 1 {
                    state = gradient[row]
                }
                let place = layer.goBackwards ? steps - 1 - number : number
                let back = goBack(trace[row][number], state, cell, weights, &weightGradients)
                for input in 0..<inputs { result[place * inputs + input] = back.input[input] }
                (state, cell) = (back.state, back.cell)
            }
            return result
        }
    }

    private func goBack(
        _ step: Step,
        _ gradient: [Double],
        _ cellGradient: [Double],
        _ weights: [[Double]],
        _ weightGradients: inout [[Double]]
    ) -> (input: [Double], state: [Double], cell: [Double]) {
        var direct = [Double](repeating: 0, count: width)
        var state = [Double](repeating: 0, count: units)
        var cell = state
        // What goes through the recurrent kernel, and from which values.
        var recurrent: [Double] = []
        var left: [Double]?
        switch layer.kind {
        case .simpleRNN:
            direct = (0..<units).map { gradient[$0] * slope(step.sums[$0]) }
            recurrent = direct
        case .lstm:
            for unit in 0..<units {
                let (input, forget) = (step.gates[unit], step.gates[units + unit])
                let (new, output) = (step.gates[2 * units + unit], step.gates[3 * units + unit])
                let inner = gradient[unit] * output * slope(step.cell[unit]) + cellGradient[unit]
                direct[unit] = inner * new * gateSlope(step.sums[unit])
                direct[units + unit] = inner * step.cellBefore[unit] * gateSlope(step.sums[units + unit])
                direct[2 * units + unit] = inner * input * slope(step.sums[2 * units + unit])
                direct[3 * units + unit] =
                    gradient[unit] * squash(step.cell[unit]) * gateSlope(step.sums[3 * units + unit])
                cell[unit] = inner * forget
            }
            recurrent = direct
        case .gru:
            for unit in 0..<units {
                let (update, new) = (step.gates[unit], step.gates[2 * units + unit])
                direct[unit] = gradient[unit] * (step.before[unit] - new) * gateSlope(step.sums[unit])
                direct[2 * units + unit] = gradient[unit] * (1 - update) * slope(step.sums[2 * units + unit])
                state[unit] = gradient[unit] * update
            }
            recurrent = direct
            if layer.resetAfter {
                for unit in 0..<units {
                    let candidate = direct[2 * units + unit]
                    direct[units + unit] = candidate * step.inner[unit] * gateSlope(step.sums[units + unit])
                    recurrent[units + unit] = direct[units + unit]
                    recurrent[2 * units + unit] = candidate * step.gates[units + unit]
                }
            } else {
                let gradients = (0..<units).map { unit in
                    (0..<units).reduce(0) { sum, column in
                        sum + weights[1][unit * width + 2 * units + column] * direct[2 * units + column]
                    }
                }
                for unit in 0..<units {
                    direct[units + unit] = gradients[unit] * step.before[unit] * gateSlope(step.sums[units + unit])
                    recurrent[units + unit] = direct[units + unit]
                    state[unit] += gradients[unit] * step.gates[units + unit]
                }
                left = step.inner
            }
        }
        // The candidate of a GRU whose reset gate comes first has gone back already.
        let columns = left == nil ? width : 2 * units
        for unit in 0..<units {
            for column in 0..<columns { state[unit] += weights[1][unit * width + column] * recurrent[column] }
            for column in 0..<width {
                let value = column >= columns ? left?[unit] ?? 0 : step.before[unit]
                weightGradients[1][unit * width + column] += value * recurrent[column]
            }
        }
        var input = [Double](repeating: 0, count: inputs)
        for place in 0..<inputs {
            for column in 0..<width {
                input[place] += weights[0][place * width + column] * direct[column]
                weightGradients[0][place * width + column] += step.input[place] * direct[column]
            }
        }
        if layer.useBias {
            for column in 0..<width {
                weightGradients[2][column] += direct[column]
                if layer.kind == .gru, layer.resetAfter { weightGradients[2][width + column] += recurrent[column] }
            }
        }
        return (input, state, cell)
    }
}

extension Recurrent {
    func reference(of input: [Int]) -> any ReferenceLayer { ReferenceRecurrent(self, input: input) }
}

/// Both directions of a recurrent layer.
final class ReferenceBidirectional: ReferenceLayer {
    private let mode: MergeMode
    private let units: Int
    private let forwards: ReferenceRecurrent
    private let backwards: ReferenceRecurrent
    private var outputs: (forward: [[Double]], backward: [[Double]]) = ([], [])

    init(_ layer: Bidirectional, input: [Int]) {
        mode = layer.mergeMode
        units = layer.layer.units
        var other = layer.layer
        other.goBackwards = true
        forwards = ReferenceRecurrent(layer.layer, input: input)
        backwards = ReferenceRecurrent(other, input: input)
    }

    /// Steps in the opposite order.
    private func reversed(_ rows: [[Double]]) -> [[Double]] {
        rows.map { row in
            stride(from: row.count - units, through: 0, by: -units).flatMap { row[$0..<$0 + units] }
        }
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        let half = weights.count / 2
        outputs = (
            forwards.forward(rows, Array(weights.prefix(half)), isTraining: isTraining),
            reversed(backwards.forward(rows, Array(weights.suffix(half)), isTraining: isTraining))
        )
        return zip(outputs.forward, outputs.backward).map { first, second in
            switch mode {
            case .concat:
                stride(from: 0, to: first.count, by: units).flatMap { first[$0..<$0 + units] + second[$0..<$0 + units] }
            case .sum: zip(first, second).map(+)
            case .mul: zip(first, second).map(*)
            case .ave: zip(first, second).map { ($0 + $1) / 2 }
            }
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        func part(_ isSecond: Bool) -> [[Double]] {
            gradient.indices.map { row in
                let gradient = gradient[row]
                let other = isSecond ? outputs.forward[row] : outputs.backward[row]
                switch mode {
                case .concat:
                    return stride(from: isSecond ? units : 0, to: gradient.count, by: 2 * units)
                        .flatMap { gradient[$0..<$0 + units] }
                case .sum: return gradient
                case .mul: return zip(gradient, other).map(*)
                case .ave: return gradient.map { $0 / 2 }
                }
            }
        }
        let half = weights.count / 2
        var (first, second) = (Array(weightGradients.prefix(half)), Array(weightGradients.suffix(half)))
        let left = forwards.backward(part(false), Array(weights.prefix(half)), &first)
        let right = backwards.backward(reversed(part(true)), Array(weights.suffix(half)), &second)
        weightGradients = first + second
        return zip(left, right).map { zip($0, $1).map(+) }
    }
}

extension Bidirectional {
    func reference(of input: [Int]) -> any ReferenceLayer { ReferenceBidirectional(self, input: input) }
}
