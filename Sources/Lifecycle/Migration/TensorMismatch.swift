internal import Support
internal import TensorFiles

/// The tensors of a file are not those of a network: what was expected and what was found, side by side.
struct TensorMismatch: Failure {
    /// Why they are not.
    enum Reason {
        /// The network has so many layers with weights, and the file so many.
        case count(expected: Int, found: Int)
        /// The shapes fit up to a layer, which is named if the order tells.
        case shapes(from: String?)
        /// Two tensors are the same thing in the same layer.
        case names
        case ambiguousOrder, ambiguousOrientation
    }

    let reason: Reason
    let file: String
    /// The name and shape of each parameter; a size that only the file knows is `nil`.
    let expected: [(name: String, shape: [Int?])]
    /// The tensors in the order of what is expected; `nil` beside what nothing fits.
    let found: [TensorEntry?]

    private static let rows = 24

    init(_ reason: Reason, file: String, expected: [(name: String, shape: [Int?])], found: [TensorEntry]) {
        self.reason = reason
        self.file = file
        self.expected = expected
        var rest = found.sorted { left, right in
            let (first, second) = (TensorName(left.name), TensorName(right.name))
            guard first.layer == second.layer else { return LayerPlace(first.layer) < LayerPlace(second.layer) }
            return left.shape.count > right.shape.count
        }
        // What fits stands beside what it fits; the others fill the gaps, and what is left over comes last.
        var rows: [TensorEntry?] = expected.map { parameter in
            rest.firstIndex { Self.fits($0.shape, parameter.shape) }.map { rest.remove(at: $0) }
        }
        if rest.count >= rows.count(where: { $0 == nil }) {
            for index in rows.indices where rows[index] == nil { rows[index] = rest.removeFirst() }
        }
        self.found = rows + rest
    }

    private static func fits(_ shape: [Int], _ expected: [Int?]) -> Bool {
        // The axes may lie in any order; one that is not known may be as long as it likes.
        var rest = shape
        for size in expected {
            guard let size else { continue }
            guard let place = rest.firstIndex(of: size) else { return false }
            rest.remove(at: place)
        }
        return shape.count == expected.count
    }

    var kind: FailureKind { .refused }

    var description: String {
        let why =
            switch reason {
            case .count(let layers, let modules):
                "expected \(layers) layer\(layers == 1 ? "" : "s") with weights, found \(modules)"
            case .shapes(let layer): "the shapes are not those of the network\(layer.map { ", from `\($0)` on" } ?? "")"
            case .names: "the names do not tell the tensors of a layer from each other"
            case .ambiguousOrder: "the layers fit in more than one order, and their names do not tell which"
            case .ambiguousOrientation: "the kernels fit as [inputs, units] and as [units, inputs]"
            }
        return "\(file) does not fit the network: \(why)\n\(table)"
    }

    var hints: [String] {
        switch reason {
        case .count, .shapes: ["change `network:` to the layers that the weights are from"]
        case .names: ["name the tensors as they are expected, and write the file again"]
        case .ambiguousOrder, .ambiguousOrientation:
            ["name the tensors as they are expected, with kernels as [inputs, units], and write the file again"]
        }
    }

    private var table: String {
        let left = ["EXPECTED"] + expected.map { "\($0.name) \(Self.text($0.shape))" }
        let right =
            ["FOUND"]
            + found.map { entry in
                entry.map { "\($0.name) \($0.elementType.safetensorsName) \(Self.text($0.shape))" } ?? ""
            }
        let count = max(left.count, right.count)
        let width = left.map(\.count).max() ?? 0
        var lines = (0..<min(count, Self.rows + 1)).map { row in
            let (first, second) = (row < left.count ? left[row] : "", row < right.count ? right[row] : "")
            let padding = String(repeating: " ", count: width - first.count)
            return second.isEmpty ? "  \(first)" : "  \(first)\(padding)  \(second)"
        }
        if count > Self.rows + 1 { lines.append("  and \(count - Self.rows - 1) more rows") }
        return lines.joined(separator: "\n")
    }

    private static func text(_ shape: [Int?]) -> String {
        "[\(shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]"
    }
}
