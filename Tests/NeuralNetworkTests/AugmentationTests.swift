import Datasets
import Kernels
import NeuralNetwork
import Support
import Testing

struct AugmentationTests {
    private static let picture = (0..<60).map { Float($0) }

    private func augmenter(_ rule: ImageAugmentation) throws -> Augmenter {
        try Augmenter(rule, shape: [5, 6, 2], seed: 3)
    }

    private func mirrored(rows: Bool, columns: Bool) -> [Float] {
        (0..<60).map { place in
            let (row, column, channel) = (place / 12, place / 2 % 6, place % 2)
            return Float(((rows ? 4 - row : row) * 6 + (columns ? 5 - column : column)) * 2 + channel)
        }
    }

    @Test(arguments: ImageAugmentation.Flip.allCases)
    func aFlipMirrorsAboutHalfOfThePictures(flip: ImageAugmentation.Flip) throws {
        let augmenter = try augmenter(ImageAugmentation(flip: flip))
        let views = (0..<400).map { augmenter.changed(Self.picture, row: $0, epoch: 1) }
        let ways = [(false, false), (true, false), (false, true), (true, true)].map { mirrored(rows: $0, columns: $1) }
        let counts = ways.map { way in views.count { $0 == way } }
        #expect(counts.reduce(0, +) == 400, "every picture is one of the four")
        let expected =
            [
                .horizontal: [200, 0, 200, 0], .vertical: [200, 200, 0, 0], .both: [100, 100, 100, 100],
            ] as [ImageAugmentation.Flip: [Int]]
        for (count, expected) in zip(counts, expected[flip] ?? []) {
            #expect(expected == 0 ? count == 0 : abs(count - expected) < 50)
        }
    }

    @Test func aShiftMovesAPlaneByWhatItSays() throws {
        // A plane that rises by 2 per row: what it is moved by shows at every inner pixel.
        let plane = (0..<400).map { Float($0 / 20) * 2 }
        let augmenter = try Augmenter(ImageAugmentation(shift: 0.1), shape: [20, 20], seed: 1)
        var shifts: [Float] = []
        for row in 0..<50 {
            let moved = augmenter.changed(plane, row: row, epoch: 0)
            let shift = (plane[200] - moved[200]) / 2
            shifts.append(shift)
            for place in 100..<300 { #expect(abs(moved[place] - (plane[place] - 2 * shift)) < 1e-4) }
        }
        #expect(shifts.allSatisfy { abs($0) <= 2 } && (shifts.max() ?? 0) > 1 && (shifts.min() ?? 0) < -1)
    }

    @Test func aTurnKeepsTheMiddleAndTurnsAPlane() throws {
        let augmenter = try Augmenter(ImageAugmentation(rotate: 30), shape: [21, 21], seed: 1)
        let plane = (0..<441).map { Float($0 / 21 - 10) }
        for row in 0..<20 {
            let turned = augmenter.changed(plane, row: row, epoch: 2)
            #expect(abs(turned[220]) < 1e-5)
            // The slope along rows and columns is that of a turned plane: its length stays 1.
            let (down, right) = (turned[241] - turned[220], turned[221] - turned[220])
            #expect(abs(down * down + right * right - 1) < 1e-4)
            #expect(down > 0.86)
        }
    }

    @Test func lightAndNoiseAreInUnitsOfTheFeatures() throws {
        let flat = [Float](repeating: 5, count: 60)
        let lit = try augmenter(ImageAugmentation(brightness: 0.5)).changed(flat, row: 1, epoch: 1)
        #expect(Set(lit).count == 1 && abs(lit[0] - 5) <= 0.5 && lit[0] != 5)
        let noisy = try (0..<50).flatMap {
            try augmenter(ImageAugmentation(noise: 0.2)).changed(flat, row: $0, epoch: 1).map { Double($0) - 5 }
        }
        let mean = noisy.reduce(0, +) / 3000
        let deviation = (noisy.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3000).squareRoot()
        #expect(abs(mean) < 0.015 && abs(deviation - 0.2) < 0.01)
    }

    @Test func aViewFollowsFromSeedEpochAndRow() throws {
        let rule = ImageAugmentation(flip: .both, shift: 0.2, rotate: 20, brightness: 0.1, noise: 0.1)
        let view = try augmenter(rule).changed(Self.picture, row: 7, epoch: 3)
        #expect(view == (try augmenter(rule).changed(Self.picture, row: 7, epoch: 3)))
        #expect(view != (try augmenter(rule).changed(Self.picture, row: 7, epoch: 4)))
        #expect(view != (try augmenter(rule).changed(Self.picture, row: 8, epoch: 3)))
        #expect(view != (try Augmenter(rule, shape: [5, 6, 2], seed: 4).changed(Self.picture, row: 7, epoch: 3)))
    }

    @Test func onlyPicturesAreChanged() {
        #expect(throws: TrainingError.self) { try Augmenter(ImageAugmentation(shift: 0.1), shape: [60], seed: 3) }
    }

    @Test func trainingGivesTheSameBitsAfterAnInterruption() throws {
        let inputs = Sample.matrix(40, 36, seed: 5)
        let data = Examples(inputs: inputs, inputShape: [6, 6], targets: Sample.classes(40, count: 3, seed: 6))
        let network = NetworkDescription(
            inputShape: [6, 6],
            layers: [.flatten, .dense(Dense(units: 3, activation: .softmax))]
        )
        func trainer(_ options: TrainingOptions, _ state: TrainingState? = nil) throws -> Trainer {
            let recipe = TrainingRecipe(
                loss: .sparseCategoricalCrossentropy(),
                augmentation: ImageAugmentation(flip: .horizontal, shift: 0.2, rotate: 10, noise: 0.1),
                epochs: 3,
                batchSize: 8,
                seed: 9
            )
            return try Trainer(
                Sequential(network, seed: 1),
                recipe: recipe,
                training: data,
                options: options,
                resuming: state
            )
        }
        let expected = try trainer(TrainingOptions(threads: 1)).fit()
        for set in InstructionSet.available {
            #expect(try trainer(TrainingOptions(threads: 3, instructionSet: set)).fit().state == expected.state)
        }
        var saved: TrainingState?
        let cancellation = Cancellation()
        let observer = TrainingObserver(onCheckpoint: { state in
            saved = state
            if state.position.step >= 7 { cancellation.request(signal: 2) }
        })
        let first = try trainer(TrainingOptions(threads: 2, progressInterval: 0, checkpointInterval: 0))
        #expect(throws: Cancelled.self) { try first.fit(cancellation: cancellation, observer: observer) }
        #expect(try trainer(TrainingOptions(threads: 2), saved).fit().state == expected.state)
    }
}
