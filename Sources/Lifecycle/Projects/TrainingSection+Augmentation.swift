internal import NeuralNetwork
internal import ProjectFile

extension TrainingSection {
    /// What is changed about the pictures that are learned from; throws ``ProjectError`` with the line.
    func readAugmentation() throws -> ImageAugmentation? {
        guard let augmentation else { return nil }
        var section = try augmentation.section()
        func number(_ key: String, _ range: ClosedRange<Double>) throws -> Double? {
            try section.optional(key)?.number(in: range)
        }
        let flips = ImageAugmentation.Flip.allCases.map(\.rawValue)
        let rule = ImageAugmentation(
            flip: try section.optional("flip").flatMap { ImageAugmentation.Flip(rawValue: try $0.word(of: flips)) },
            shift: try number("shift", 0...1),
            rotate: try number("rotate", 0...180),
            brightness: try number("brightness", 0...1e6),
            noise: try number("noise", 0...1e6)
        )
        try section.finish()
        guard rule != ImageAugmentation() else {
            throw augmentation.error(
                "`\(augmentation.path)`: expected at least one of flip, shift, rotate, brightness, noise",
                hints: ["for example: augmentation: {flip: horizontal, shift: 0.1, rotate: 10}"]
            )
        }
        return rule
    }
}
