/// What is done to pictures before they are numbers for a model: other sizes, one after the other.
package struct ImageGeometry: Sendable, Hashable, Codable {
    package enum Step: Sendable, Hashable, Codable {
        /// Stretched or shrunk to this size.
        case resize(height: Int, width: Int)
        /// The middle of it.
        case crop(height: Int, width: Int)
    }

    package var steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    /// The size of a picture afterwards; `nil` where a part that is to be cut out is larger than what there is.
    package func size(of height: Int, _ width: Int) -> (height: Int, width: Int)? {
        var size = (height: height, width: width)
        for step in steps {
            switch step {
            case .resize(let height, let width): size = (height, width)
            case .crop(let height, let width):
                guard height <= size.height, width <= size.width else { return nil }
                size = (height, width)
            }
        }
        return size
    }

    /// The picture afterwards.
    ///
    /// - Throws: ``ImageError`` for a picture that is smaller than what is to be cut out of it.
    package func applied(to image: PixelImage) throws(ImageError) -> PixelImage {
        guard size(of: image.height, image.width) != nil else {
            throw ImageError(
                "the picture of \(image.width) x \(image.height) pixels is smaller than what is to be cut out of it",
                hints: ["put a resize before the crop: image: [resize: [64, 64], crop: [56, 56]]"]
            )
        }
        return steps.reduce(image) { image, step in
            switch step {
            case .resize(let height, let width): image.resized(height: height, width: width)
            case .crop(let height, let width): image.cropped(height: height, width: width)
            }
        }
    }
}

extension PixelImage {
    /// The middle of the picture.
    func cropped(height: Int, width: Int) -> PixelImage {
        let (top, left) = ((self.height - height) / 2, (self.width - width) / 2)
        var cropped: [UInt8] = []
        cropped.reserveCapacity(height * width * channels)
        for row in top..<(top + height) {
            let start = (row * self.width + left) * channels
            cropped += bytes[start..<(start + width * channels)]
        }
        return PixelImage(height: height, width: width, channels: channels, bytes: cropped)
    }
}
