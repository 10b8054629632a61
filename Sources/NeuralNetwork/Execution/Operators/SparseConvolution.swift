internal import Kernels

/// The gradients of a convolution where most gradients of its output are zero, as they are behind max pooling and relu.
final class SparseConvolution {
    private let window: WindowKernel
    private let dense: DenseKernel
    /// The gradients of an image's output that are not zero, for each row of the batch.
    private let nonzeros: AlignedBuffer
    /// The weights by filter, and the sums of their gradients over the batch.
    private let weights: AlignedBuffer
    private let sums: AlignedBuffer
    /// Gradients of an image's output, as they are given.
    private let numbers: Int
    /// Whether an image's gradient can be summed up where it belongs, without zeros around it and whole vectors.
    private let fitsInPlace: Bool

    /// Whether the window sees enough neighbouring numbers to fill the vectors.
    static func fits(_ geometry: Window) -> Bool {
        geometry.width.dilation == 1 && geometry.width.size * geometry.channels >= 16
    }

    /// The gradients come by the windows of `pool`, which moves over the output; `nil` for a window that does not fit.
    init?(
        _ geometry: Window,
        _ window: WindowKernel,
        _ pool: WindowKernel,
        _ dense: DenseKernel,
        _ builder: WorkspaceBuilder
    ) {
        guard builder.withGradients, SparseConvolution.fits(geometry) else { return nil }
        self.window = window
        self.dense = dense
        numbers = pool.outputHeight * pool.outputWidth * dense.unitCount
        nonzeros = builder.buffer(builder.paddedRows)
        let floats = dense.panelCount * 16 * geometry.height.size * builder.kernels.convolutionRunFloats(window)
        weights = builder.buffer(floats)
        sums = builder.buffer(floats)
        fitsInPlace =
            geometry.width.size * geometry.channels % 16 == 0
            && window.paddedFloats == geometry.height.input * geometry.width.input * geometry.channels
        builder.needScratch(window.paddedFloats + 16 + builder.kernels.sparseConvolutionFloats(dense, pool))
    }

    /// Counts the gradients of the thread's rows that are not zero, and meets the others.
    func look(at gradients: MatrixRows, _ pass: Pass) {
        for row in pass.ownRows {
            nonzeros.start[row] = Float(pass.kernels.countNonzero(gradients.pointer(row: row), numbers))
        }
        pass.team.barrier()
    }

    /// Whether so many of the gradients that were looked at are zero that it pays to leave them out: a function of the
    /// data alone.
    func pays(rows: Int) -> Bool {
        let total = (0..<rows).reduce(Float(0)) { $0 + nonzeros.start[$1] }
        return total < 0.4 * Float(rows * numbers)
    }

    /// Computes the gradients of the thread's images.
    func inputGradients(of outputs: (Int) -> PooledGradient, into inputs: MatrixRows, _ pass: Pass) {
        let filters = pass.team.share(of: dense.unitCount, thread: pass.thread)
        pass.kernels.moveConvolutionRows(window, dense, filters, dense.kernelStart, weights.start, true)
        pass.team.barrier()
        for row in pass.ownRows {
            let target = inputs.pointer(row: row)
            let image = fitsInPlace ? target : pass.scratch
            pass.kernels.sparseConvolutionInputGradient(
                window,
                dense,
                weights.start,
                outputs(row),
                image,
                pass.scratch + window.paddedFloats + 16
            )
            if !fitsInPlace { window.unpad(image, into: target) }
        }
    }

    /// Computes the gradients of the weights of the thread's filters, and leaves them in the kernel's layout.
    func weightGradients(
        _ images: MatrixRows,
        _ gradients: (Int) -> PooledGradient,
        into target: UnsafeMutablePointer<Float>,
        _ pass: Pass
    ) {
        let filters = pass.team.share(of: dense.unitCount, thread: pass.thread)
        guard !filters.isEmpty else { return }
        for row in 0..<pass.rows {
            pass.kernels.sparseConvolutionWeightGradient(
                window,
                dense,
                filters,
                window.padded(images.pointer(row: row), pass.scratch),
                gradients(row),
                sums.start,
                row == 0,
                pass.scratch + window.paddedFloats + 16
            )
        }
        pass.kernels.moveConvolutionRows(window, dense, filters, target, sums.start, false)
    }
}
