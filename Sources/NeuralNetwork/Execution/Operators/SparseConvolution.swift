internal import Kernels

/// The gradients of a convolution where most gradients of its output are zero, as they are behind max pooling and relu.
///
/// Whether it pays is decided anew for each batch, by the share of zeros: a function of the data alone.
final class SparseConvolution {
    private let window: WindowKernel
    private let dense: DenseKernel
    /// The gradients of an image's output that are not zero, for each row of the batch.
    private let nonzeros: AlignedBuffer
    /// The weights by filter, and the sums of their gradients over the batch.
    private let weights: AlignedBuffer
    private let sums: AlignedBuffer
    private let numbers: Int
    /// Whether an image's gradient can be summed up where it belongs, without zeros around it and whole vectors.
    private let fitsInPlace: Bool

    /// `nil` for a window that does not see enough neighbouring numbers, or whose columns lie apart.
    init?(_ geometry: Window, _ window: WindowKernel, _ dense: DenseKernel, _ builder: WorkspaceBuilder) {
        let run = geometry.width.size * geometry.channels
        guard builder.withGradients, geometry.width.dilation == 1, run >= 16 else { return nil }
        self.window = window
        self.dense = dense
        let places = window.outputHeight * window.outputWidth
        numbers = places * dense.unitCount
        nonzeros = builder.buffer(builder.paddedRows)
        let floats = dense.panelCount * 16 * geometry.height.size * builder.kernels.convolutionRunFloats(window)
        weights = builder.buffer(floats)
        sums = builder.buffer(floats)
        fitsInPlace =
            run % 16 == 0 && window.paddedFloats == geometry.height.input * geometry.width.input * geometry.channels
        builder.needScratch(window.paddedFloats + 16 + max(2 * numbers + places + 32, 32 * places))
    }

    /// Counts the gradients of the thread's rows that are not zero, and meets the others.
    func look(at gradients: MatrixRows, _ pass: Pass) {
        for row in pass.ownRows {
            nonzeros.start[row] = Float(pass.kernels.countNonzero(gradients.pointer(row: row), numbers))
        }
        pass.team.barrier()
    }

    /// Whether so many gradients of the batch are zero that it pays to leave them out.
    func pays(rows: Int) -> Bool {
        let total = (0..<rows).reduce(Float(0)) { $0 + nonzeros.start[$1] }
        return total < 0.4 * Float(rows * numbers)
    }

    /// Computes the gradients of the thread's images.
    func inputGradients(of outputs: MatrixRows, into inputs: MatrixRows, _ pass: Pass) {
        let panels = pass.team.share(of: dense.panelCount, thread: pass.thread)
        pass.kernels.moveConvolutionRows(window, dense, panels, dense.kernelStart, weights.start, true)
        pass.team.barrier()
        for row in pass.ownRows {
            let target = inputs.pointer(row: row)
            let image = fitsInPlace ? target : pass.scratch
            pass.kernels.sparseConvolutionInputGradient(
                window,
                dense,
                weights.start,
                outputs.pointer(row: row),
                image,
                pass.scratch + window.paddedFloats + 16
            )
            if !fitsInPlace { window.unpad(image, into: target) }
        }
    }

    /// Computes the gradients of the weights of the thread's filters, and leaves them in the kernel's layout.
    func weightGradients(
        _ images: MatrixRows,
        _ gradients: MatrixRows,
        into target: UnsafeMutablePointer<Float>,
        _ pass: Pass
    ) {
        let panels = pass.team.share(of: dense.panelCount, thread: pass.thread)
        guard !panels.isEmpty else { return }
        for row in 0..<pass.rows {
            pass.kernels.sparseConvolutionWeightGradient(
                window,
                dense,
                panels,
                window.padded(images.pointer(row: row), pass.scratch),
                gradients.pointer(row: row),
                sums.start,
                row == 0,
                pass.scratch + window.paddedFloats + 16
            )
        }
        pass.kernels.moveConvolutionRows(window, dense, panels, target, sums.start, false)
    }
}
