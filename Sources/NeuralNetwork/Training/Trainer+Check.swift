internal import Kernels
internal import Support

extension Trainer {
    /// Throws ``TrainingError`` where a recipe cannot be followed with a network, or where a step takes more memory than the
    /// machine has: before anything is made for the training of so many rows.
    package static func check(
        _ network: NetworkDescription,
        _ recipe: TrainingRecipe,
        rows: Int,
        hasValidation: Bool,
        processes: Int = 1,
        memory: Int = MachineMemory.available
    ) throws {
        try recipe.check(hasValidation: hasValidation)
        var plan = try ExecutionPlan(network, panelsPerBand: KernelSet.of(.best).panelsPerBand)
        try plan.freeze(recipe.frozenLayers(of: network))
        guard !plan.layout.pieces(of: plan.learns).isEmpty else {
            throw TrainingError.unfit(expected: "a layer with weights that learn", received: "none")
        }
        let batch = recipe.rowsPerStep(of: rows)
        let capacity = (batch + processes - 1) / processes
        let needed = plan.bytes(
            capacity: capacity,
            threads: Affinity.current.processors.count,
            withGradients: true
        )
        // The parameters, what the optimizer remembers of each, and a copy for a checkpoint.
        let copies = Double(2 + 2 * recipe.optimizer.slotNames.count)
        let parameters = Double(plan.layout.count) * Double(MemoryLayout<Float>.stride) * copies
        let total = needed.rows + needed.rest + parameters
        guard total < Double(memory) else {
            throw TrainingError.tooLarge(
                bytes: total,
                memory: memory,
                rows: needed.rows > total / 2 && capacity > 1 ? batch : nil
            )
        }
    }
}
