internal import KernelsV3

extension KernelSet {
    /// The kernels built for `InstructionSet.v3`.
    package static let v3 = unsafe KernelSet(
        instructionSet: .v3,
        panelsPerBand: KernelsV3.panelsPerBand,
        scratchFloats: KernelsV3.scratchFloats,
        denseForward: KernelsV3.denseForward,
        denseInputGradient: KernelsV3.denseInputGradient,
        denseWeightUnits: KernelsV3.denseWeightUnits,
        denseWeightGradient: KernelsV3.denseWeightGradient,
        denseBiasGradient: KernelsV3.denseBiasGradient,
        transposeBlocks: KernelsV3.transposeBlocks,
        applyGradients: KernelsV3.applyGradients,
        activate: KernelsV3.activate,
        activateBackward: KernelsV3.activateBackward,
        softmax: KernelsV3.softmax,
        softmaxBackward: KernelsV3.softmaxBackward,
        dropout: KernelsV3.dropout,
        computeLoss: KernelsV3.computeLoss,
        measure: KernelsV3.measure
    )
}
