internal import Kernels

extension TrainingOptions {
    /// Chooses the kernels by name: `baseline`, `v3` or `v4`.
    ///
    /// All give the same bits; this is for tests.
    ///
    /// Throws ``TrainingError`` for a name that is unknown or not for this processor.
    package mutating func useKernels(named name: String) throws(TrainingError) {
        let available = InstructionSet.available
        guard let chosen = available.first(where: { $0.rawValue == name }) else {
            let names = available.map(\.rawValue).joined(separator: ", ")
            throw .unfit(expected: "kernels for this processor: \(names)", received: "`\(name)`")
        }
        instructionSet = chosen
    }
}
