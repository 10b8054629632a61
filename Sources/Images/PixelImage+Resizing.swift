extension PixelImage {
    /// The picture in another size, each pixel the mean of those under it, weighed by a triangle as wide as it is itself
    /// (bilinear with antialiasing).
    ///
    /// Columns first, then rows, each rounded to bytes, with weights of 22 bits: to the bit what Pillow's
    /// `resize(..., Resampling.BILINEAR)` gives.
    func resized(height: Int, width: Int) -> PixelImage {
        guard height != self.height || width != self.width else { return self }
        let columns = Resampling(from: self.width, to: width)
        let rows = Resampling(from: self.height, to: height)
        var narrow = [UInt8](repeating: 0, count: self.height * width * channels)
        if width == self.width {
            narrow = bytes
        } else {
            for row in 0..<self.height {
                for column in 0..<width {
                    for channel in 0..<channels {
                        narrow[(row * width + column) * channels + channel] = columns.value(at: column) { place in
                            bytes[(row * self.width + place) * channels + channel]
                        }
                    }
                }
            }
        }
        guard height != self.height else {
            return PixelImage(height: height, width: width, channels: channels, bytes: narrow)
        }
        var resized = [UInt8](repeating: 0, count: height * width * channels)
        let line = width * channels
        for row in 0..<height {
            for place in 0..<line {
                resized[row * line + place] = rows.value(at: row) { narrow[$0 * line + place] }
            }
        }
        return PixelImage(height: height, width: width, channels: channels, bytes: resized)
    }
}

/// Along one axis, the places that each new one is made of, and their weights.
private struct Resampling {
    private static let bits = 22
    private let first: [Int]
    private let weights: [[Int]]

    init(from old: Int, to new: Int) {
        let scale = Double(old) / Double(new)
        let support = max(scale, 1)
        var (first, weights): ([Int], [[Int]]) = ([], [])
        for place in 0..<new {
            let center = (Double(place) + 0.5) * scale
            let start = max(0, Int(center - support + 0.5))
            let end = min(old, Int(center + support + 0.5))
            let shares = (start..<end).map { max(0, 1 - abs((Double($0) - center + 0.5) / support)) }
            let total = shares.reduce(0, +)
            first.append(start)
            weights.append(shares.map { Int(0.5 + $0 / total * Double(1 << Resampling.bits)) })
        }
        (self.first, self.weights) = (first, weights)
    }

    @inline(__always)
    func value(at place: Int, _ old: (Int) -> UInt8) -> UInt8 {
        var sum = 1 << (Resampling.bits - 1)
        let start = first[place]
        for (index, weight) in weights[place].enumerated() { sum += Int(old(start + index)) * weight }
        return UInt8(clamping: sum >> Resampling.bits)
    }
}
