package import Support

/// The inputs and outputs of a model: what a caller sends and what comes back.
package struct Signature: JSONDocument, Hashable {
    package static let schema = Schema("signature", 1)

    /// One named input or output.
    package struct Port: Codable, Hashable, Sendable {
        package let name: String
        /// The type of its values, such as `float32`, `int64` or `string`.
        package let type: String
        /// The shape without the number of rows: `[28, 28]` for an image, `[]` for a single number.
        package let shape: [Int]

        package init(name: String, type: String, shape: [Int]) {
            self.name = name
            self.type = type
            self.shape = shape
        }

        /// For people: `image: uint8[28, 28]`.
        package var text: String { "\(name): \(type)\(shape.isEmpty ? "" : "\(shape)")" }
    }

    package let inputs: [Port]
    package let outputs: [Port]
    /// The names of the classes, in the order of the output's numbers.
    package let classes: [String]?

    package init(inputs: [Port], outputs: [Port], classes: [String]?) {
        self.inputs = inputs
        self.outputs = outputs
        self.classes = classes
    }

    /// What a caller of `old` would notice; empty when this signature can take its place.
    package func differences(from old: Signature) -> [String] {
        var found = Signature.compare(old.inputs, inputs, "input")
        found += Signature.compare(old.outputs, outputs, "output")
        if old.classes != classes {
            let (before, after) = (old.classes ?? [], classes ?? [])
            let missing = before.filter { !after.contains($0) }
            let added = after.filter { !before.contains($0) }
            if missing.isEmpty && added.isEmpty {
                found.append("the classes have another order")
            } else {
                found += missing.map { "class `\($0)` is gone" } + added.map { "class `\($0)` is new" }
            }
        }
        return found
    }

    private static func compare(_ old: [Port], _ new: [Port], _ word: String) -> [String] {
        let gone = old.filter { port in !new.contains { $0.name == port.name } }
        let added = new.filter { port in !old.contains { $0.name == port.name } }
        let changed = old.compactMap { before in
            new.first { $0.name == before.name && $0 != before }.map { (before, $0) }
        }
        return gone.map { "\(word) `\($0.text)` is gone" }
            + added.map { "\(word) `\($0.text)` is new" }
            + changed.map { "\(word) `\($0.text)` became `\($1.text)`" }
    }
}
