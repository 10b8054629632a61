/// A layer whose outputs are sums of products of inputs and weights, plus a bias: dense layers and convolutions.
///
/// It is given as a list of the terms: which input times which weight goes to which output.
final class ReferenceLinear: ReferenceLayer {
    private let outputs: Int
    /// Calls its argument for each term.
    private let terms: ((_ output: Int, _ input: Int, _ weight: Int) -> Void) -> Void
    /// The element of the bias that an output begins with; `nil` without a bias.
    private let bias: ((_ output: Int) -> Int)?
    private var inputs: [[Double]] = []

    init(
        outputs: Int,
        bias: ((_ output: Int) -> Int)?,
        terms: @escaping ((_ output: Int, _ input: Int, _ weight: Int) -> Void) -> Void
    ) {
        self.outputs = outputs
        self.bias = bias
        self.terms = terms
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        inputs = rows
        return rows.map { row in
            var sums = (0..<outputs).map { output in bias.map { weights[1][$0(output)] } ?? 0 }
            terms { output, input, weight in sums[output] += row[input] * weights[0][weight] }
            return sums
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        zip(inputs, gradient).map { row, gradient in
            var result = [Double](repeating: 0, count: row.count)
            var own = weightGradients[0]
            terms { output, input, weight in
                result[input] += gradient[output] * weights[0][weight]
                own[weight] += gradient[output] * row[input]
            }
            weightGradients[0] = own
            if let bias {
                for output in 0..<outputs { weightGradients[1][bias(output)] += gradient[output] }
            }
            return result
        }
    }
}

extension Dense {
    func reference(of input: [Int]) -> any ReferenceLayer {
        let units = units
        let linear = ReferenceLinear(outputs: units, bias: useBias ? { $0 } : nil) { body in
            for unit in 0..<units {
                for place in 0..<input[0] { body(unit, place, place * units + unit) }
            }
        }
        return chain(linear, activation, of: input)
    }
}

extension Window {
    /// Calls the function for each place of the output and each place of the input that its window sees there.
    fileprivate func forEachTap(_ body: (_ output: Int, _ input: Int, _ tap: Int) -> Void) {
        for row in 0..<height.output {
            for column in 0..<width.output {
                for tapRow in 0..<height.size {
                    for tapColumn in 0..<width.size {
                        let y = row * height.stride - height.before + tapRow * height.dilation
                        let x = column * width.stride - width.before + tapColumn * width.dilation
                        guard (0..<height.input).contains(y), (0..<width.input).contains(x) else { continue }
                        body(row * width.output + column, y * width.input + x, tapRow * width.size + tapColumn)
                    }
                }
            }
        }
    }
}

extension ConvolutionOptions {
    fileprivate func reference(
        _ window: Window?,
        filters: Int,
        _ layer: some LayerDefinition,
        _ input: [Int]
    ) -> any ReferenceLayer {
        guard let window else { return ReferenceIdentity() }
        let channels = window.channels
        let linear = ReferenceLinear(outputs: window.places * filters, bias: useBias ? { $0 % filters } : nil) { body in
            window.forEachTap { place, source, tap in
                for channel in 0..<channels {
                    for filter in 0..<filters {
                        body(
                            place * filters + filter,
                            source * channels + channel,
                            (tap * channels + channel) * filters + filter
                        )
                    }
                }
            }
        }
        return layer.chain(linear, activation, of: input)
    }
}

extension Conv2D {
    func reference(of input: [Int]) -> any ReferenceLayer {
        options.reference(try? window(over: input), filters: filters, self, input)
    }
}

extension Conv1D {
    func reference(of input: [Int]) -> any ReferenceLayer {
        options.reference(try? window(over: input), filters: filters, self, input)
    }
}

extension DepthwiseConv2D {
    func reference(of input: [Int]) -> any ReferenceLayer {
        guard let window = try? window(over: input) else { return ReferenceIdentity() }
        let (channels, outputs) = (window.channels, window.channels * depthMultiplier)
        let multiplier = depthMultiplier
        let linear = ReferenceLinear(
            outputs: window.places * outputs,
            bias: options.useBias ? { $0 % outputs } : nil
        ) { body in
            window.forEachTap { place, source, tap in
                for output in 0..<outputs {
                    body(place * outputs + output, source * channels + output / multiplier, tap * outputs + output)
                }
            }
        }
        return chain(linear, options.activation, of: input)
    }
}

/// The largest or the mean of each window, channel by channel.
final class ReferencePooling: ReferenceLayer {
    private let kind: PoolingKind
    private let window: Window
    private var inputs: [[Double]] = []

    init(_ kind: PoolingKind, _ window: Window) {
        self.kind = kind
        self.window = window
    }

    /// The places that each output sees.
    private var places: [[Int]] {
        var places = [[Int]](repeating: [], count: window.places)
        window.forEachTap { output, input, _ in places[output].append(input) }
        return places
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        inputs = rows
        return rows.map { row in
            places.flatMap { places in
                (0..<window.channels).map { channel in
                    let values = places.map { row[$0 * window.channels + channel] }
                    return kind == .max ? values.max() ?? 0 : values.reduce(0, +) / Double(values.count)
                }
            }
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        zip(inputs, gradient).map { row, gradient in
            var result = [Double](repeating: 0, count: row.count)
            for (output, places) in places.enumerated() {
                for channel in 0..<window.channels {
                    let share = gradient[output * window.channels + channel]
                    let elements = places.map { $0 * window.channels + channel }
                    if kind == .average {
                        for element in elements { result[element] += share / Double(elements.count) }
                    } else if let largest = elements.map({ row[$0] }).max(),
                        // The first of several that are equal.
                        let element = elements.first(where: { row[$0] == largest })
                    {
                        result[element] += share
                    }
                }
            }
            return result
        }
    }
}

extension Pooling2D {
    func reference(of input: [Int]) -> any ReferenceLayer {
        (try? window(over: input)).map { ReferencePooling(kind, $0) } ?? ReferenceIdentity()
    }
}

extension Pooling1D {
    func reference(of input: [Int]) -> any ReferenceLayer {
        (try? window(over: input)).map { ReferencePooling(kind, $0) } ?? ReferenceIdentity()
    }
}

extension GlobalPooling {
    func reference(of input: [Int]) -> any ReferenceLayer {
        (try? window(over: input)).map { ReferencePooling(kind, $0) } ?? ReferenceIdentity()
    }
}

extension ZeroPadding2D {
    func reference(of input: [Int]) -> any ReferenceLayer {
        // A sum of one term, whose weight is 1.
        let (above, left) = (padding[0][0], padding[1][0])
        let width = input[1] + left + padding[1][1]
        let height = input[0] + above + padding[0][1]
        return ReferenceRearrangement(outputs: height * width * input[2]) { body in
            for row in 0..<input[0] {
                for column in 0..<input[1] {
                    for channel in 0..<input[2] {
                        body(
                            ((above + row) * width + left + column) * input[2] + channel,
                            (row * input[1] + column) * input[2] + channel
                        )
                    }
                }
            }
        }
    }
}

/// A layer that puts numbers elsewhere.
final class ReferenceRearrangement: ReferenceLayer {
    private let outputs: Int
    private let places: ((_ output: Int, _ input: Int) -> Void) -> Void
    private var inputs = 0

    init(outputs: Int, places: @escaping ((_ output: Int, _ input: Int) -> Void) -> Void) {
        self.outputs = outputs
        self.places = places
    }

    func forward(_ rows: [[Double]], _ weights: [[Double]], isTraining: Bool) -> [[Double]] {
        inputs = rows.first?.count ?? 0
        return rows.map { row in
            var result = [Double](repeating: 0, count: outputs)
            places { output, input in result[output] = row[input] }
            return result
        }
    }

    func backward(_ gradient: [[Double]], _ weights: [[Double]], _ weightGradients: inout [[Double]]) -> [[Double]] {
        gradient.map { gradient in
            var result = [Double](repeating: 0, count: inputs)
            places { output, input in result[input] += gradient[output] }
            return result
        }
    }
}
