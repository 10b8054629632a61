/// Makes one axis of all.
package struct Flatten: Sendable, Equatable, Codable {
    package init() {}
}

extension Flatten: LayerDefinition {
    var type: String { "flatten" }

    func outputShape(of input: [Int]) -> [Int] { [input.reduce(1, *)] }
}

/// The same numbers in another shape; one size may be -1, and is then what is left.
package struct Reshape: Sendable, Equatable, Codable {
    package var targetShape: [Int]

    package init(_ targetShape: [Int]) { self.targetShape = targetShape }
}

extension Reshape: LayerDefinition {
    var type: String { "reshape" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        guard !targetShape.isEmpty, targetShape.allSatisfy({ $0 > 0 || $0 == -1 }),
            targetShape.count(where: { $0 == -1 }) <= 1
        else { throw LayerMismatch("a target shape of positive sizes, one of which may be -1", "\(targetShape)") }
        let count = input.reduce(1, *)
        var known = 1
        for size in targetShape where size > 0 {
            let (product, overflow) = known.multipliedReportingOverflow(by: size)
            guard !overflow else { throw LayerMismatch("a target shape of \(count) numbers", "\(targetShape)") }
            known = product
        }
        let fits = targetShape.contains(-1) ? count % known == 0 : count == known
        guard fits else {
            throw LayerMismatch("a target shape of \(count) numbers, as many as shape \(input) has", "\(targetShape)")
        }
        return targetShape.map { $0 > 0 ? $0 : count / known }
    }
}

/// Puts zeros around images `[height, width, channels]`.
package struct ZeroPadding2D: Sendable, Equatable, Codable {
    /// Rows above and below, columns to the left and to the right.
    package var padding: [[Int]]

    package init(_ padding: [[Int]]) { self.padding = padding }

    /// The same number on all sides.
    package init(_ padding: Int) { self.padding = [[padding, padding], [padding, padding]] }
}

extension ZeroPadding2D: LayerDefinition {
    var type: String { "zero_padding2d" }

    func outputShape(of input: [Int]) throws(LayerMismatch) -> [Int] {
        try LayerCheck.axes(input, 3, LayerCheck.image, hints: LayerCheck.imageHints)
        guard padding.count == 2, padding.allSatisfy({ $0.count == 2 && $0.allSatisfy { (0...100_000).contains($0) } })
        else { throw LayerMismatch("padding such as 1, [1, 2] or [[1, 1], [2, 2]]", "\(padding)") }
        return [input[0] + padding[0][0] + padding[0][1], input[1] + padding[1][0] + padding[1][1], input[2]]
    }
}
