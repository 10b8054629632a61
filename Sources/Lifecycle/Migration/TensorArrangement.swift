/// How the numbers of a tensor in a file become those of a weight: seen in other axes, which are then put into another order.
struct TensorArrangement: Equatable {
    /// The sizes of the axes that the tensor is seen in.
    let view: [Int]
    /// The axes of the view, in the order in which the weight has their numbers.
    let axes: [Int]
    /// For each place along the first axis of the view the place in the file that goes there; `nil` for the same.
    let order: [Int]?
    /// The shape of what comes out, which may have neighbouring axes in one.
    let shape: [Int]

    init(view: [Int], axes: [Int], order: [Int]? = nil, shape: [Int]? = nil) {
        self.view = view
        self.axes = axes
        self.order = order
        self.shape = shape ?? axes.map { view[$0] }
    }

    /// Everything stays where it is.
    static func none(_ shape: [Int]) -> TensorArrangement {
        TensorArrangement(view: shape, axes: Array(shape.indices))
    }

    /// Whether every number stays where it is.
    var isNone: Bool { axes == Array(view.indices) && order == nil }

    /// How many numbers it is for.
    var count: Int { view.reduce(1, *) }

    /// The numbers in their new order.
    func applied(to values: [Float]) -> [Float] {
        precondition(values.count == count, "the view has as many numbers as the tensor")
        if isNone { return values }
        var strides = [Int](repeating: 1, count: view.count)
        for axis in view.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * view[axis + 1] }
        // What each place along each axis of the result adds to the place in the file.
        let steps = axes.map { axis in
            (0..<view[axis]).map { place in (axis == 0 ? order?[place] ?? place : place) * strides[axis] }
        }
        var result: [Float] = []
        result.reserveCapacity(count)
        func append(_ axis: Int, from place: Int) {
            guard axis < steps.count else { return result.append(values[place]) }
            for step in steps[axis] { append(axis + 1, from: place + step) }
        }
        append(0, from: 0)
        return result
    }
}
