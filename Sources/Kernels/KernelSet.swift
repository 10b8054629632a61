package import CKernelPrimitives

/// A Dense layer as the kernels see it.
package typealias DenseKernel = mlops_dense

/// A matrix in memory: a start, and the number of floats from one row to the next.
package typealias MatrixRows = mlops_rows

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
