/// Multiplies every value by the same number, such as 1/255 for the bytes of an image.
package struct Rescale: Transform {
    package static let key = "rescale"
    package let factor: Double

    package func apply(to block: inout FeatureBlock) { block.update { number, _ in number * factor } }
}
