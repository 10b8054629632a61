package import CKernelPrimitives

/// A Dense layer as the kernels see it.
package typealias DenseKernel = mlops_dense

/// A matrix in memory: a start, and the number of floats from one row to the next.
package typealias MatrixRows = mlops_rows

/// A window that moves over images, as the kernels see it.
package typealias WindowKernel = mlops_window

/// The gradient of a convolution's output, behind max pooling or not.
package typealias PooledGradient = mlops_pooled_gradient

/// A recurrent layer as the kernels see it.
package typealias RecurrentKernel = mlops_recurrent

/// What a recurrent layer remembers of a batch.
package typealias RecurrentMemory = mlops_recurrent_memory

/// What becomes of a gradient.
package typealias ParameterUpdate = mlops_update

/// What a loss is computed from.
package typealias LossBatch = mlops_loss

/// The kernels of one instruction set.
///
/// All sets give the same bits.
///
/// The arguments are those of the functions in the kernel modules, which document them. Rows and columns are ranges, so
/// that threads can share the work; sums are never shared.
@safe
package struct KernelSet: Sendable {
    package typealias Rows = MatrixRows
    package typealias Source = UnsafePointer<Float>
    package typealias Target = UnsafeMutablePointer<Float>

    package let instructionSet: InstructionSet
    /// The panels that lie together in a packed Dense kernel, at most.
    package let panelsPerBand: Int
    /// Floats of scratch memory that every thread needs.
    package let scratchFloats: Int
    package let denseForward:
        @Sendable (DenseKernel, Range<Int>, Range<Int>, Rows, Rows, Bool, UnsafeMutablePointer<Float>) -> Void
    package let denseInputGradient:
        @Sendable (DenseKernel, Int, Range<Int>, Rows, Rows, UnsafeMutablePointer<Float>) -> Void
    package let denseWeightUnits: @Sendable (DenseKernel) -> Int
    package let denseWeightGradient:
        @Sendable (DenseKernel, Int, Range<Int>, Rows, Rows, ParameterUpdate, UnsafeMutablePointer<Float>) -> Void
    package let denseBiasGradient:
        @Sendable (DenseKernel, Int, Range<Int>, Rows, ParameterUpdate, UnsafeMutablePointer<Float>) -> Void
    package let transposeBlocks: @Sendable (Rows, Int, Range<Int>, Rows) -> Void
    package let applyGradients: @Sendable (ParameterUpdate, Range<Int>) -> Void
    package let activate: @Sendable (Int32, Float, Range<Int>, Range<Int>, Rows, Rows) -> Void
    package let activateBackward: @Sendable (Int32, Float, Range<Int>, Range<Int>, Rows, Rows, Rows) -> Void
    package let softmax: @Sendable (Int, Range<Int>, Rows, Rows) -> Void
    package let softmaxBackward: @Sendable (Int, Range<Int>, Rows, Rows) -> Void
    package let dropout: @Sendable (Int, Range<Int>, Range<Int>, Rows, UInt64, UInt32, Float) -> Void
    package let computeLoss: @Sendable (LossBatch, Range<Int>) -> Void
    package let measure: @Sendable (Int32, LossBatch, Float, Range<Int>, UnsafeMutablePointer<Float>) -> Void
    package let convolutionForward: @Sendable (WindowKernel, DenseKernel, Range<Int>, Source, Target, Bool) -> Void
    package let transposeConvolutionKernel: @Sendable (Int, DenseKernel, Range<Int>, DenseKernel) -> Void
    package let convolutionInputGradient: @Sendable (WindowKernel, DenseKernel, Source, Int, Int, Target) -> Void
    package let convolutionWeightUnits: @Sendable (WindowKernel, DenseKernel) -> Int
    package let convolutionWeightGradient:
        @Sendable (WindowKernel, DenseKernel, Range<Int>, Source, Source, Target, Bool) -> Void
    package let convolutionBiasGradient: @Sendable (Int, Int, Range<Int>, Source, Target, Bool) -> Void
    package let countNonzero: @Sendable (Source, Int) -> Int
    package let moveConvolutionRows: @Sendable (WindowKernel, DenseKernel, Range<Int>, Target, Target, Bool) -> Void
    package let sparseConvolutionWeightGradient:
        @Sendable (WindowKernel, DenseKernel, Range<Int>, Source, PooledGradient, Target, Bool, Target) -> Void
    package let sparseConvolutionInputGradient:
        @Sendable (WindowKernel, DenseKernel, Source, PooledGradient, Target, Target) -> Void
    package let convolutionRunFloats: @Sendable (WindowKernel) -> Int
    package let sparseConvolutionFloats: @Sendable (DenseKernel, WindowKernel) -> Int
    package let pooledConvolutionForward:
        @Sendable (
            WindowKernel, WindowKernel, DenseKernel, Range<Int>, Source, Target, UnsafeMutablePointer<Int32>?, Bool,
            Target
        ) -> Void
    package let pooledConvolutionFloats: @Sendable (WindowKernel, WindowKernel) -> Int
    package let pooledConvolutionWeightUnits: @Sendable (DenseKernel) -> Int
    package let pooledConvolutionWeightGradient:
        @Sendable (WindowKernel, DenseKernel, Range<Int>, Source, PooledGradient, Target, Bool) -> Void
    package let depthwiseForward: @Sendable (WindowKernel, Source, Source, Source, Target, Bool) -> Void
    package let depthwiseInputGradient: @Sendable (WindowKernel, Source, Source, Target) -> Void
    package let depthwiseWeightGradient: @Sendable (WindowKernel, Range<Int>, Source, Source, Target, Bool) -> Void
    package let maxPooling: @Sendable (WindowKernel, Source, Target) -> Void
    package let maxPoolingBackward: @Sendable (WindowKernel, Source, Source, Source, Target) -> Void
    package let averagePooling: @Sendable (WindowKernel, Source, Target) -> Void
    package let averagePoolingBackward: @Sendable (WindowKernel, Source, Target) -> Void
    package let channelStatistics: @Sendable (Int, Int, Source, Target) -> Void
    package let scaleChannels: @Sendable (Int, Int, Source, Source, Source, Target) -> Void
    package let channelGradientSums: @Sendable (Int, Int, Source, Source, Source, Source, Target) -> Void
    package let channelInputGradient: @Sendable (Int, Int, Source, Source, Source, Source, Source, Target) -> Void
    package let layerNormalization: @Sendable (Int, Int, Float, Source, Source, Source, Target) -> Void
    package let layerNormalizationBackward: @Sendable (Int, Int, Float, Source, Source, Source, Target, Target) -> Void
    package let recurrentForward: @Sendable (RecurrentKernel, RecurrentMemory, Int, Range<Int>, Rows) -> Void
    package let recurrentRow: @Sendable (RecurrentKernel, RecurrentMemory, Int, Int, UnsafePointer<Float>, Int) -> Void
    package let recurrentSlots: @Sendable (RecurrentKernel) -> Int
    package let recurrentBackward:
        @Sendable (RecurrentKernel, RecurrentMemory, Int, Range<Int>, Int, Rows, Rows, Rows, Rows) -> Void
    package let transposeRecurrentKernel: @Sendable (RecurrentKernel, Bool, Range<Int>, Target) -> Void
    package let recurrentTransposedProduct:
        @Sendable (RecurrentKernel, Source, Range<Int>, Int, Range<Int>, Rows, Rows, Bool) -> Void
    package let recurrentWeightUnits: @Sendable (RecurrentKernel, Int) -> Int
    package let recurrentWeightGradient:
        @Sendable (RecurrentKernel, RecurrentMemory, Bool, Int, Int, Range<Int>, Source, Int, Int, Target) -> Void
    package let recurrentBiasGradient:
        @Sendable (RecurrentKernel, RecurrentMemory, Int, Int, Range<Int>, Target) -> Void
    package let applyUpdate: @Sendable (ParameterUpdate, Source, Range<Int>) -> Void
    package let sumOfSquares: @Sendable (Source, Int) -> Double
    package let sumOfAbsolutes: @Sendable (Source, Int) -> Double
    package let scaleAndLimit: @Sendable (Target, Int, Float, Float) -> Void
}

extension KernelSet {
    /// The kernels of an instruction set, which this processor must have.
    package static func of(_ instructionSet: InstructionSet) -> KernelSet {
        precondition(instructionSet <= .best, "this processor has no \(instructionSet)")
        return switch instructionSet {
        case .baseline: .baseline
        case .v3: .v3
        case .v4: .v4
        }
    }
}
