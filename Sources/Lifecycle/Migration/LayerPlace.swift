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
