/// Multiplies every value by the same number, such as 1/255 for the bytes of an image.
package struct Rescale: Transform {
    package let factor: Double

    package func apply(to block: inout FeatureBlock) {
        for index in block.numbers.indices { block.numbers[index] *= factor }
    }
}
