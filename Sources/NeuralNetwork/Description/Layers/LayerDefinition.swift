/// What every kind of layer knows about itself; a file of `Description/Layers` says it for one kind.
protocol LayerDefinition: Codable, Equatable, Sendable {
    /// The name in JSON and recipes: Keras's, in snake case.
    var type: String { get }

    /// The shape of one row of the output.
    ///
    /// Throws ``LayerMismatch`` for an option out of its range, or an input that the layer cannot take.
    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int]

    /// The layer's weights, in Keras's order; only for inputs of a shape that has been checked.
    func weights(of input: [Int]) -> [WeightDescription]

    /// Floating-point operations for one row, forward.
    func operations(of input: [Int]) -> Int

    /// Those of them that threads share out even for a single row.
    func sharedOperations(of input: [Int]) -> Int

    /// The numbers of a row that the layer has in hand at once.
    func numbersAtOnce(_ input: [Int], _ output: [Int]) -> Int

    /// Numbers of a row that are remembered until its gradient is known.
    func keptNumbers(_ input: [Int], _ output: [Int]) -> Int

    /// Numbers of one input with the zeros around it, where the layer copies it; `nil` when they are too many to count.
    func paddedNumbers(_ input: [Int]) -> Int?

    /// The places of an input that the layer looks at, `[height, width]`, when it does not look at the last ones; the
    /// gradients of these are zero.
    func usedPlaces(of input: [Int]) -> [Int]?

    /// The layer as max pooling of such inputs; `nil` for a layer that is none.
    func maxPooling(of input: [Int]) -> MaxPooling?

    /// The layer in plain loops, by which the operators are tested.
    func reference(of input: [Int]) -> any ReferenceLayer

    /// Puts the operators that compute the layer behind a tensor; returns what they give.
    func build(_ builder: WorkspaceBuilder, from input: BatchTensor, _ place: LayerPlace) -> BatchTensor

    /// The same with the max pooling of the next layer; `nil` when it is better done by itself.
    func build(
        _ builder: WorkspaceBuilder,
        from input: BatchTensor,
        _ place: LayerPlace,
        pooledBy pooling: MaxPooling
    ) -> BatchTensor?
}

/// Max pooling of an input, and the shape of what it gives.
struct MaxPooling {
    let window: Window
    let shape: [Int]
}

extension LayerDefinition {
    func weights(of input: [Int]) -> [WeightDescription] { [] }
    func operations(of input: [Int]) -> Int { 0 }
    func sharedOperations(of input: [Int]) -> Int { 0 }
    func numbersAtOnce(_ input: [Int], _ output: [Int]) -> Int { input.reduce(1, *) + output.reduce(1, *) }
    func keptNumbers(_ input: [Int], _ output: [Int]) -> Int { output.reduce(1, *) }
    func paddedNumbers(_ input: [Int]) -> Int? { 0 }
    func usedPlaces(of input: [Int]) -> [Int]? { nil }
    func maxPooling(of input: [Int]) -> MaxPooling? { nil }
    func build(
        _ builder: WorkspaceBuilder,
        from input: BatchTensor,
        _ place: LayerPlace,
        pooledBy pooling: MaxPooling
    ) -> BatchTensor? { nil }
}

/// One weight of a layer.
struct WeightDescription: Equatable {
    /// How the numbers lie in the memory of the kernels.
    enum Packing: Equatable {
        /// `[inputs][units]`, the last axis being the units, in bands of panels.
        case matrix
        /// The same for layers with gates: the panels of the gates lie side by side, 16 units of each.
        case gates(Int)
        /// Row after row, each padded to whole vectors; the last `axes` of the shape make a row.
        case rows(axes: Int)
    }

    /// Keras's name of it, such as `kernel`.
    var name: String
    let shape: [Int]
    let initializer: Initializer
    var packing = Packing.matrix
    /// Whether gradients change it; otherwise the layer does, as it does its moving averages.
    var isTrainable = true
    var regularizer: Regularizer?
    /// Elements that begin with 1, whatever the initializer says.
    var ones: Range<Int>?
}

/// Why a layer cannot be, or cannot take its input: what was expected and what was received.
struct LayerMismatch: Error, Equatable {
    let expected: String
    let received: String
    var hints: [String] = []
    /// Where in a layer that holds others, such as `conv2d_1`.
    var inside: String?

    init(_ expected: String, _ received: String, hints: [String] = [], inside: String? = nil) {
        self.expected = expected
        self.received = received
        self.hints = hints
        self.inside = inside
    }
}

/// Checks that several kinds of layer have in common.
enum LayerCheck {
    /// So large that nobody needs more, and small enough to be computed with.
    private static let sizes = 1...(1 << 27)

    /// Throws unless a number that counts something is at least 1.
    static func positive(_ value: Int, _ name: String) throws(LayerMismatch) {
        guard value > 0 else { throw LayerMismatch("\(name) of at least 1", "\(value)") }
        guard sizes.contains(value) else { throw LayerMismatch("\(name) of at most 134,217,728", "\(value)") }
    }

    /// Throws unless there are as many sizes as axes, each at least 1.
    static func sizes(_ values: [Int], axes: Int, _ name: String) throws(LayerMismatch) {
        guard values.count == axes, values.allSatisfy(sizes.contains) else {
            throw LayerMismatch(
                axes == 1 ? "\(name) of at least 1" : "\(axes) sizes of at least 1 for \(name)",
                values.count == 1 ? "\(values[0])" : "\(values)"
            )
        }
    }

    /// Throws unless a row has so many axes.
    static func axes(
        _ input: [Int],
        _ expected: Int,
        _ meaning: String,
        hints: [String] = []
    ) throws(LayerMismatch) {
        guard input.count == expected else {
            throw LayerMismatch("an input of shape \(meaning)", "shape \(input)", hints: hints)
        }
    }

    static let image = "[height, width, channels]"
    static let sequence = "[steps, values]"
    static let imageHints = ["put a `reshape` layer before it, such as `reshape: [28, 28, 1]`"]
    static let sequenceHints = ["put a `reshape` layer before it, such as `reshape: [100, 4]`"]
}
