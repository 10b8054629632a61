internal import KernelsBaseline

extension KernelSet {
    /// The kernels built for `InstructionSet.baseline`.
    package static let baseline = unsafe KernelSet(
        instructionSet: .baseline,
        panelsPerBand: KernelsBaseline.panelsPerBand,
        scratchFloats: KernelsBaseline.scratchFloats,
        denseForward: KernelsBaseline.denseForward,
        denseInputGradient: KernelsBaseline.denseInputGradient,
        denseWeightUnits: KernelsBaseline.denseWeightUnits,
        denseWeightGradient: KernelsBaseline.denseWeightGradient,
        denseBiasGradient: KernelsBaseline.denseBiasGradient,
        transposeBlocks: KernelsBaseline.transposeBlocks,
        applyGradients: KernelsBaseline.applyGradients,
        activate: KernelsBaseline.activate,
        activateBackward: KernelsBaseline.activateBackward,
        softmax: KernelsBaseline.softmax,
        softmaxBackward: KernelsBaseline.softmaxBackward,
        dropout: KernelsBaseline.dropout,
        computeLoss: KernelsBaseline.computeLoss,
        measure: KernelsBaseline.measure
    )
}
