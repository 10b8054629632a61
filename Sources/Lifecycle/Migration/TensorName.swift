/// What the name of a tensor says about it, as the common tools name them.
///
/// PyTorch writes `net.0.weight` and `net.0.bias`, Keras `sequential/dense_1/kernel:0`, others `W1` and `b1`.
struct TensorName: Hashable {
    /// What a tensor is in its layer.
    enum Role: Hashable { case kernel, bias }

    /// How a kernel lies.
    enum Orientation: Hashable {
        /// [inputs, units], as Keras and we have it.
        case inputsFirst
        /// [units, inputs], as PyTorch has it.
        case unitsFirst
    }

    /// What is left of the name without the role: `net.0`.
    let layer: String
    /// `nil` when the name does not say it.
    let role: Role?
    /// `nil` when the name does not say it.
    let orientation: Orientation?

    private static let roles: [(word: String, role: Role, orientation: Orientation?)] = [
        ("kernel", .kernel, .inputsFirst), ("weight", .kernel, .unitsFirst), ("weights", .kernel, nil),
        ("w", .kernel, nil), ("bias", .bias, nil), ("biases", .bias, nil), ("b", .bias, nil),
    ]

    init(_ name: String) {
        // TensorFlow numbers the outputs of an operation: `kernel:0`.
        var name = Substring(name)
        if let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().allSatisfy(\.isNumber) {
            name = name[..<colon]
        }
        let cut = name.lastIndex { $0 == "/" || $0 == "." }
        let last = cut.map { name[name.index(after: $0)...] } ?? name
        let parent = String(cut.map { name[..<$0] } ?? "")
        let digits = String(last.reversed().prefix(while: \.isNumber).reversed())
        for (word, role, orientation) in Self.roles {
            let stem = last.dropLast(digits.count).lowercased()
            if stem == word {
                // `W1` is the kernel of layer 1.
                layer = parent.isEmpty ? digits : digits.isEmpty ? parent : "\(parent)/\(digits)"
                (self.role, self.orientation) = (role, orientation)
                return
            }
            if word.count > 1, digits.isEmpty, stem.hasSuffix("_\(word)") {
                let rest = last.dropLast(word.count + 1)
                layer = parent.isEmpty ? String(rest) : "\(parent)/\(rest)"
                (self.role, self.orientation) = (role, orientation)
                return
            }
        }
        // `dense/vars/0` and `dense/vars/1`: the number tells a tensor from another, and the shape what it is.
        layer = !parent.isEmpty && digits.count == last.count ? parent : String(name)
        (role, orientation) = (nil, nil)
    }
}

/// Where a layer stands among those whose names differ from its own in numbers only.
struct LayerPlace: Hashable, Comparable {
    /// The name with `#` for each number: `net.#`.
    let family: String
    /// The numbers, in their order.
    let numbers: [Int]

    init(_ layer: String) {
        var family = ""
        var numbers: [Int] = []
        var rest = Substring(layer)
        while let first = rest.first {
            let digits = rest.prefix(while: \.isNumber)
            if digits.isEmpty {
                family.append(first)
                rest = rest.dropFirst()
            } else {
                family += "#"
                numbers.append(Int(digits) ?? .max)
                rest = rest[digits.endIndex...]
            }
        }
        // Keras calls its layers `dense`, `dense_1`, `dense_2`.
        if !family.hasSuffix("#") {
            family += family.hasSuffix("_") ? "#" : "_#"
            numbers.append(-1)
        }
        self.family = family
        self.numbers = numbers
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.family != right.family { return left.family < right.family }
        return left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
