internal import KernelsV4

extension KernelSet {
    /// The kernels built for `InstructionSet.v4`.
    package static let v4 = unsafe KernelSet(
        instructionSet: .v4,
        panelsPerBand: KernelsV4.panelsPerBand,
        scratchFloats: KernelsV4.scratchFloats,
        denseForward: KernelsV4.denseForward,
        denseInputGradient: KernelsV4.denseInputGradient,
        denseWeightUnits: KernelsV4.denseWeightUnits,
        denseWeightGradient: KernelsV4.denseWeightGradient,
        denseBiasGradient: KernelsV4.denseBiasGradient,
        transposeBlocks: KernelsV4.transposeBlocks,
        applyGradients: KernelsV4.applyGradients,
        activate: KernelsV4.activate,
        activateBackward: KernelsV4.activateBackward,
        softmax: KernelsV4.softmax,
        softmaxBackward: KernelsV4.softmaxBackward,
        dropout: KernelsV4.dropout,
        computeLoss: KernelsV4.computeLoss,
        measure: KernelsV4.measure
    )
}
