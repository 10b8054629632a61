internal import Kernels

extension WindowKernel {
    /// The window of a layer, as the kernels see it.
    init(_ window: Window) {
        let (y, x) = (window.height, window.width)
        self.init(
            image: (y.input, x.input, window.channels),
            padded: (y.before + y.input + y.behind, x.before + x.input + x.behind),
            before: (y.before, x.before),
            size: (y.size, x.size),
            strides: (y.stride, x.stride),
            dilation: (y.dilation, x.dilation),
            output: (y.output, x.output)
        )
    }
}
