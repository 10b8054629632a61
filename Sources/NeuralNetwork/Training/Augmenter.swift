internal import Support

/// Changes pictures `[height, width, channels]` as an ``ImageAugmentation`` says.
package struct Augmenter {
    private let rule: ImageAugmentation
    private let height: Int
    private let width: Int
    private let channels: Int
    private let random: CounterRandom

    /// Throws ``TrainingError`` for rows that are no pictures.
    package init(_ rule: ImageAugmentation, shape: [Int], seed: UInt64) throws(TrainingError) {
        guard shape.count == 2 || shape.count == 3 else {
            throw .unfit(
                expected: "pictures to augment, of shape [height, width] or [height, width, channels]",
                received: "rows of shape \(shape)"
            )
        }
        self.rule = rule
        (height, width, channels) = (shape[0], shape[1], shape.count == 3 ? shape[2] : 1)
        random = CounterRandom(seed: seed, stream: RandomStream.augmentation)
    }

    /// A picture as it is for a row of the data in an epoch.
    package func changed(_ picture: [Float], row: Int, epoch: Int) -> [Float] {
        precondition(picture.count == height * width * channels, "the picture has the shape")
        return picture.withUnsafeBufferPointer { source in
            [Float](unsafeUninitializedCapacity: picture.count) { target, count in
                if let from = source.baseAddress, let to = target.baseAddress {
                    copy(from, to: to, row: row, epoch: epoch)
                }
                count = picture.count
            }
        }
    }

    /// Copies a picture, changed as it is for a row of the data in an epoch.
    func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, row: Int, epoch: Int) {
        let random = random.substream(UInt64(epoch)).substream(UInt64(row))
        /// A number from -1 to 1.
        func chance(_ index: UInt64) -> Double { 2 * random.uniform(at: index) - 1 }
        let view = View(
            mirrorsColumns: rule.flip.map { $0 != .vertical && chance(0) < 0 } ?? false,
            mirrorsRows: rule.flip.map { $0 != .horizontal && chance(1) < 0 } ?? false,
            down: (rule.shift ?? 0) * chance(2) * Double(height),
            right: (rule.shift ?? 0) * chance(3) * Double(width),
            turns: (rule.rotate ?? 0) * chance(4) / 360
        )
        if view.staysOnPixels { move(source, to: target, view) } else { sample(source, to: target, view) }
        let light = Float((rule.brightness ?? 0) * chance(5))
        if light != 0 { for place in 0..<(height * width * channels) { target[place] += light } }
        if let noise = rule.noise, noise > 0 {
            let pixels = random.substream(1)
            for place in 0..<(height * width * channels) {
                target[place] += Float(noise * pixels.normal(at: UInt64(place)))
            }
        }
    }

    /// From where a picture is looked at.
    private struct View {
        let mirrorsColumns: Bool
        let mirrorsRows: Bool
        /// How far it is moved, in pixels.
        let down: Double
        let right: Double
        let turns: Double

        var staysOnPixels: Bool { down == 0 && right == 0 && turns == 0 }
    }

    /// Mirrors, or not, without a change of any number.
    private func move(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ view: View) {
        for row in 0..<height {
            let line = (view.mirrorsRows ? height - 1 - row : row) * width
            for column in 0..<width {
                let from = source + (line + (view.mirrorsColumns ? width - 1 - column : column)) * channels
                (target + (row * width + column) * channels).update(from: from, count: channels)
            }
        }
    }

    /// Takes each pixel from between four others, those of the edge going on beyond it.
    private func sample(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ view: View) {
        let (cosine, sine) = (
            RepeatableMath.cosine(ofTurns: view.turns), RepeatableMath.cosine(ofTurns: view.turns - 0.25)
        )
        let (middleRow, middleColumn) = (Double(height - 1) / 2, Double(width - 1) / 2)
        for row in 0..<height {
            for column in 0..<width {
                // The way back: moved, turned about the middle, mirrored.
                let (y, x) = (Double(row) - view.down - middleRow, Double(column) - view.right - middleColumn)
                let turnedRow = cosine * y - sine * x
                let turnedColumn = sine * y + cosine * x
                blend(
                    source,
                    row: (view.mirrorsRows ? -turnedRow : turnedRow) + middleRow,
                    column: (view.mirrorsColumns ? -turnedColumn : turnedColumn) + middleColumn,
                    into: target + (row * width + column) * channels
                )
            }
        }
    }

    @inline(__always)
    private func blend(
        _ source: UnsafePointer<Float>,
        row: Double,
        column: Double,
        into target: UnsafeMutablePointer<Float>
    ) {
        let y = min(max(row, 0), Double(height - 1))
        let x = min(max(column, 0), Double(width - 1))
        let (top, left) = (Int(y), Int(x))
        let (bottom, right) = (min(top + 1, height - 1), min(left + 1, width - 1))
        let (below, beside) = (Float(y - Double(top)), Float(x - Double(left)))
        let upper = source + top * width * channels
        let lower = source + bottom * width * channels
        for channel in 0..<channels {
            let (a, b) = (upper[left * channels + channel], upper[right * channels + channel])
            let (c, d) = (lower[left * channels + channel], lower[right * channels + channel])
            let (above, under) = (a + beside * (b - a), c + beside * (d - c))
            target[channel] = above + below * (under - above)
        }
    }
}
