/// Small changes to the pictures that are learned from, others in each epoch, so that a network does not learn them by heart.
///
/// They follow from the seed, the epoch and the number of the row, and so are the same after an interruption.
package struct ImageAugmentation: Sendable, Equatable, Codable {
    /// The axes that a picture may be mirrored along.
    package enum Flip: String, Sendable, Equatable, Codable, CaseIterable {
        /// Left and right change places.
        case horizontal
        /// Top and bottom do.
        case vertical
        case both
    }

    /// Whether each second picture is mirrored; `nil` for none.
    package var flip: Flip?
    /// The share of its height and width by which a picture is moved at most.
    package var shift: Double?
    /// The degrees by which it is turned at most.
    package var rotate: Double?
    /// What is added to all of its numbers at most, or taken off them, in units of the features.
    package var brightness: Double?
    /// The deviation of normal noise that is added to each number, in units of the features.
    package var noise: Double?

    package init(
        flip: Flip? = nil,
        shift: Double? = nil,
        rotate: Double? = nil,
        brightness: Double? = nil,
        noise: Double? = nil
    ) {
        self.flip = flip
        self.shift = shift
        self.rotate = rotate
        self.brightness = brightness
        self.noise = noise
    }
}
