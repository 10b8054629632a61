package import Images

/// A named part of a raw row: a column of a table, or the image or vector that a row consists of.
package struct Field: Codable, Hashable, Sendable {
    /// What stands in a field.
    package enum Kind: String, Codable, Sendable {
        case number, text
    }

    package let name: String
    package let kind: Kind
    /// The shape of what stands in one row: `[]` for one value, `[28, 28]` for an image.
    package let shape: [Int]
    /// What is done to the size of a picture before it has this shape; `nil` for nothing.
    package let geometry: ImageGeometry?
    /// How the values are cut out of a column of a table; `nil` for what is no window.
    package let window: Window?

    package init(
        _ name: String,
        _ kind: Kind,
        shape: [Int] = [],
        geometry: ImageGeometry? = nil,
        window: Window? = nil
    ) {
        self.name = name
        self.kind = kind
        self.shape = shape
        self.geometry = geometry
        self.window = window
    }

    /// The number of values per row.
    package var width: Int { shape.reduce(1, *) }

    /// The names of the values: `x`, or `x_0`, `x_1` and so on when there is more than one.
    package var valueNames: [String] { shape.isEmpty ? [name] : (0..<width).map { "\(name)_\($0)" } }

    /// The names of IDX and NPY sources' only field.
    package static let image = "image"
    package static let inputs = "inputs"
}
